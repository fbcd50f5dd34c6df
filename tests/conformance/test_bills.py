"""Bills of materials, held to the tools of those who define the formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from spdx_python_model import v3_0_1

from answerable.audit.sbom.cyclonedx import files_of
from builders import RepoBuilder
from e2e.asking import ask_here
from policy.gating import ADA, CLAUDE

OWNERS = b"""version: 1
teams: {payments: {name: Payments}}
services:
  - {name: checkout, owner: payments, paths: [/pay/]}
"""


@pytest.fixture
def shop(repo: RepoBuilder) -> RepoBuilder:
    repo.commit({".answerable/owners.yaml": OWNERS, "README": "shop\n", "pay/old.py": "a = 1\n"}, author=ADA)
    repo.commit(
        {"pay/new.py": "b = 2\nc = 3\n", "web/caf\u00e9 <b>.py": "d = 4\n", "logo.png": b"\x89PNG\0\1"},
        message=f"Add\n\n{CLAUDE}",
        author=ADA,
    )
    repo.checkout()
    return repo


def made(shop: RepoBuilder, form: str) -> str:
    said = ask_here("audit", "sbom", "--format", form, "--name", "shop", cwd=shop.root)
    assert said.code == 0, said.err
    assert said.out == ask_here("audit", "sbom", "--format", form, "--name", "shop", cwd=shop.root).out
    return said.out


def test_cyclonedx_takes_it_and_every_file_has_its_origin(shop: RepoBuilder) -> None:
    text = made(shop, "cyclonedx")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    document = json.loads(text)
    files = {one["name"]: {p["name"]: p["value"] for p in one.get("properties", ())} for one in files_of(document)}
    assert len(files) == 6
    assert files["pay/new.py"]["answerable:origin"] == "ai"
    assert files["pay/new.py"]["answerable:lines:ai"] == "2"
    assert files["pay/old.py"]["answerable:origin"] == "unknown"
    assert "answerable:origin" not in files["logo.png"], "what has no lines has no origin"
    service = next(one for one in document["components"] if one["name"] == "checkout")
    assert {one["name"] for one in service["components"]} == {"pay/new.py", "pay/old.py"}
    assert [one["type"] for one in document["components"]].count("machine-learning-model") == 1
    whole = {p["name"]: p["value"] for p in document["metadata"]["component"]["properties"]}
    assert whole["answerable:lines:ai"] == "3"


def test_spdx_takes_it_and_a_model_generates_its_files(shop: RepoBuilder, tmp_path: Path) -> None:
    text = made(shop, "spdx")
    objects = v3_0_1.SHACLObjectSet()
    v3_0_1.JSONLDDeserializer().deserialize_data(json.loads(text), objects)
    graph = json.loads(text)["@graph"]
    by_id = {one["spdxId"]: one for one in graph if "spdxId" in one}
    files = {one["name"]: one for one in graph if one["type"] == "software_File"}
    assert len(files) == 6
    generates = [one for one in graph if one.get("relationshipType") == "generates"]
    assert [{by_id[to]["name"] for to in one["to"]} for one in generates] == [{"pay/new.py", "web/caf\u00e9 <b>.py"}]
    told = {by_id[one["subject"]]["name"]: json.loads(one["statement"]) for one in graph if one["type"] == "Annotation"}
    assert told["pay/new.py"]["origin"] == "ai"
    assert told["pay/new.py"]["lines"] == {"ai": 2}
    document = next(one for one in graph if one["type"] == "SpdxDocument")
    assert set(document["element"]) <= set(by_id)
