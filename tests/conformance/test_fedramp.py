"""FedRAMP's documents in a pack, held to FedRAMP's own schemas (github.com/FedRAMP/schemas)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from builders import RepoBuilder
from e2e.packs import Audited, contents, read

FOLDER = Path(__file__).parents[2].parent / "shared" / "conformance" / "fedramp"
OVERVIEW = "https://provider.example/package.json"


def validator(name: str) -> Draft202012Validator:
    schemas = [json.loads(file.read_text()) for file in sorted(FOLDER.glob("*.json"))]
    found = [(schema["$id"], Resource.from_contents(schema)) for schema in schemas]
    common = next(schema for schema in schemas if "common-definitions" in schema["$id"])
    for part, definition in common["$defs"].items():  # the schemas name them as paths, without a `#`
        found.append((f"{common['$id']}/$defs/{part}", DRAFT202012.create_resource(definition)))
    registry = Registry().with_resources(found)
    return Draft202012Validator(
        json.loads((FOLDER / f"{name}.json").read_text()),
        registry=registry,
        format_checker=Draft202012Validator.FORMAT_CHECKER,
    )


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="shared/conformance/fedramp: public data this repository does not carry"
)
def test_a_decision_record_and_notifications_are_what_fedramp_takes(repo: RepoBuilder, tmp_path: Path) -> None:
    team = Audited(repo, tmp_path)
    significant = ("--significant", "changes where lines > 0")
    files = contents(team.pack("pack.zip", "--fedramp-overview", OVERVIEW, *significant))
    record = read(files, "fedramp/security-decision-record.json")
    validator("security-decision-record").validate(record)
    assert record["certificationPackageOverviewUri"] == OVERVIEW
    assert {one["ksiId"] for one in record["keySecurityIndicators"]} >= {"KSI-CMT-LMC", "KSI-MLA-OSM"}
    told = sorted(name for name in files if name.startswith("fedramp/significant-change"))
    assert len(told) == 4
    for name in told:
        validator("significant-change-notifications").validate(read(files, name))
    assert "fedramp" not in " ".join(contents(team.pack("plain.zip"))), "only where it is asked for"
