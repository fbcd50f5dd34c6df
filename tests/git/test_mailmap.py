"""People are mapped as git maps them, from the .mailmap of the commit alone, and one odd name spoils no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.domain.commit import Person
from answerable.git.mailmap import Mailmap
from answerable.git.repository import Repository
from builders import RepoBuilder

WORDS = ("Ada", "ada", "Ada Marlow", "Bo", "René", "", "O'Hara, Jo", "#", "copilot[bot]", "a\u2028b", "x\x85y")
MAILS = ("ada@x.org", "ADA@X.org", "bo@x.org", "nobody", "1+a@users.noreply.example.com", "rené@x.org")
PEOPLE = st.builds(lambda name, email: Person(name=name, email=email), st.sampled_from(WORDS), st.sampled_from(MAILS))
NAMES = st.sampled_from([word for word in WORDS if "\u2028" not in word])
LINES = st.one_of(
    st.builds("{} <{}>".format, NAMES, st.sampled_from(MAILS)),
    st.builds("<{}> <{}>".format, st.sampled_from(MAILS), st.sampled_from(MAILS)),
    st.builds("{} <{}> <{}>".format, NAMES, st.sampled_from(MAILS), st.sampled_from(MAILS)),
    st.builds("{} <{}> {} <{}>".format, NAMES, st.sampled_from(MAILS), NAMES, st.sampled_from(MAILS)),
    st.sampled_from(("# Ada <ada@x.org>", "", "no address", "<", "Ada <ada@x.org", "> <", "\t  ", "A <a> <b> <c>")),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RepoBuilder, Repository]]:
    repo = RepoBuilder(tmp_path_factory.mktemp("mailmap"), bare=True)
    repo.commit()
    with Repository(repo.root) as repository:
        yield repo, repository


@pytest.fixture
def repository(repo: RepoBuilder) -> Iterator[Repository]:
    with Repository(repo.root) as found:
        yield found


def mapped(repository: Repository, commit: str, people: Sequence[Person]) -> list[Person]:
    mailmap = Mailmap(repository, commit)
    mailmap.learn(people)
    return [mailmap(person) for person in people]


def person(text: str) -> Person:
    name, _, email = text.rpartition("<")
    return Person(name=name.strip(), email=email.removesuffix(">"))


def as_git_maps(repo: RepoBuilder, commit: str, people: Sequence[Person]) -> list[Person]:
    """What `git check-mailmap` says of each alone, with the .mailmap of a commit."""
    setting = f"mailmap.blob={commit}:.mailmap"
    said = [repo.git("-c", setting, "check-mailmap", f"{one}") for one in people]
    return [person(out.decode().removesuffix("\n")) for out in said]


@given(st.lists(LINES, max_size=6), st.lists(PEOPLE, min_size=1, max_size=3))
def test_people_are_mapped_as_git_maps_them(
    shared: tuple[RepoBuilder, Repository], lines: list[str], people: list[Person]
) -> None:
    repo, repository = shared
    commit = repo.commit({".mailmap": "".join(f"{line}\n" for line in lines)}, parents=[])
    assert mapped(repository, commit, people) == as_git_maps(repo, commit, people)


def test_an_author_is_who_git_log_says(repo: RepoBuilder, repository: Repository) -> None:
    repo.commit({"a": "1\n"}, author=("ada", "ada@old.org"))
    head = repo.commit({".mailmap": "Ada Marlow <ada@x.org> <ada@old.org>\n"}, author=(b"Ren\xe9", "r@x.org"))
    repo.checkout()
    names = repo.git("log", "--use-mailmap", "--format=%aN <%aE>", "--reverse").decode("utf-8", "replace").splitlines()
    people = [Person(name="ada", email="ada@old.org"), Person(name="Ren\ufffd", email="r@x.org")]
    assert [f"{found}" for found in mapped(repository, head, people)] == names


def test_a_person_without_a_name_keeps_the_address(repo: RepoBuilder, repository: Repository) -> None:
    head = repo.commit({".mailmap": "Ada <ada@x.org>\n<bo@x.org> <bo@old.org>\n"})
    people = [Person(name="", email=email) for email in ("nobody", "ada@x.org", "bo@old.org")]
    assert [f"{found}" for found in mapped(repository, head, people)] == [
        " <nobody>",
        "Ada <ada@x.org>",
        " <bo@x.org>",
    ]


@pytest.mark.parametrize("name", ["a\nb", "a\0b", "a\rb", "a\u2028b", "a\x85b", "<", "a <b", "\ufffd", "\x1c", ""])
@pytest.mark.parametrize("email", ["odd@x.org", "", "\0", "a\nb"])
def test_an_odd_person_does_not_keep_others_from_being_mapped(
    repo: RepoBuilder, repository: Repository, name: str, email: str
) -> None:
    head = repo.commit({".mailmap": "Ada Marlow <ada@x.org> <ada@old.org>\n"})
    odd, ada = Person(name=name, email=email), Person(name="Ada", email="ada@old.org")
    found = mapped(repository, head, [odd, ada, odd, ada])
    assert found[1] == found[3] == Person(name="Ada Marlow", email="ada@x.org")
    assert found[0] == odd


@pytest.mark.parametrize("files", [{"a": "1\n"}, {".mailmap/a": "Ada <ada@x.org>\n"}, {".mailmap": b"\0\xff"}])
def test_without_a_mailmap_people_are_as_they_are(
    repo: RepoBuilder, repository: Repository, files: dict[str, str]
) -> None:
    head, ada = repo.commit(files), Person(name="ada", email="ada@x.org")
    assert mapped(repository, head, [ada]) == [ada]


def test_the_mailmap_of_another_commit_or_of_the_configuration_changes_nothing(
    repo: RepoBuilder, repository: Repository
) -> None:
    head = repo.commit({".mailmap": "Ada Marlow <ada@x.org>\n"})
    repo.commit({".mailmap": "Eve <ada@x.org>\n"})
    repo.checkout()
    (repo.root / "evil").write_text("Mallory <ada@x.org>\n")
    repo.git("config", "mailmap.file", "evil")
    repo.git("config", "mailmap.blob", "HEAD:.mailmap")
    ada = Person(name="ada", email="ada@x.org")
    assert mapped(repository, head, [ada]) == [Person(name="Ada Marlow", email="ada@x.org")]


def test_who_was_not_learned_is_as_given(repo: RepoBuilder, repository: Repository) -> None:
    head, ada = repo.commit({".mailmap": "Ada Marlow <ada@x.org>\n"}), Person(name="ada", email="ada@x.org")
    assert Mailmap(repository, head)(ada) == ada
