"""It is known which entry decides for a file: what nobody or everybody owns, what is dead, and where two disagree."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.layer import Placed, TrustLayer
from answerable.domain.verdict import Severity
from answerable.ownership.check.files import MANY, MOST, folders
from answerable.ownership.check.finding import Kind
from answerable.ownership.codeowners import Dialect
from ownership.check.looked import SOUND, TREE, looked, of

BARE = SOUND.replace('paths:\n  - {match: "*", owners: [web]}\n', "")
CRITICAL = Placed(layer=TrustLayer(name="critical", rank=0), because="a rule")


def test_what_nobody_owns_is_told_by_the_highest_folder_of_which_that_is_all() -> None:
    found = of(Kind.ORPHANED, looked(BARE))
    assert {(one.about, one.files, one.severity) for one in found} == {
        ("README", 1, Severity.WARNING), ("docs/", 1, Severity.WARNING), ("shop/cart.py", 1, Severity.WARNING),
    }  # fmt: skip


def test_it_is_an_error_where_most_is_at_stake() -> None:
    found = of(Kind.ORPHANED, looked(BARE, placed={b"docs/a.md": CRITICAL}))
    worst = found[0]
    assert (worst.about, worst.severity) == ("docs/", Severity.ERROR)
    assert worst.what == "nobody owns docs/: 1 file (critical)"


def test_where_nothing_is_declared_the_whole_tree_is_one_finding() -> None:
    (found,) = of(Kind.ORPHANED, looked(None))
    assert (found.about, found.files) == ("/", len(TREE))


def test_a_rule_without_owners_leaves_its_files_to_nobody() -> None:
    (found,) = of(Kind.ORPHANED, looked(None, "* @larkspur/pay\n/docs/\n"))
    assert found.about == "docs/"
    (ours,) = of(Kind.ORPHANED, looked(f"{SOUND}  - {{match: /docs/, owners: []}}\n", "* @ada\n"))
    assert ours.about == "docs/"


def test_many_folders_are_summed_up() -> None:
    files = [b"%04d/x" % n for n in range(MOST + 7)] + [b"shop/pay/card.py"]
    found = of(Kind.ORPHANED, looked(BARE, files=files))
    assert len(found) == MOST + 1
    assert (found[-1].about, found[-1].files) == ("the rest", 7)


paths = st.lists(st.lists(st.sampled_from([b"a", b"b", b"c"]), min_size=1, max_size=4).map(b"/".join), unique=True)


@given(every=paths, data=st.data())
def test_folders_are_exactly_their_files_and_none_could_be_higher(every: list[bytes], data: st.DataObject) -> None:
    every = [path for path in every if not any(other.startswith(path + b"/") for other in every)]
    some = data.draw(st.lists(st.sampled_from(every), unique=True)) if every else []
    found = dict(folders(some, every))
    assert sorted(path for group in found.values() for path in group) == sorted(some)
    for folder, group in found.items():
        below = [path for path in every if folder == b"/" or path == folder or path.startswith(folder)]
        assert sorted(group) == sorted(below)
        if folder != b"/":
            above = folder.rstrip(b"/").rpartition(b"/")[0]
            assert not all(path in some for path in every if not above or path.startswith(above + b"/"))


def test_what_everybody_owns_is_told_once_an_entry() -> None:
    text = SOUND.replace("owners: [web]", "owners: [web, pay]")
    (found,) = of(Kind.BROAD, looked(text))
    assert (found.severity, found.about, found.files) == (Severity.WARNING, "*", 3)
    assert "everybody" in found.what
    service = SOUND.replace("members: [ada, grace]", "members: [ada, grace, linnea]").replace("/shop/pay/", "/shop/, x")
    assert [one.about for one in of(Kind.BROAD, looked(service))] == ["payments"]


def test_so_is_what_more_people_own_than_can_answer_together() -> None:
    people = "".join(f"  p{n}: {{name: P}}\n" for n in range(MANY + 2))
    members = ", ".join(f"p{n}" for n in range(MANY + 1))
    rest = f'teams: {{all: {{members: [{members}]}}}}\npaths: [{{match: "*", owners: [all]}}]\n'
    text = f"version: 1\npeople:\n{people}{rest}"
    (found,) = of(Kind.BROAD, looked(text))
    assert f"{MANY + 1} people" in found.what


def test_a_broad_entry_that_decides_nothing_is_only_dead() -> None:
    text = f"{SOUND}  - {{match: /none/, owners: [web, pay]}}\n"
    findings = looked(text)
    assert not of(Kind.BROAD, findings)
    assert [one.about for one in of(Kind.UNUSED, findings)] == ["/none/"]


def test_a_last_resort_of_codeowners_that_owns_most_is_a_note() -> None:
    (found,) = of(Kind.BROAD, looked(None, "* @larkspur/all\n/shop/pay/ @larkspur/pay\n"))
    assert (found.severity, found.where, found.files) == (Severity.NOTE, "CODEOWNERS:1:1", 3)
    assert not of(Kind.BROAD, looked(None, "* @larkspur/all\n/shop/ @larkspur/pay\n"))


def test_patterns_that_decide_for_no_file_are_dead_in_both_files() -> None:
    codeowners = "/shop/ @ada\n/gone/ @ada\n* @ada\n"
    text = f"{SOUND}  - {{match: /shop/pay/card.py, owners: [pay]}}\n"  # the service decides for it
    found = of(Kind.UNUSED, looked(text, codeowners))
    assert [(one.file, one.position.line) for one in found] == [
        ("owners.yaml", 22),
        ("CODEOWNERS", 1),
        ("CODEOWNERS", 2),
    ]


def test_two_services_that_claim_the_same_for_others_contradict_each_other() -> None:
    more = "  - {name: shop, paths: [/shop/], owner: web}\n"
    (found,) = of(Kind.CONTRADICTORY, looked(BARE + more))
    assert (found.about, found.files, found.position.line) == ("payments", 2, 10)
    assert "the services payments and shop claim the same 2 files for pay and for web; shop decides" in found.what
    assert not of(Kind.CONTRADICTORY, looked(BARE + more.replace("owner: web", "owner: pay")))


@pytest.mark.parametrize(
    ("codeowners", "files"),
    [
        ("/shop/pay/ @larkspur/web\n", 2),
        ("/shop/pay/ @stranger\n", 2),
        ("/shop/pay/\n", 2),
        ("* @larkspur/pay\n", 3),
        ("* @ada\n/shop/pay/ @larkspur/pay\n", 3),
        ("/shop/pay/ @ada\n", 0),
        ("/shop/pay/ @stranger @larkspur/pay\n", 0),
    ],
)
def test_two_files_that_name_others_for_the_same_files_disagree(codeowners: str, files: int) -> None:
    found = of(Kind.CONTRADICTORY, looked(codeowners=codeowners))
    assert sum(one.files for one in found) == files
    assert all("is asked for review, the other for the response" in one.what for one in found)


def test_a_second_codeowners_that_no_forge_reads_is_told() -> None:
    (found,) = of(
        Kind.CONTRADICTORY, looked(codeowners="* @larkspur/web\n/shop/pay/ @ada\n", ignored=["docs/CODEOWNERS"])
    )
    assert found.where == "docs/CODEOWNERS:1:1"


def test_lines_that_a_forge_skips_are_told() -> None:
    (found,) = of(Kind.UNREADABLE, looked(codeowners="* @larkspur/web\n/shop/pay/ @ada\n!x @ada\n"))
    assert (found.where, found.severity) == ("CODEOWNERS:3:1", Severity.WARNING)


def test_sections_of_gitlab_are_read() -> None:
    findings = looked(None, "[Docs] @web\n/docs/\n", dialect=Dialect.GITLAB)
    assert {one.about for one in of(Kind.ORPHANED, findings)} == {"README", "shop/"}


def test_two_files_that_both_say_nobody_agree() -> None:
    nobody = f"{SOUND}  - {{match: /docs/, owners: []}}\n"
    assert not of(Kind.CONTRADICTORY, looked(nobody, "/docs/\n"))
    assert of(Kind.CONTRADICTORY, looked(nobody, "/docs/ @ada\n"))


def test_of_every_section_of_gitlab_a_rule_is_used() -> None:
    sections = "[Docs]\n/docs/ @web\n[All][2]\n* @larkspur/all\n[Gone]\n/gone/ @web\n"
    found = of(Kind.UNUSED, looked(None, sections, dialect=Dialect.GITLAB))
    assert [one.position.line for one in found] == [6]


def test_loose_files_of_one_folder_are_told_together_and_the_most_first() -> None:
    files = [*TREE, b"shop/a.py", b"shop/b.py"]
    found = of(Kind.ORPHANED, looked(BARE, files=files, placed={b"README": CRITICAL}))
    assert [(one.about, one.files) for one in found] == [("README", 1), ("shop/", 3), ("docs/", 1)]
    assert found[1].what == "nobody owns 3 files in shop/, where others are owned"
