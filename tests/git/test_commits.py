"""A commit is read as git reads it, whatever bytes it holds; what cannot be read is survived, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.commit import Commit, Person
from answerable.git.commits import decoded, parse_commit, read_commit, read_commits, when
from answerable.git.objects import GitObject
from answerable.git.program import git_date
from answerable.git.repository import Repository
from builders import RepoBuilder

FORMAT = "%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B"
NAMES = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\n<>"), max_size=12)
SECONDS = st.integers(0, 2**31)
ZONES = st.sampled_from(("+0000", "-0800", "+0545", "+1400"))
MESSAGES = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), max_size=60)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RepoBuilder, Repository]]:
    repo = RepoBuilder(tmp_path_factory.mktemp("commits"))
    repo.commit()
    with Repository(repo.root) as repository:
        yield repo, repository


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def as_git_reads_it(repo: RepoBuilder, sha: str) -> Commit:
    """The commit as `git log` shows it."""
    out = repo.git("log", "-1", "--no-mailmap", "--encoding=UTF-8", f"--format={FORMAT}", sha).decode()
    parents, name, email, written, committer, address, committed, message = out[:-1].split("\0")
    return Commit(
        sha=sha,
        parents=tuple(parents.split()),
        author=Person(name=name, email=email),
        authored_at=when(int(written)),
        committer=Person(name=committer, email=address),
        committed_at=when(int(committed)),
        message=message,
    )


def raw(head: bytes, body: bytes = b"message\n") -> Commit:
    return parse_commit(GitObject("1" * 40, "commit", b"tree " + b"1" * 40 + b"\n" + head + b"\n\n" + body))


@given(name=NAMES, mail=NAMES, other=NAMES, seconds=SECONDS, zone=ZONES, message=MESSAGES)
def test_any_well_formed_commit_is_read_as_git_reads_it(
    shared: tuple[RepoBuilder, Repository], name: str, mail: str, other: str, seconds: int, zone: str, message: str
) -> None:
    repo, repository = shared
    sha = repo.commit(
        None, message, author=(name, mail), committer=(other, mail), when=f"{seconds} {zone}", authored=seconds // 2
    )
    found, shown = read_commit(repository.objects, sha), as_git_reads_it(repo, sha)
    assert found is not None
    assert found.message.strip("\n") == shown.message.strip("\n")
    assert (found.parents, found.authored_at, found.committed_at) == (
        shown.parents,
        shown.authored_at,
        shown.committed_at,
    )
    for mine, gits in ((found.author, shown.author), (found.committer, shown.committer)):
        assert (mine.name.strip(), mine.email.strip()) == (gits.name.strip(), gits.email.strip())


def test_a_merge_names_all_parents_in_their_order(repo: RepoBuilder, repository: Repository) -> None:
    one = repo.commit({"a": "1\n"})
    two, three = (repo.commit({name: "1\n"}, branch=name, parents=[one]) for name in ("b", "c"))
    sha = repo.merge(two, three)
    found = read_commit(repository.objects, sha)
    assert found == as_git_reads_it(repo, sha)
    assert found.parents == (one, two, three)
    assert found.is_merge


def test_a_signature_and_a_merged_tag_are_no_part_of_the_commit(repo: RepoBuilder, repository: Repository) -> None:
    tag = b"object 1\ntype commit\ntag v1\ntagger Eve <eve@example.com> 1 +0000\n\nparent 2\nauthor Eve <e@e> 9 +0000"
    signature = b"-----BEGIN PGP SIGNATURE-----\n\nauthor Eve <eve@example.com> 1 +0000\n-----END PGP SIGNATURE-----"
    sha = repo.commit({"a": "1\n"}, "subject\n\nbody\n", headers=[("mergetag", tag), ("gpgsig", signature)])
    found = read_commit(repository.objects, sha)
    assert found == as_git_reads_it(repo, sha)
    assert (found.author.name, found.parents, found.subject) == ("Ada", (), "subject")


def test_a_commit_is_decoded_as_it_declares(repo: RepoBuilder, repository: Repository) -> None:
    sha = repo.commit(
        None, "Größe\n".encode("latin-1"), author=(b"Ren\xe9", "r@x.org"), headers=[("encoding", b"ISO-8859-1")]
    )
    found = read_commit(repository.objects, sha)
    assert found == as_git_reads_it(repo, sha)
    assert (found.author.name, found.subject) == ("René", "Größe")


@pytest.mark.parametrize("encoding", [b"utf-8", b"no-such", b"", b"hex", b"a\0b", b"\xff", b"idna", b"ascii"])
def test_bytes_that_are_not_what_the_commit_declares_are_replaced(encoding: bytes) -> None:
    found = raw(b"author Ren\xe9 <r@x.org> 1 +0000\nencoding " + encoding, b"caf\xe9 \xc3\xa9\n")
    assert found.author == Person(name="Ren\ufffd", email="r@x.org")
    assert found.message == "caf\ufffd é\n"


@pytest.mark.parametrize("encoding", [b"punycode", b"Punycode", b"idna", b"unicode_escape", b"raw_unicode_escape"])
def test_a_trailer_cannot_be_hidden_in_an_encoding_that_only_python_knows(encoding: bytes) -> None:
    message = b"Do it\n\nCo-authored-by: Claude <noreply@anthropic.com>\n\\x41-1" + b"a" * 1_000_000
    found = raw(b"author Ada <ada@x.org> 1 +0000\nencoding " + encoding, message)
    assert found.message == message.decode()


def test_what_is_read_can_be_written_again_in_whatever_encoding_it_came() -> None:
    found = raw(b"author +2AA- <a@x.org> 1 +0000\nencoding utf-7", b"+2AA-\n")
    assert (found.author.name, found.message) == ("+2AA-", "+2AA-\n")


@pytest.mark.parametrize(
    ("line", "person", "at"),
    [
        (b"Ada <ada@x.org> 1700000000 +0200", ("Ada", "ada@x.org"), "2023-11-14T22:13:20Z"),
        (b" <> 0 +0000", ("", ""), "1970-01-01T00:00:00Z"),
        (b"<a@x.org> 60 +0000", ("", "a@x.org"), "1970-01-01T00:01:00Z"),
        (b"Ada <ada@x.org>", ("Ada", "ada@x.org"), "1970-01-01T00:00:00Z"),
        (b"Ada <ada@x.org> never", ("Ada", "ada@x.org"), "1970-01-01T00:00:00Z"),
        (b"Ada <ada@x.org> -5 +0000", ("Ada", "ada@x.org"), "1970-01-01T00:00:00Z"),
        (b"Ada <ada@x.org> 99999999999999 +0000", ("Ada", "ada@x.org"), "9999-12-31T23:59:59Z"),
        (b"Ada <ada@x.org> " + b"9" * 5000 + b" +0000", ("Ada", "ada@x.org"), "1970-01-01T00:00:00Z"),
        (b"Ada", ("Ada", ""), "1970-01-01T00:00:00Z"),
        (b"", ("", ""), "1970-01-01T00:00:00Z"),
    ],
)
def test_a_broken_identity_is_read_as_far_as_it_goes(line: bytes, person: tuple[str, str], at: str) -> None:
    found = raw(b"author " + line)
    assert ((found.author.name, found.author.email), found.authored_at) == (person, at)


def test_of_two_authors_the_first_counts() -> None:
    found = raw(b"author Ada <ada@x.org> 1 +0000\nauthor Eve <eve@x.org> 2 +0000")
    assert found.author.name == "Ada"


@given(st.binary(max_size=200))
def test_no_bytes_are_fatal_and_every_date_can_be_written(data: bytes) -> None:
    found = parse_commit(GitObject("1" * 40, "commit", data))
    for at in (found.authored_at, found.committed_at):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", at)
    found.subject.encode()


@given(st.integers())
def test_every_number_of_seconds_is_a_date(seconds: int) -> None:
    assert "1970-01-01T00:00:00Z" <= when(seconds) <= "9999-12-31T23:59:59Z"


@pytest.mark.parametrize("seconds", [0, 1, 2000, 99_999_999, 100_000_000, 1_700_000_000, 4_000_000_000])
def test_git_takes_any_moment_for_what_it_is(repo: RepoBuilder, seconds: int) -> None:
    shas = [repo.commit(None, when=at) for at in range(max(0, seconds - 2), seconds + 3)]
    shown = repo.git("rev-list", "--no-walk=unsorted", f"--since={git_date(seconds)}", *shas).decode().split()
    assert shown == shas[-3:]


@given(st.binary(max_size=40))
def test_text_that_is_utf_8_is_never_changed(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    assert decoded(text.encode()) == text


def test_what_is_missing_or_no_commit_is_left_out(repo: RepoBuilder, repository: Repository) -> None:
    first, second = repo.commit({"a": "1\n"}), repo.commit({"a": "2\n"})
    blob = repo.files()[b"a"][1]
    assert [c.sha for c in read_commits(repository.objects, [second, "0" * 40, blob, first])] == [second, first]
    assert read_commit(repository.objects, blob) is None
    assert read_commit(repository.objects, "0" * 40) is None
