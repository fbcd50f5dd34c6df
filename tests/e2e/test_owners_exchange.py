"""Owners are taken over from another system and given to one, through the program, with a report of what was lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builders import RepoBuilder
from e2e.asking import ask_here

CODEOWNERS = "*.py @ada @org/web\n/docs/ docs@x.example\n!x @y\n"


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({"CODEOWNERS": CODEOWNERS, "a.py": "1\n", "docs/a.md": "1\n", "b/c.txt": "1\n"})
    repo.checkout()
    return repo


def test_codeowners_are_taken_over_and_checked_against_every_path(shop: RepoBuilder) -> None:
    said = ask_here("owners", "import", "github-codeowners", "CODEOWNERS", cwd=shop.root)
    assert said.code == 0
    assert '- {match: "*.py", owners: [ada, org-web]}' in said.out
    assert "1 things could not be carried" in said.err
    assert "CODEOWNERS:3: a pattern cannot be negated" in said.err
    told = ask_here("owners", "import", "github-codeowners", "CODEOWNERS", "--format", "json", cwd=shop.root).json
    assert (told["people"], told["teams"], told["paths"], told["output"]) == (2, 1, 2, None)
    assert [one["where"] for one in told["left"]] == ["CODEOWNERS:3"]


def test_what_means_something_else_here_is_told_path_by_path(shop: RepoBuilder) -> None:
    shop.commit({".gitlab/CODEOWNERS": "/docs @web\n"})
    shop.checkout()
    said = ask_here("owners", "import", "gitlab-codeowners", ".gitlab/CODEOWNERS", cwd=shop.root)
    assert "docs/a.md: nobody before, web now" in said.err


def test_the_file_that_was_made_answers_as_before(shop: RepoBuilder) -> None:
    file = ".answerable/owners.yaml"
    said = ask_here("owners", "import", "github-codeowners", "CODEOWNERS", "-o", file, cwd=shop.root)
    assert said.code == 0, said.err
    assert said.out == ""
    shop.commit({file: (shop.root / file).read_text(), "CODEOWNERS": None})
    shop.checkout()
    found = ask_here("owners", "resolve", "docs/a.md", "a.py", "--format", "json", cwd=shop.root).json["paths"]
    assert [one["owner"]["people"] + one["owner"]["teams"] for one in found] == [["docs-x.example"], ["ada", "org-web"]]
    exported = ask_here("owners", "export", "codeowners", cwd=shop.root)
    assert exported.out.splitlines()[1:] == ["*.py @ada @org/web", "/docs/ docs@x.example"]
    assert "everything was carried" in exported.err


def test_where_a_file_lies_says_what_it_is_about(shop: RepoBuilder) -> None:
    text = "kind: Component\nmetadata: {name: pay}\nspec: {owner: payments, lifecycle: beta}\n"
    shop.commit({"shop/pay/catalog-info.yaml": text})
    shop.checkout()
    said = ask_here("owners", "import", "backstage", "catalog-info.yaml", cwd=shop.root / "shop/pay")
    assert 'paths: ["/shop/pay/"]' in said.out
    assert "lifecycle: beta" in said.err


def test_strict_ends_with_1_where_anything_is_lost(shop: RepoBuilder) -> None:
    assert ask_here("owners", "import", "github-codeowners", "CODEOWNERS", "--strict", cwd=shop.root).code == 1
    (shop.root / "CODEOWNERS").write_text("* @ada\n")
    shop.commit({"CODEOWNERS": "* @ada\n"})
    assert ask_here("owners", "import", "github-codeowners", "CODEOWNERS", "--strict", cwd=shop.root).code == 0


def test_each_target_is_written_and_what_it_cannot_say_is_told(shop: RepoBuilder) -> None:
    owners = """\
version: 1
people:
  ada: {name: Ada, forge: [ada], pagerduty: P1}
  grace: {name: Grace, until: "2020-01-01"}
teams: {pay: {name: Pay, members: [ada, grace]}}
services:
  - name: checkout
    owner: pay
    paths: [/b/]
    duties:
      escalation: [{notify: [cover]}, {notify: [pay], after: 15}]
      fallback: ada
      cover: [{region: EU, timezone: UTC, days: [mon], start: "09:00", end: "17:00", who: ada}]
"""
    shop.commit({".answerable/owners.yaml": owners})
    backstage = ask_here("owners", "export", "backstage", cwd=shop.root)
    assert "kind: Component" in backstage.out
    assert "escalation: 2" in backstage.err
    assert "grace left on 2020-01-01" in backstage.err
    document = json.loads(ask_here("owners", "export", "pagerduty", cwd=shop.root).out)
    rules = document["escalation_policies"][0]["escalation_rules"]
    assert [(rule["escalation_delay_in_minutes"], [one["id"] for one in rule["targets"]]) for rule in rules] == [
        (15, ["NEW:checkout cover"]),
        (15, ["P1"]),
        (15, ["P1"]),
    ]
    (layer,) = document["schedules"][0]["schedule_layers"]
    assert layer["restrictions"] == [
        {
            "type": "weekly_restriction",
            "start_day_of_week": 1,
            "start_time_of_day": "09:00:00",
            "duration_seconds": 28800,
        }
    ]
    told = ask_here("owners", "export", "codeowners", "--format", "json", "--strict", cwd=shop.root)
    assert told.code == 1
    assert told.json["text"].endswith("/b/ @ada\n")


def test_names_of_others_do_not_act_on_the_terminal(shop: RepoBuilder, tmp_path: Path) -> None:
    file = tmp_path / "OWNERS"
    file.write_text('approvers: ["a\\e[2J"]\nreviewers: ["\\e]0;x\\a"]\n')
    said = ask_here("owners", "import", "prow", str(file), cwd=shop.root)
    assert said.code == 0
    assert "\x1b" not in said.out + said.err


def test_what_cannot_be_read_is_an_error_with_a_step(shop: RepoBuilder, tmp_path: Path) -> None:
    for text in ("a: &a b\n", "- [\n"):
        file = tmp_path / "x.yaml"
        file.write_text(text)
        said = ask_here("owners", "import", "backstage", str(file), cwd=shop.root)
        assert said.code == 2
        assert "owners-invalid" in said.err
    assert ask_here("owners", "import", "backstage", "nowhere.yaml", cwd=shop.root).code == 2
    assert "has no .answerable/owners.yaml" in ask_here("owners", "export", "codeowners", cwd=shop.root).err
