"""Lines that git need not be asked about: `git blame -w -M -C` leads no further back than plain blame."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from answerable.domain.answer import Span
from answerable.domain.line_origin import LineOrigin
from answerable.git.attribution.pieces import Piece
from answerable.git.blame import Blame
from answerable.git.repository import Repository
from answerable.git.tree import list_tree
from answerable.incident.moved import may_have_moved
from builders import RepoBuilder
from builders.histories import random_history

LONG = "result = compute_the_total_of_all_orders(customer, since, until)\n"


def spans(pieces: list[Piece], path: bytes) -> dict[int, Span]:
    """Each line of a file by itself."""
    found = {}
    for piece in pieces:
        for at in range(piece.count):
            line = piece.start + at
            found[line] = Span(
                path=path,
                start=line,
                end=line,
                commit=piece.origin.commit.decode(),
                orig_path=piece.origin.path,
                orig_start=piece.orig_start + at,
                lines=LineOrigin(),
            )
    return found


def blamed(
    repository: Repository, path: bytes, lines: tuple[int, int] | None = None, *, moved: bool = False
) -> dict[int, Span]:
    git, head = repository.quarantine.git, repository.resolve("HEAD")
    return spans(Blame(git, head, path, lines, moved=moved).pieces(repository.boundary) or [], path)


def written(seed: int, root: Path) -> RepoBuilder:
    """A history of files whose lines differ: they come, go, are indented, or moved in their file or to another."""
    draw, repo = Random(seed), RepoBuilder(root)
    files: dict[str, list[str]] = {name: [] for name in ("a.py", "b.py", "lib/c.py")}
    count = 0
    for _ in range(25):
        for _ in range(draw.randint(1, 4)):
            name, other = draw.choice(list(files)), draw.choice(list(files))
            lines, at = files[name], draw.randrange(len(files[name]) + 1)
            what = draw.choice(("new", "new", "new", "long", "indent", "move", "away", "drop"))
            if what in ("new", "long") or at == len(lines):
                count += 1
                lines.insert(at, f"{f'quite_a_long_name_{count}, ' * 3 if what == 'long' else ''}x{count} = {count}")
            elif what == "indent":
                lines[at] = draw.choice(("    ", "\t")) + lines[at]
            else:
                line = lines.pop(at)
                to = {"move": lines, "away": files[other]}.get(what)
                if to is not None:
                    to.insert(draw.randrange(len(to) + 1), line)
        repo.commit({name: "".join(f"{line}\n" for line in lines) for name, lines in files.items()})
    repo.checkout()
    return repo


def test_what_is_said_to_stay_stays(seed: int, tmp_path: Path) -> None:
    repo = written(seed, tmp_path / "repo")
    with Repository(repo.root) as repository:
        for entry in list_tree(repository.git, repository.resolve("HEAD")):
            plain = blamed(repository, entry.path)
            kept = [at for at, span in plain.items() if not may_have_moved(repository, span)][:12]
            looked = {at: blamed(repository, entry.path, (at, at), moved=True)[at].commit for at in kept}
            past = [at for at in kept if not leads_back(repository, plain[at].commit, looked[at])]
            assert past == [], (seed, entry.path)


def leads_back(repository: Repository, ours: str | None, theirs: str | None) -> bool:
    """True where git names our commit or a later one: ignoring white space it may pair lines worse, too."""
    asked = ("merge-base", "--is-ancestor", ours or "", theirs or "")
    return ours == theirs or repository.quarantine.git.attempt(*asked)[0] == 0


def test_on_odd_histories_git_leads_no_further_back_either(seed: int, tmp_path: Path) -> None:
    repo = random_history(seed, tmp_path / "repo", commits=25)
    with Repository(repo.root) as repository:
        for entry in list_tree(repository.git, repository.resolve("HEAD"))[:12]:
            plain = blamed(repository, entry.path)
            kept = [at for at, span in plain.items() if not may_have_moved(repository, span)][:4]
            looked = {at: blamed(repository, entry.path, (at, at), moved=True)[at].commit for at in kept}
            past = [at for at in kept if not leads_back(repository, plain[at].commit, looked[at])]
            assert past == [], (seed, entry.path)


def asked(repo: RepoBuilder, path: bytes, line: int) -> bool:
    repo.checkout()
    with Repository(repo.root) as repository:
        return may_have_moved(repository, blamed(repository, path)[line])


def test_a_new_line_of_an_old_file_is_not_asked_about(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "one\ntwo\n"})
    repo.commit({"a.py": "one\ntwo\nthree\n"})
    assert not asked(repo, b"a.py", 3)
    assert not asked(repo, b"a.py", 1)


@pytest.mark.parametrize("indented", ["    " + LONG, "\t" + LONG, LONG.replace(" ", "  ")])
def test_a_line_that_only_changed_its_white_space_is(repo: RepoBuilder, indented: str) -> None:
    repo.commit({"a.py": f"if x:\n{LONG}"})
    repo.commit({"a.py": f"if x:\n{indented}"})
    assert asked(repo, b"a.py", 2)


def test_a_line_that_was_moved_to_another_file_is(repo: RepoBuilder) -> None:
    repo.commit({"a.py": f"one\n{LONG}", "dir/b.py": "b\n"})
    repo.commit({"a.py": "one\n", "dir/b.py": f"b\n{LONG}"})
    assert asked(repo, b"dir/b.py", 2)


def test_a_short_line_is_not_looked_for_in_other_files(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "one\nreturn x\n", "b.py": "b\n"})
    repo.commit({"a.py": "one\n", "b.py": "b\nreturn x\n"})
    assert not asked(repo, b"b.py", 2)


def test_a_line_of_a_file_that_was_renamed_and_indented_is(repo: RepoBuilder) -> None:
    body = "".join(f"line {n} of the file\n" for n in range(30))
    repo.commit({"a.py": f"{body}return x\n"})
    repo.commit({"a.py": None, "b.py": f"{body}    return x\n"})
    assert asked(repo, b"b.py", 31)


def test_where_an_object_is_missing_git_is_asked(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "one\n"})
    repo.checkout()
    gone = Span(path=b"a.py", start=1, end=1, commit="0" * 40, orig_path=b"a.py", orig_start=1, lines=LineOrigin())
    with Repository(repo.root) as repository:
        assert may_have_moved(repository, gone)
