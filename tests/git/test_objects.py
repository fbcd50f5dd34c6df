"""Objects are what git holds under a name; a name that stands for nothing, or could ask for more, is None."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import GitFailed
from answerable.git.objects import Objects
from answerable.git.program import Git
from answerable.git.repository import Repository
from builders import RepoBuilder

BLOBS = [b"", b"\n", b"text\n", b"\0\xff" * 5000, b"1" * 40 + b" missing\n", b"no end"]


@pytest.fixture
def objects(repo: RepoBuilder) -> Iterator[Objects]:
    with Repository(repo.root) as found:
        yield found.objects


def test_every_object_is_what_git_says_it_is(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({f"f{number}": data for number, data in enumerate(BLOBS)})
    repo.tag("v1", "main", message="a tag\n")
    for name in ("main", "main^{tree}", "v1", *(f"main:f{number}" for number in range(len(BLOBS)))):
        found = objects.get(name)
        assert found is not None
        assert found.oid == repo.git("rev-parse", name).decode().strip()
        assert found.kind == repo.git("cat-file", "-t", name).decode().strip()
        assert found.data == repo.git("cat-file", found.kind, name)


@pytest.mark.parametrize(
    "name", ["", "0" * 40, "main:none", "none", "main:a b 5", "x blob 3", "-p", "--help", "a" * 70]
)
def test_a_name_that_stands_for_nothing_is_none_and_the_next_one_is_answered(
    repo: RepoBuilder, objects: Objects, name: str
) -> None:
    sha = repo.commit({"a": "1\n"})
    assert objects.get(name) is None
    found = objects.get("main")
    assert found is not None
    assert found.oid == sha


@pytest.mark.parametrize("name", ["main\nmain:a", "main\n", "\nmain", "main\0", "main:a\0b", b"main:\xff"])
def test_a_name_cannot_ask_a_second_question_or_be_cut_short(
    repo: RepoBuilder, objects: Objects, name: str | bytes
) -> None:
    repo.commit({"a": "1\n"})
    assert objects.get(name) is None
    assert objects.blob(repo.files()[b"a"][1]) == b"1\n"


@given(names=st.lists(st.one_of(st.binary(max_size=12), st.sampled_from((b"main", b"main:a", b"0" * 40))), max_size=9))
def test_answers_never_get_out_of_step_with_questions(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes]
) -> None:
    repo = RepoBuilder(tmp_path_factory.getbasetemp() / "objects-in-step")
    sha = repo.commit({"a": "1\n"}, parents=[], when=1)
    with Repository(repo.root) as repository:
        for name in names:
            repository.objects.get(name)
            found = repository.objects.get("main")
            assert found is not None
            assert found.oid == sha


def test_any_path_is_asked_for_by_its_bytes(repo: RepoBuilder, objects: Objects) -> None:
    paths = [b"caf\xe9", b"sp ace", b'quo"te', b"tab\there", b"back\\slash", b"a/-dash"]
    repo.commit({path: path + b"\n" for path in paths})
    for path in paths:
        found = objects.get(b"main:" + path)
        assert found is not None
        assert found.data == path + b"\n"


def test_an_ambiguous_beginning_of_an_id_is_none(repo: RepoBuilder, objects: Objects) -> None:
    seen: dict[str, bytes] = {}
    for number in itertools.count():
        data = b"%d\n" % number
        start = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()[:4]
        if start in seen:
            break
        seen[start] = data
    for blob in (data, seen[start]):
        repo.write("blob", blob)
    assert objects.get(start) is None
    assert objects.get("HEAD") is None


def test_a_stream_keeps_the_order_and_marks_what_is_missing(repo: RepoBuilder, objects: Objects) -> None:
    oids = [repo.write("blob", data) for data in BLOBS]
    asked = [oids[2], "0" * 40, *oids, oids[2], "f" * 40]
    found = [one.data if one else None for one in objects.stream(asked)]
    assert found == [BLOBS[2], None, *BLOBS, BLOBS[2], None]
    assert list(objects.stream([])) == []


def test_a_stream_may_end_early_and_others_go_on(repo: RepoBuilder, objects: Objects) -> None:
    oids = [repo.write("blob", b"%d\n" % number) for number in range(300)]
    stream = objects.stream(oids)
    assert next(iter(stream)) is not None
    stream.close()  # type: ignore[attr-defined]
    assert len([one for one in objects.stream(oids) if one]) == 300


def test_missing_names_exactly_what_is_not_here(repo: RepoBuilder, objects: Objects) -> None:
    here = [repo.write("blob", data) for data in BLOBS]
    gone = [f"{number:040x}" for number in range(5)]
    assert objects.missing([*here, *gone, here[0]]) == set(gone)
    assert objects.missing([]) == set()


def test_a_blob_is_asked_for_as_a_blob(repo: RepoBuilder, objects: Objects) -> None:
    sha = repo.commit({"a": "1\n"})
    assert objects.blob(repo.files()[b"a"][1]) == b"1\n"
    assert objects.blob(sha) is None
    assert objects.blob("0" * 40) is None


def test_objects_are_read_again_after_they_were_closed(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a": "1\n"})
    assert objects.get("main:a") is not None
    objects.close()
    objects.close()
    assert objects.get("main:a") is not None


def test_a_damaged_object_is_an_error_with_a_next_step_and_never_half_an_object(
    repo: RepoBuilder, objects: Objects
) -> None:
    oid = repo.write("blob", b"".join(b"%d\n" % number for number in range(9_000)))
    file = repo.git_dir / "objects" / oid[:2] / oid[2:]
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-500])
    with pytest.raises(GitFailed) as caught:
        list(objects.stream([oid]))
    assert "git fsck" in (caught.value.hint or "")
    for _ in range(3):
        with pytest.raises(GitFailed):
            objects.get(oid)
    objects.close()
    assert objects.get("0" * 40) is None


def test_where_git_cannot_read_at_all_is_an_error(tmp_path: Path) -> None:
    with closing(Objects(Git([f"--git-dir={tmp_path}"]))) as objects, pytest.raises(GitFailed):
        objects.get("HEAD")


def test_what_is_asked_ahead_changes_no_answer(repo: RepoBuilder, objects: Objects, seed: int) -> None:
    rng = Random(seed)
    repo.commit({f"f{at}": BLOBS[at % len(BLOBS)] + b"%d" % at for at in range(150)})
    oids = [oid for _, oid in repo.files().values()] + ["0" * 40, "f" * 40, repo.commits[0]]
    plain = {oid: found.data if (found := objects.get(oid)) else None for oid in oids}
    for _ in range(60):
        if rng.random() < 0.4:
            objects.ahead(rng.choices([*oids, "main", "", "x\n", oids[0][:10]], k=rng.randrange(120)))
        wanted = rng.choice(oids)
        found = objects.get(wanted)
        assert (found.data if found else None) == plain[wanted]
    assert objects.get("main:f1") is not None


def test_of_what_is_asked_ahead_only_so_much_is_kept(
    repo: RepoBuilder, objects: Objects, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("answerable.git.objects._KEPT", 1000)
    objects.close()  # it begins again with that much
    repo.commit({f"f{at}": bytes([65 + at]) * 400 for at in range(6)} | {"huge": b"h" * 5000})
    oids = [oid for _, oid in repo.files().values()]
    objects.ahead(oids)
    for oid in reversed(oids):
        found = objects.get(oid)
        assert found is not None
        assert hashlib.sha1(b"blob %d\0%b" % (len(found.data), found.data), usedforsecurity=False).hexdigest() == oid
        assert sum(len(each.data) for each in objects._kept.values()) <= 1000


def test_a_missing_object_that_was_asked_ahead_is_found_once_it_is_there(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a": "1\n"})
    later = hashlib.sha1(b"blob 1\0x", usedforsecurity=False).hexdigest()
    objects.ahead([later])
    assert objects.get(later) is None
    repo.write("blob", b"x")
    assert objects.blob(later) == b"x"
