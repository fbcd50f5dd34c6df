"""What CI systems run of ours: the steps of the GitHub Action, the jobs of the GitLab component, the pre-commit hooks.

Each is run as the shell that the platform starts, with the variables that it sets, on a shallow clone as it makes one.
Only what needs a package registry is a stand-in: the Python that makes the environment, and its pip.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from builders import RepoBuilder
from builders.repository import clean_environment
from e2e.git_server import program

ROOT = Path(__file__).parent.parent.parent
POLICY = """\
version: 1
layers:
  - {name: critical, purpose: money, paths: ["/pay/"]}
  - {name: standard, purpose: the rest}
rules:
  - name: pay-needs-review
    match: {layers: [critical], origins: [ai, mixed, unknown]}
    require: {reviewers: {humans: 1}}
    action: ACTION
    message: lines in pay/ need an independent reviewer
"""
STRICT, SOFT = POLICY.replace("ACTION", "Deny"), POLICY.replace("ACTION", "Audit")
BAD = {"pay/charge.py": "charge()\nrefund()\n"}
# A Python whose `-m venv` makes an environment with our program in it, and a pip that writes down what it was asked.
PYTHON = """\
#!/bin/sh
[ "$1 $2" = "-m venv" ] || exit 9
mkdir -p "$3/bin"
cp "STAND_IN/answerable" "$3/bin/answerable"
printf '#!/bin/sh\\necho "$@" >>"STAND_IN/pip.log"\\n' >"$3/bin/pip"
chmod +x "$3/bin/pip"
"""


@dataclass(frozen=True)
class Place:
    """A project on a forge, a runner's folders, and the commits that events speak of."""

    folder: Path
    origin: RepoBuilder
    bin: Path
    base: str

    def workspace(self, branch: str, depth: int = 1) -> Path:
        where = self.folder / f"workspace-{branch}"
        options = (f"--depth={depth}", "--branch", branch, "--single-branch")
        return self.origin.clone(where, *options).root

    def run(self, command: list[str], cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([os.fspath(self.bin), os.environ["PATH"]])
        environment = clean_environment(os.fspath(self.folder)) | {"PATH": path} | more
        return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = program(tmp_path / "bin")
    python = folder / "python3"
    python.write_text(PYTHON.replace("STAND_IN", os.fspath(folder)))
    python.chmod(python.stat().st_mode | stat.S_IXUSR)
    origin = RepoBuilder(tmp_path / "project.git", bare=True)
    origin.git("config", "uploadpack.allowAnySHA1InWant", "true")  # as forges do
    origin.commit({".answerable/policy.yaml": SOFT, "README": "x\n"})
    origin.commit({"README": "the change begins here\n"})
    base = origin.commit({".answerable/policy.yaml": STRICT})
    return Place(tmp_path, origin, folder, base)


# -- the GitHub Action ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Action:
    """What a run of all steps left behind."""

    code: int
    out: str
    outputs: dict[str, str]
    summary: str


def act(place: Place, branch: str, event: dict[str, Any], **inputs: str) -> Action:
    """Run the steps of action.yml one after the other, as the runner does for `shell: bash`."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    temp = place.folder / "temp"
    temp.mkdir()
    workspace = place.workspace(branch)
    given = {name: inputs.get(name, value["default"]) for name, value in action["inputs"].items()}
    known: dict[str, Any] = {"inputs": given, "steps": {}, "github": {"action_path": os.fspath(ROOT), **event}}
    out, code, files = "", 0, {"GITHUB_OUTPUT": temp / "output", "GITHUB_STEP_SUMMARY": temp / "summary"}
    for step in action["runs"]["steps"]:
        assert "${{" not in step["run"], "an expression in a script is the script's to any text"
        environment = {name: evaluated(value, known) for name, value in step["env"].items()}
        for file in files.values():
            file.write_text("")
        script = temp / "step.sh"
        script.write_text(step["run"])
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", os.fspath(script)]
        runner = {"CI": "true", "GITHUB_ACTIONS": "true", "RUNNER_TEMP": os.fspath(temp)}
        done = place.run(command, workspace, **runner, **{k: os.fspath(v) for k, v in files.items()}, **environment)
        assert "Traceback" not in done.stderr, done.stderr
        out, code = out + done.stdout + done.stderr, done.returncode
        rows = dict(row.split("=", 1) for row in files["GITHUB_OUTPUT"].read_text().splitlines())
        known["steps"][step.get("id", "")] = {"outputs": rows}
        if code:
            break
    outputs = {name: evaluated(value["value"], known) for name, value in action["outputs"].items()}
    return Action(code, out, outputs, files["GITHUB_STEP_SUMMARY"].read_text())


def evaluated(text: str, known: dict[str, Any]) -> str:
    """The only kind of expression we use: the first of some names that is not empty."""
    found = re.fullmatch(r"\$\{\{ ([\w. |-]+) \}\}", text)
    assert found, text
    return next((value for name in found[1].split(" || ") if (value := _look_up(name, known))), "")


def _look_up(name: str, known: Any) -> str:
    for part in name.split("."):
        known = known.get(part, {}) if isinstance(known, dict) else {}
    return known if isinstance(known, str) else ""


def pull_request(base: str, head: str) -> dict[str, Any]:
    change = {"base": {"sha": base}, "head": {"sha": head}}
    return {"sha": "f" * 40, "event": {"pull_request": change, "repository": {"default_branch": "main"}}}


def pushed(before: str, head: str) -> dict[str, Any]:
    return {"sha": head, "event": {"before": before, "repository": {"default_branch": "main"}}}


def test_the_action_annotates_what_fails_writes_the_summary_and_fails(place: Place) -> None:
    head = place.origin.commit(BAD, branch="topic")
    done = act(place, "topic", pull_request(place.base, head))
    assert done.code == 1, done.out
    assert "::error file=pay/charge.py,line=1,endLine=2,title=pay-needs-review::" in done.out
    assert done.outputs == {"verdict": "fail"}
    assert done.summary.startswith("## Answerable: fail\n")
    assert f"{ROOT}[policy]" in (place.bin / "pip.log").read_text()


def test_the_action_passes_what_passes(place: Place) -> None:
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    done = act(place, "topic", pull_request(place.base, head))
    assert (done.code, done.outputs) == (0, {"verdict": "pass"}), done.out
    assert done.summary.startswith("## Answerable: pass\n")


def test_the_action_judges_by_the_policy_of_the_base_though_the_change_edits_it(place: Place) -> None:
    head = place.origin.commit(BAD | {".answerable/policy.yaml": SOFT}, branch="topic")
    assert act(place, "topic", pull_request(place.base, head)).code == 1


def test_the_action_judges_a_push_and_a_new_branch(place: Place, tmp_path: Path) -> None:
    head = place.origin.commit(BAD)
    assert act(place, "main", pushed(place.base, head)).code == 1
    (tmp_path / "temp").rename(tmp_path / "first")
    topic = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    assert act(place, "topic", pushed("0" * 40, topic)).code == 0


def test_the_action_only_reports_where_it_is_told_to_and_still_says_fail(place: Place) -> None:
    head = place.origin.commit(BAD, branch="topic")
    done = act(place, "topic", pull_request(place.base, head), **{"report-only": "true"})
    assert (done.code, done.outputs) == (0, {"verdict": "fail"})


@pytest.mark.parametrize("base", ["1" * 40, "-x", "no such branch"])
def test_the_action_fails_where_it_cannot_find_the_base(place: Place, base: str) -> None:
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    assert act(place, "topic", pull_request(base, head)).code != 0


def test_the_action_does_not_pass_what_could_not_be_judged(place: Place) -> None:
    broken = place.origin.commit({".answerable/policy.yaml": "surprise: '::error::x'\n"})
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    done = act(place, "topic", pull_request(broken, head))
    assert (done.code, done.outputs) == (3, {"verdict": "error"}), done.out


def test_the_action_reads_the_notes_of_the_project(place: Place) -> None:
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    place.origin.note("ai", "topic", "something\n")
    done = act(place, "topic", pull_request(place.base, head))
    notes = subprocess.run(
        ["git", "-C", os.fspath(place.folder / "workspace-topic"), "notes", "--ref=ai", "show", head],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.code, notes.stdout) == (0, "something\n")


FOUND = {
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "Tool"}},
            "results": [
                {
                    "ruleId": "R1",
                    "level": "error",
                    "message": {"text": "wrong"},
                    "locations": [
                        {"physicalLocation": {"artifactLocation": {"uri": "pay/charge.py"}, "region": {"startLine": 1}}}
                    ],
                }
            ],
        }
    ],
}
ANALYSED = POLICY.replace("reviewers: {humans: 1}", "findings: {level: error}").replace("ACTION", "Deny")


def test_the_action_takes_reports_of_analysers_and_looks_for_failure_modes(place: Place) -> None:
    base = place.origin.commit({".answerable/policy.yaml": ANALYSED})
    fault = "import requests\nrequests.get(u, verify=False)\n"
    (place.folder / "a b.sarif").write_text(json.dumps(FOUND))
    head = place.origin.commit({"pay/charge.py": fault}, branch="topic")
    given = {"findings": f"{place.folder}/a b.sarif\n\n", "failure-modes": "true"}
    done = act(place, "topic", pull_request(base, head), **given)
    assert done.code == 1, done.out
    assert "Tool R1 (error)%3A wrong" in done.out or "Tool R1 (error): wrong" in done.out
    assert "python-disabled-verification" in done.out
    assert f"{ROOT}[policy,review]" in (place.bin / "pip.log").read_text()


def test_the_action_does_not_pass_a_report_that_cannot_be_read(place: Place) -> None:
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    done = act(place, "topic", pull_request(place.base, head), findings="none.sarif")
    assert (done.code, done.outputs) == (3, {"verdict": "error"}), done.out


# -- the GitLab component -------------------------------------------------------------------------------------------


def component(**inputs: str) -> dict[str, Any]:
    """The job of the component with its inputs put in, as GitLab does before it reads the YAML."""
    head, _, body = (ROOT / "templates" / "answerable-gate.yml").read_text("utf-8").partition("\n---\n")
    spec = yaml.safe_load(head)["spec"]["inputs"]
    for name, about in spec.items():
        default = about["default"]
        value = inputs.get(name, str(default).lower() if isinstance(default, bool) else default)
        body = body.replace(f"$[[ inputs.{name} ]]", value)
    assert "$[[" not in body
    found: dict[str, Any] = yaml.safe_load(body)["answerable-gate"]
    return found


def run_job(
    place: Place, branch: str, shell: str = "bash", inputs: dict[str, str] | None = None, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the job as a runner does: one shell for all lines, which ends at the first that fails."""
    job = component(**(inputs or {}))
    script = "\n".join(["set -e", *job["before_script"], *job["script"]])
    ours = {"CI": "true", "CI_JOB_ID": "7", "CI_BUILDS_DIR": os.fspath(place.folder / "builds")}
    where = place.workspace(branch)
    return place.run([shell, "-c", script], where, **ours, **job["variables"], **variables)


def reports(place: Place, branch: str) -> tuple[list[dict[str, Any]], ElementTree.Element]:
    folder = place.folder / f"workspace-{branch}"
    found = component()["artifacts"]["reports"]
    quality = json.loads((folder / found["codequality"]).read_text())
    return quality, ElementTree.fromstring((folder / found["junit"]).read_text())


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_component_fails_a_merge_request_that_fails_and_leaves_both_reports(place: Place, shell: str) -> None:
    head = place.origin.commit(BAD, branch="topic")
    done = run_job(place, "topic", shell, CI_COMMIT_SHA=head, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main")
    assert done.returncode == 1, done.stderr
    assert "lines in pay/ need an independent reviewer" in done.stdout
    quality, junit = reports(place, "topic")
    assert quality[0]["location"] == {"path": "pay/charge.py", "lines": {"begin": 1, "end": 2}}
    assert int(junit.attrib["failures"]) >= 1
    assert (place.bin / "pip.log").read_text().split()[-1] == "answerable[policy]"


@pytest.mark.parametrize("shell", ["bash", "sh"])
def test_the_component_takes_reports_of_analysers_and_looks_for_failure_modes(place: Place, shell: str) -> None:
    place.origin.commit({".answerable/policy.yaml": ANALYSED})
    fault = "import requests\nrequests.get(u, verify=False)\n"
    (place.folder / "a b.sarif").write_text(json.dumps(FOUND))
    head = place.origin.commit({"pay/charge.py": fault}, branch="topic")
    given = {"findings": f"{place.folder}/a b.sarif,{place.folder}/a b.sarif", "failure_modes": "true"}
    target = {"CI_COMMIT_SHA": head, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    done = run_job(place, "topic", shell, given, **target)
    assert done.returncode == 1, done.stderr
    assert "Tool R1 (error): wrong" in done.stdout
    assert "python-disabled-verification" in done.stdout


def test_the_component_judges_by_the_target_as_it_is_now_not_as_the_change_left_it(place: Place) -> None:
    """The change began at a commit whose policy was softer."""
    before = place.origin.git("rev-parse", f"{place.base}~1").decode().strip()
    head = place.origin.commit(BAD, branch="topic", parents=[before])
    done = run_job(
        place, "topic", CI_COMMIT_SHA=head, CI_MERGE_REQUEST_TARGET_BRANCH_NAME="main",
        CI_MERGE_REQUEST_DIFF_BASE_SHA=before, CI_MERGE_REQUEST_SOURCE_BRANCH_SHA="",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr


def test_the_component_passes_what_passes_and_judges_the_default_branch_after_a_push(place: Place) -> None:
    head = place.origin.commit({"docs.md": "x\n"})
    done = run_job(place, "main", CI_COMMIT_SHA=head, CI_COMMIT_BEFORE_SHA=place.base)
    assert done.returncode == 0, done.stdout + done.stderr
    assert reports(place, "main")[0] == []


def test_the_component_judges_the_last_commit_where_a_pipeline_has_no_before(place: Place) -> None:
    head = place.origin.commit(BAD)
    assert run_job(place, "main", CI_COMMIT_SHA=head, CI_COMMIT_BEFORE_SHA="0" * 40).returncode == 1


def test_the_component_only_reports_where_it_is_told_to(place: Place) -> None:
    head = place.origin.commit(BAD, branch="topic")
    given = {"CI_COMMIT_SHA": head, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main"}
    assert run_job(place, "topic", inputs={"report_only": "true"}, **given).returncode == 0
    assert reports(place, "topic")[0] != []


def test_the_component_fails_where_there_is_no_such_target(place: Place) -> None:
    head = place.origin.commit({"docs.md": "x\n"}, branch="topic")
    target = "$(touch owned)"
    done = run_job(place, "topic", CI_COMMIT_SHA=head, CI_MERGE_REQUEST_TARGET_BRANCH_NAME=target)
    assert done.returncode != 0
    assert not (place.folder / "workspace-topic" / "owned").exists()


# -- by hand --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_a_gate_whose_reader_has_gone_still_ends_with_what_it_found(place: Place, form: str) -> None:
    head = place.origin.commit(BAD, branch="topic")
    reading, writing = os.pipe()
    os.close(reading)
    command = [os.fspath(place.bin / "answerable"), "gate", f"{place.base}..{head}", "--format", form]
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(command, cwd=place.origin.root, stdout=pipe, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (1, b"")


def test_the_summary_of_a_step_is_added_to_and_one_that_cannot_be_written_changes_nothing(place: Place) -> None:
    head = place.origin.commit(BAD, branch="topic")
    command = ["answerable", "gate", f"{place.base}..{head}", "--format", "github"]
    file = place.folder / "summary"
    file.write_text("before\n")
    assert place.run(command, place.origin.root, GITHUB_STEP_SUMMARY=os.fspath(file)).returncode == 1
    assert file.read_text().startswith("before\n## Answerable: fail\n")
    assert place.run(command, place.origin.root, GITHUB_STEP_SUMMARY=os.fspath(place.folder)).returncode == 1


# -- pre-commit -----------------------------------------------------------------------------------------------------


def hook(name: str) -> dict[str, Any]:
    found = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return next(one for one in found if one["id"] == name)


@pytest.mark.parametrize(("files", "code"), [(BAD, 1), ({"docs.md": "x\n"}, 0)], ids=["fails", "passes"])
def test_the_hook_before_a_push_judges_what_would_be_sent(place: Place, files: dict[str, str], code: int) -> None:
    head = place.origin.commit(files, branch="topic")
    command = shlex.split(hook("answerable-gate")["entry"])
    refs = {"PRE_COMMIT_FROM_REF": place.base, "PRE_COMMIT_TO_REF": head}
    assert place.run(command, place.origin.root, **refs).returncode == code


def test_the_hook_of_the_policy_file_is_asked_for_that_file_only_and_names_the_fault(place: Place) -> None:
    about = hook("answerable-policy")
    assert about["additional_dependencies"] == [".[policy]"]
    assert re.search(about["files"], ".answerable/policy.yaml")
    assert not re.search(about["files"], "x/.answerable/policy.yaml")
    file = place.folder / "policy.yaml"
    for text, code in ((STRICT, 0), (STRICT + "surprise: 1\n", 2)):
        file.write_text(text)
        done = place.run([*shlex.split(about["entry"]), os.fspath(file)], place.folder)
        assert done.returncode == code, done.stderr
