"""Stack traces of ten languages, from public issues, lead to lines that are there at the release that each names.

A row holds the frames as they were reported, what the tree of that release says of the paths (how many lines each
file has, which others have the same name) and of the packages it publishes, and which places they are.
"""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from answerable.git.repository import Repository
from answerable.incident.frames import parse_trace
from answerable.incident.records import Records
from answerable.incident.trace import Tracer
from builders import RepoBuilder

CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "data" / "issue_traces.json").read_text("utf-8"))


def test_there_are_ten_languages_each_with_its_source() -> None:
    assert len({case["language"] for case in CASES}) == 10
    assert all(case["source"].startswith("https://github.com/") and len(case["commit"]) == 40 for case in CASES)


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case["language"]))
def test_frames_lead_to_existing_lines(case: dict[str, Any], tmp_path: Path) -> None:
    repo = RepoBuilder(tmp_path / "repo")
    files = {path: "line\n" * count for path, count in case["lines"].items()}
    files |= dict.fromkeys(case["others"], "line\n" * 5_000)
    for path, name in case["manifests"].items():
        files[path] = json.dumps({"name": name}) if path.endswith(".json") else f'[package]\nname = "{name}"\n'
    head = repo.commit(files, "a release\n")
    with Repository(repo.root) as repository, closing(Records(repository, head)) as records:
        traced = Tracer(records).trace(parse_trace("\n".join(case["trace"])))
    found = [f"{place.path.decode()}:{place.line}" for place in traced.places if place.path]
    assert [place for place in found if place in case["expected"]] == case["expected"]
    assert traced.lost == 0
    asked = [f"{path.decode()}:{start}" for path, (start, _) in traced.lines]
    assert asked == case["expected"][:5]
