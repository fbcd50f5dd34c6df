"""Nothing of a document is silently dropped, and no document crashes or stalls an importer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerable.errors import OwnersInvalid
from answerable.ownership.file.read import load
from answerable.ownership.file.write import write
from answerable.ownership.importers import IMPORTERS, importer
from answerable.ownership.importers.imported import File
from answerable.ownership.model import Owners

# What says nothing of itself: versions and types that were looked at, and words that every object of an API has.
_SILENT = {"apiVersion", "type", "self", "html_url", "summary", "id", "limit", "offset", "total", "more", "start"}
_SILENT |= {"rotation_virtual_start", "rotation_turn_length_seconds", "final_schedule", "name", "kind", "openapi"}
_KEYS = {
    "backstage": "metadata spec title description owner profile members memberOf links annotations parent email system",
    "datadog": "team contacts contact tier links url languages integrations pagerduty service-url lifecycle extensions",
    "opslevel": "service repository owner tier tools category url repositories path lifecycle aliases description",
    "cortex": "info title x-cortex-owners email provider x-cortex-link url x-cortex-git github basepath description",
    "pagerduty": "users teams services schedules escalation_policies email num_loops time_zone description role",
    "prow": "approvers reviewers options filters labels security_contacts github email emeritus_approvers aliases",
}


@st.composite
def documents(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """A document with the keys of a format in any place, and a word of its own at every leaf."""
    count = iter(range(10_000))
    keys = st.sampled_from([*_KEYS[source].split(), "other"])

    def value(level: int) -> Any:
        kind = draw(st.sampled_from("tttldd" if level < 4 else "t"))
        if kind == "t":
            return f"word{next(count)}end"
        if kind == "l":
            return [value(level + 1) for _ in range(draw(st.integers(0, 3)))]
        return {draw(keys): value(level + 1) for _ in range(draw(st.integers(0, 4)))}

    found = {draw(keys): value(1) for _ in range(draw(st.integers(1, 4)))}
    named = {
        "backstage": {"kind": draw(st.sampled_from(["Component", "Group", "User", "System"]))},
        "datadog": {"schema-version": "v2.2", "dd-service": "svc"},
    }
    return {**found, **named.get(source, {})}


def leaves(value: Any, key: str = "") -> Iterator[str]:
    """Every word of a document but those that say nothing of themselves."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from leaves(inner, key)
    elif key not in _SILENT and str(value).startswith("word"):
        yield str(value)


@pytest.mark.parametrize("source", sorted(_KEYS))
@given(st.data())
def test_no_word_of_a_document_is_silently_dropped(source: str, data: st.DataObject) -> None:
    document = data.draw(documents(source))
    text = json.dumps(document)  # of such words it is YAML, too
    name = {"prow": "OWNERS", "pagerduty": "x.json"}.get(source, "x.yaml")
    found = importer(source)([File(name=name, data=text.encode())])
    kept = write(found.owners)
    load(kept.encode(), "owners.yaml")
    there = kept + "".join(one.where + one.value for one in found.left)
    missing = [word for word in leaves(document) if word not in there]
    assert missing == []


@pytest.mark.parametrize("source", sorted(IMPORTERS))
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_no_bytes_crash_an_importer(source: str, data: bytes) -> None:
    try:
        found = importer(source)([File(name="a/OWNERS", data=data)])
    except OwnersInvalid:
        return
    load(write(found.owners).encode(), "owners.yaml")


HOSTILE = [
    b"a: &a [x]\nb: *a\n",
    b"a: !!python/object/apply:os.system [id]\n",
    b"kind: User\nkind: Group\n",
    b"[" * 100_000,
    b"{" * 5_000 + b"}" * 5_000,
    b'{"users": [{"id": "x", "id": "y"}]}',
    b'{"users": NaN}',
]


@pytest.mark.parametrize("source", ["backstage", "cortex", "pagerduty", "prow"])
@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_documents_are_refused_at_once(source: str, data: bytes) -> None:
    began = time.process_time()
    try:
        found = importer(source)([File(name="OWNERS", data=data)])
        assert found.owners == Owners()
    except OwnersInvalid:
        pass
    assert time.process_time() - began < 2


def test_a_file_of_a_thousand_teams_takes_no_time() -> None:
    users = "---\n".join(f"kind: User\nmetadata: {{name: u{at}}}\nspec: {{memberOf: [t]}}\n" for at in range(4000))
    rules = "".join(f"/a/ {'%' * (at % 90)}{'!' * (at // 90)}@x\n" for at in range(4000))
    for source, text in (("backstage", users), ("github-codeowners", rules)):
        began = time.process_time()
        found = importer(source)([File(name="x", data=text.encode())])
        assert time.process_time() - began < 5
        assert len({one.id for one in found.owners.people}) == len(found.owners.people) > 3900
