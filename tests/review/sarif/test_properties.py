"""Any bytes give a report or one clear error, and no path that is told leads out of the repository."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.errors import SarifInvalid
from answerable.review.result import Report
from answerable.review.sarif.read import read
from review.sarif.making import HEAD, ROOT, log, place, result, run

GOLDEN = [file.read_bytes() for file in sorted((Path(__file__).parent / "golden").glob("*.sarif"))]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def harmless(error: SarifInvalid) -> None:
    assert error.message.isprintable()
    assert error.hint


def steady(data: bytes) -> Report | None:
    """The report, None where it is refused; whatever is told is harmless."""
    try:
        found = read(data, "a.sarif", HEAD, ROOT)
    except SarifInvalid as error:
        return harmless(error)
    for one in found.results:
        assert one.message.isprintable()
        assert one.rule.isprintable()
        assert one.tool.isprintable()
        for where in one.where:
            assert (where.start == 0) == (where.end == 0)
            assert where.start <= where.end
            for path in where.paths:
                assert not path.startswith((b"/", b"../")), path
                assert path != b".."
                assert b"\0" not in path
    return found


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    steady(data)


@given(JSON)
def test_any_json_is_read_or_refused(value: Any) -> None:
    steady(json.dumps(value).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(GOLDEN), st.data())
@settings(max_examples=300, deadline=None)
def test_a_real_report_with_anything_in_any_place(golden: bytes, data: st.DataObject) -> None:
    made = json.loads(golden)
    holders: list[tuple[Any, Any]] = []

    def walk(value: Any) -> None:
        for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
            holders.append((value, key))
            walk(value[key])

    walk(made)
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(holders))
        if data.draw(st.booleans()) or (isinstance(holder, list) and key >= len(holder)):
            holder[key : key + 1] if isinstance(holder, list) else holder.pop(key, None)
        elif isinstance(holder, dict) or key < len(holder):
            holder[key] = data.draw(JSON)
    steady(json.dumps(made).encode())


@given(st.sampled_from(GOLDEN), st.integers(0, 10_000), st.binary(min_size=1, max_size=3))
@settings(max_examples=200, deadline=None)
def test_a_real_report_with_other_bytes(golden: bytes, at: int, put: bytes) -> None:
    at %= len(golden)
    steady(golden[:at] + put + golden[at + len(put) :])


@given(st.sampled_from(GOLDEN), st.floats(0, 0.999))
@settings(max_examples=100, deadline=None)
def test_a_report_that_is_cut_short_is_refused(golden: bytes, share: float) -> None:
    assert steady(golden[: int(len(golden.rstrip()) * share)]) is None


SEGMENT = st.sampled_from(
    ["..", ".", "", "a", "%2e%2e", "%2f", "\\", "c:", "file:", "checkout", "%00", "é", " ", "?", "#"]
)


@given(st.lists(SEGMENT, max_size=8), st.sampled_from(["/", "//", "\\", "%2F"]), st.sampled_from(["", "file://", "/"]))
def test_no_address_leads_out(parts: list[str], joint: str, lead: str) -> None:
    for bases in ({}, {"B": {"uri": "file:///checkout/a/../../"}}, {"B": {"uri": "../../" + joint.join(parts)}}):
        made = run(result(place(lead + joint.join(parts), 1, uriBaseId="B")), originalUriBaseIds=bases)
        assert steady(log(copy.deepcopy(made))) is not None
