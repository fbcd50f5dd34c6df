"""`answerable for -`: what an incident leaves behind, in the languages it is left in."""

from __future__ import annotations

import pytest

from builders import RepoBuilder
from e2e.asking import ask

CODEX = "Co-authored-by: Codex <noreply@openai.com>\n"
LINES = "".join(f"line {n}\n" for n in range(1, 41))

PYTHON = """\
Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/runners.py", line 190, in run
    return runner.run(main)
  File "/srv/app/shop/http.py", line 12, in dispatch
    return handler(request)
  File "/srv/app/shop/auth.py", line 7, in refresh
    del live[token]
KeyError: 'x'
"""
JAVA = """\
Exception in thread "main" java.lang.IllegalStateException: no session
\tat com.example.auth.Sessions.refresh(Sessions.java:9)
\tat com.example.http.Router.dispatch(Router.java:21)
\tat java.base/java.lang.Thread.run(Thread.java:840)
"""
NODE = """\
TypeError: Cannot read properties of undefined (reading 'id')
    at refresh (/srv/app/web/session.ts:5:17)
    at async dispatch (webpack-internal:///./web/router.ts:14:3)
    at node:internal/process/task_queues:95:5
"""
GO = """\
panic: runtime error: index out of range [3] with length 3

goroutine 1 [running]:
example.com/shop/auth.Refresh(0x1)
\t/home/runner/work/shop/auth/refresh.go:11 +0x1d
main.main()
\t/home/runner/work/shop/cmd/main.go:8 +0x2c
"""


@pytest.mark.parametrize(
    ("trace", "inner", "outer", "found"),
    [
        (PYTHON, ("shop/auth.py", 7), ("shop/http.py", 12), 3),
        (
            JAVA,
            ("core/src/main/java/com/example/auth/Sessions.java", 9),
            ("core/src/main/java/com/example/http/Router.java", 21),
            3,
        ),
        (NODE, ("web/session.ts", 5), ("web/router.ts", 14), 3),
        (GO, ("auth/refresh.go", 11), ("cmd/main.go", 8), 2),
    ],
    ids=["python", "java", "javascript", "go"],
)
def test_the_frame_where_it_failed_comes_first(
    repo: RepoBuilder, trace: str, inner: tuple[str, int], outer: tuple[str, int], found: int
) -> None:
    repo.commit({outer[0]: LINES, "CODEOWNERS": "* @org/oncall\n"}, "The old part\n")
    repo.commit({inner[0]: LINES}, f"The new part\n\n{CODEX}", author=("Grace", "grace@example.com"))
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed=trace).json
    assert document["target"] == {"kind": "trace", "given": "-"}
    assert [(s["path"], s["start"], s["origin"]) for s in document["spans"]] == [(*inner, "ai"), (*outer, "unknown")]
    assert [(f["path"], f["line"]) for f in document["frames"][:2]] == [inner, outer]
    assert len(document["frames"]) in (found, found - 1)
    out = ask("for", "-", cwd=repo.root, feed=trace).out.splitlines()
    assert out[1] == (
        f"Look first at {inner[0]}:{inner[1]}. AI wrote this line (codex, declared). "
        "Grace committed it on 2023-11-14. Owner: @org/oncall."
    )


def test_a_plain_list_of_places_is_read_as_well(repo: RepoBuilder) -> None:
    repo.commit({"src/a.py": LINES, "src/b.py": LINES})
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed="src/b.py:3\nsrc/a.py:7\n").json
    assert [(s["path"], s["start"]) for s in document["spans"]] == [("src/b.py", 3), ("src/a.py", 7)]


def test_a_trace_inside_a_log_with_time_stamps_and_bad_bytes_is_found(repo: RepoBuilder) -> None:
    repo.commit({"shop/auth.py": LINES, "shop/http.py": LINES})
    log = b"\xff\xfe start\n" + "".join(f"2026-06-11T02:13:07Z web-1 | {row}\n" for row in PYTHON.splitlines()).encode()
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed=log).json
    assert [s["path"] for s in document["spans"]] == ["shop/auth.py", "shop/http.py"]


def test_a_frame_past_the_end_of_its_file_is_noted_and_the_others_are_answered(repo: RepoBuilder) -> None:
    repo.commit({"shop/auth.py": "one\n", "shop/http.py": LINES})
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed=PYTHON).json
    assert [s["path"] for s in document["spans"]] == ["shop/http.py"]
    assert document["notes"] == ["1 frame names a line that is not there at this revision"]


def test_a_trace_whose_lines_are_all_gone_still_names_the_places(repo: RepoBuilder) -> None:
    repo.commit({"shop/auth.py": "one\n", "shop/http.py": "one\n"})
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed=PYTHON).json
    assert (document["spans"], document["answered"]) == ([], 0)
    assert document["notes"] == ["2 frames name a line that is not there at this revision"]


def test_the_revision_that_ran_can_be_named(repo: RepoBuilder) -> None:
    repo.commit({"shop/auth.py": LINES, "shop/http.py": LINES})
    repo.commit({"shop/auth.py": None, "shop/http.py": None})
    assert ask("for", "-", "--format", "json", cwd=repo.root, feed=PYTHON).json["code"] == "trace-no-frame"
    document = ask("for", "-", "--at", "HEAD~1", "--format", "json", cwd=repo.root, feed=PYTHON).json
    assert [s["path"] for s in document["spans"]] == ["shop/auth.py", "shop/http.py"]


def test_a_mapping_in_the_configuration_leads_to_code_under_another_name(repo: RepoBuilder) -> None:
    mapping = "code_mappings:\n  - {stack_root: /srv/app/shop/, source_root: services/store/}\n"
    repo.commit({"services/store/auth.py": LINES, ".answerable/config.yaml": mapping})
    document = ask("for", "-", "--format", "json", cwd=repo.root, feed=PYTHON).json
    assert [s["path"] for s in document["spans"]] == ["services/store/auth.py"]


def test_a_broken_configuration_says_where_it_is_broken(repo: RepoBuilder) -> None:
    repo.commit({"a.py": "x\n", ".answerable/config.yaml": "code_mappings: [\n"})
    said = ask("for", "-", "--format", "json", cwd=repo.root, feed=PYTHON)
    assert (said.code, said.json["code"]) == (2, "config-invalid")
    assert "line 2" in said.json["message"]
