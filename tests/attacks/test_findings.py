"""Whoever writes the code under review, or a report of it, cannot make a gate pass that should not, or stop it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from answerable.domain.verdict import Outcome, Verdict
from answerable.policy.outputs import OUTPUTS
from builders import RepoBuilder, link
from e2e.asking import ask_here
from policy.gating import ADA, AUTH, CLAUDE, LAYERS, failing, policed, verdict
from review.sarif.making import log, place, result, run

POLICY = (
    LAYERS
    + """rules:
  - name: analysed
    match: {layers: [critical], origins: [ai]}
    require: {findings: {level: warning}}
"""
)
FAULT = "import requests\nrequests.get(url, verify=False)\n"


def judged(repo: RepoBuilder, data: bytes) -> Verdict:
    file = repo.root.parent / "found.sarif"
    file.write_bytes(data)
    return verdict(repo, "main~1", findings=[file])


@pytest.fixture
def change(repo: RepoBuilder) -> RepoBuilder:
    policed(repo, POLICY)
    repo.commit({AUTH: "a\nb\nc\n"}, f"Do\n\n{CLAUDE}\n", author=ADA)
    return repo


@pytest.mark.parametrize(
    "uri", ["../../etc/passwd", "file:///etc/passwd", "src/auth/../../../x", "%2e%2e/%2e%2e/etc/passwd", "/etc/passwd"]
)
def test_a_path_that_leads_out_is_on_nothing_and_alone_it_is_an_error(change: RepoBuilder, uri: str) -> None:
    assert judged(change, log(run(result(place(uri, 1))))).outcome is Outcome.ERROR
    both = judged(change, log(run(result(place(uri, 1)), result(place(AUTH, 3)))))
    assert [one.path for one in failing(both)] == [AUTH.encode()]


def test_a_way_around_to_the_same_file_is_that_file(change: RepoBuilder) -> None:
    for uri in ("x/../" + AUTH, "./" + AUTH, AUTH.replace("/", "\\"), AUTH.replace("auth", "%61uth")):
        assert judged(change, log(run(result(place(uri, 3))))).outcome is Outcome.FAIL


@pytest.mark.parametrize("revision", ["0" * 40, "main", "HEAD", ""])
def test_a_report_of_another_commit_is_refused(change: RepoBuilder, revision: str) -> None:
    made = run(versionControlProvenance=[{"revisionId": revision}])
    assert judged(change, log(made)).outcome is (Outcome.ERROR if revision else Outcome.PASS)


def test_the_report_of_the_commit_before_is_refused_though_it_is_clean(change: RepoBuilder) -> None:
    made = run(versionControlProvenance=[{"revisionId": change.resolve("main~1")}])
    found = judged(change, log(made))
    assert found.outcome is Outcome.ERROR
    assert found.remedy


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"null",
        b'{"version":"2.1.0","runs":[]}',
        b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}}}]}',
        b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[],"invocations":[{"executionSuccessful":false}]}]}',
        b'{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{}],"results":[]}]}',
        log(run(result(place(AUTH, 3))))[:-20],
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
    ],
)  # fmt: skip
def test_a_report_that_says_nothing_is_no_good_news(change: RepoBuilder, data: bytes) -> None:
    assert judged(change, data).outcome is Outcome.ERROR


def test_a_report_without_end_is_refused_before_it_is_read(change: RepoBuilder) -> None:
    file = change.root.parent / "found.sarif"
    with file.open("wb") as huge:
        huge.truncate(3 << 30)
    found = verdict(change, "main~1", findings=[file])
    assert found.outcome is Outcome.ERROR
    assert "more than" in (found.problem or "")


def test_a_folder_a_file_without_end_and_a_missing_one_are_errors(change: RepoBuilder, tmp_path: Path) -> None:
    for named in (tmp_path, tmp_path / "none", Path("/dev/zero")):
        assert verdict(change, "main~1", findings=[named]).outcome is Outcome.ERROR


def test_a_hundred_thousand_results_are_judged_and_told_in_short(change: RepoBuilder) -> None:
    flood = [result(place(AUTH, n % 3 + 1), message={"text": f"finding {n}"}) for n in range(100_000)]
    found = judged(change, log(run(*flood)))
    assert found.outcome is Outcome.FAIL
    assert len(found.findings) < 1000
    assert any("more findings of analysers" in one.message for one in failing(found))


def test_control_characters_reach_no_output(change: RepoBuilder) -> None:
    bad = "\x1b[2J\u202e::error::x\n::set-output name=a::b\r`<script>"
    made = result(place(AUTH, 3), ruleId=bad, message={"text": bad})
    tool = {"driver": {"name": bad}}
    found = judged(change, log({**run(made), "tool": tool}))
    assert found.outcome is Outcome.FAIL
    for render in OUTPUTS.values():
        text = render(found)
        assert not any(ch in text for ch in "\x1b\u202e\r")
        assert not any(row.startswith("::set-output") for row in text.splitlines())


def test_a_comment_of_the_change_silences_nothing(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    silenced = FAULT.replace("requests.get", "# ast-grep-ignore\nrequests.get").replace(
        "False)", "False)  # nosec # noqa"
    )
    repo.commit({AUTH: silenced}, f"Do\n\n{CLAUDE}\n", author=ADA)
    found = verdict(repo, "main~1", failure_modes=True)
    assert found.outcome is Outcome.FAIL
    rules = {one.analysed.rule for one in failing(found) if one.analysed}
    assert {"python-disabled-verification", "silenced-security-check"} <= rules


def test_no_configuration_of_the_repository_is_read(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    files: dict[str, Any] = {
        AUTH: FAULT,
        "sgconfig.yml": "ruleDirs: []\n",
        ".gitignore": "*\n",
        ".ignore": "*\n",
        "src/auth/sgconfig.yml": "ruleDirs: []\n",
        ".semgrepignore": "*\n",
    }
    repo.commit(files, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    assert ask_here("review", "findings", "HEAD~1..HEAD", cwd=repo.root).code == 1


HOSTILE = (
    *(b"src/auth/\x1b[2J.py", b"src/auth/a\nb.py", b"src/auth/\xff.py"),
    *(b"src/auth/-x.py", b"src/auth/$(x).py", b"src/auth/a b%20.py"),
)


@pytest.mark.parametrize("path", HOSTILE)
def test_hostile_names_of_files_are_looked_at_like_others(repo: RepoBuilder, path: bytes) -> None:
    policed(repo, POLICY)
    repo.commit({path: FAULT}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    said = ask_here("review", "findings", "HEAD~1..HEAD", "--format", "sarif", "-o", "found.sarif", cwd=repo.root)
    assert said.code == 1
    gated = ask_here("gate", "HEAD~1..HEAD", "--findings", "found.sarif", "--format", "json", cwd=repo.root)
    assert gated.code == 1
    paths = {one["path"] for one in gated.json["findings"]}
    assert paths == {path.decode("utf-8", "surrogateescape")}
    text = ask_here("review", "findings", "HEAD~1..HEAD", cwd=repo.root)
    assert "\x1b" not in text.out


def test_what_is_looked_at_is_the_commit_and_never_the_work_tree(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    repo.commit({AUTH: FAULT}, f"Do\n\n{CLAUDE}\n", author=ADA)
    repo.checkout()
    (repo.root / AUTH).write_text("x = 1\n")
    assert ask_here("review", "findings", "HEAD~1..HEAD", cwd=repo.root).code == 1


def test_links_and_folders_of_others_are_not_followed(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    repo.commit({"src/auth/x.py": link("/etc/passwd"), "src/auth/y.py": link("../../..")}, author=ADA)
    assert verdict(repo, "main~1", failure_modes=True).outcome is Outcome.PASS


def test_code_without_end_ends(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    deep = "(" * 20_000 + ")" * 20_000
    repo.commit({"a.py": f"x = {deep}\n", "b.js": f"x = {deep}\n", "c.py": "x = 1\n" * 100_000}, author=ADA)
    found = verdict(repo, "main~1", failure_modes=True)
    assert found.outcome in (Outcome.PASS, Outcome.ERROR)
    assert json.dumps(found.notes)


def test_a_file_that_is_too_large_to_be_looked_at_is_told(repo: RepoBuilder) -> None:
    policed(repo, POLICY)
    repo.commit({AUTH: FAULT + "# x\n" * 600_000}, f"Do\n\n{CLAUDE}\n", author=ADA)
    found = verdict(repo, "main~1", failure_modes=True)
    assert [one.analysed.rule for one in failing(found) if one.analysed] == ["not-looked-at"]
