"""Addresses become paths of the repository, and never anything outside of it."""

from __future__ import annotations

from typing import Any

import pytest

from review.sarif.making import place, report, result


def paths(uri: str, base: str | None = None, **run: Any) -> tuple[bytes, ...]:
    more = {"uriBaseId": base} if base else {}
    (found,) = report(result(place(uri, 1, **more)), **run).results
    return found.where[0].paths


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("src/a.py", b"src/a.py"),
        ("./src/./a.py", b"src/a.py"),
        ("src/x/../a.py", b"src/a.py"),
        ("src\\a.py", b"src/a.py"),
        ("src/a%20b.py", b"src/a b.py"),
        ("src/a b.py", b"src/a b.py"),
        ("src/%C3%A4.py", "src/ä.py".encode()),
        ("src/ä.py", "src/ä.py".encode()),
        ("src/%FF.py", b"src/\xff.py"),
        ("src/a%5Cb.py", b"src/a\\b.py"),
        ("file:///checkout/src/a.py", b"src/a.py"),
        ("file:/checkout/src/a.py", b"src/a.py"),
        ("FILE://localhost/checkout/src/a.py", b"src/a.py"),
        ("file:///checkout/x/../src/a%20b.py", b"src/a b.py"),
        ("/checkout/src/a.py", b"src/a.py"),
        ("src/a.py?x#y", b"src/a.py"),
    ],
)
def test_an_address_of_a_file_of_the_repository(uri: str, path: bytes) -> None:
    assert paths(uri)[0] == path


def test_a_path_that_is_no_uri_is_told_as_it_is_written_too() -> None:
    assert b"src/100%.py" in paths("src/100%.py")
    assert b"src/a#b.py" in paths("src/a#b.py")
    assert b"src/a%20b.py" in paths("src/a%20b.py")


@pytest.mark.parametrize(
    "uri",
    [
        *("../a.py", "src/../../a.py", "/etc/passwd", "file:///etc/passwd", "file:///checkout/../etc/passwd"),
        *("file:///checkoutx/a.py", "file://host/checkout/a.py", "https://example.com/a.py", "jar:file:/a!/b"),
        *("C:\\repo\\a.py", "c:/repo/a.py", "\\\\host\\share\\a.py", "", ".", "..", "//checkout/a.py"),
        *("git://x/a.py", "x" * 5000, "file:///checkout", "file:///%2e%2e/checkout/../etc/a"),
    ],
)
def test_an_address_that_leads_out_of_it_is_none(uri: str) -> None:
    for path in paths(uri):
        assert path == b"."  # the top itself, which is no file
    assert not any(path.startswith((b"/", b"..")) for path in paths(uri))


@pytest.mark.parametrize(
    ("uri", "literal"),
    [("%2e%2e/a.py", b"%2e%2e/a.py"), ("%2Fetc/passwd", b"%2Fetc/passwd"), ("src/a%00.py", b"src/a%00.py")],
)
def test_what_is_outside_once_it_is_unescaped_can_only_be_a_file_of_that_very_name(uri: str, literal: bytes) -> None:
    assert paths(uri) == (literal,)


@pytest.mark.parametrize(
    ("bases", "path"),
    [
        ({}, b"a.py"),
        ({"B": {}}, b"a.py"),
        ({"B": {"uri": "file:///checkout/"}}, b"a.py"),
        ({"B": {"uri": "file:///checkout/src/"}}, b"src/a.py"),
        ({"B": {"uri": "file:///elsewhere/src/"}}, b"a.py"),
        ({"B": {"uri": "src/"}}, b"src/a.py"),
        ({"B": {"uri": "../"}}, b"a.py"),
        ({"B": {"uri": "src/", "uriBaseId": "C"}, "C": {"uri": "file:///checkout/sub/"}}, b"sub/src/a.py"),
        ({"B": {"uri": "src/", "uriBaseId": "C"}}, b"src/a.py"),
    ],
)
def test_an_address_is_below_its_base(bases: dict[str, Any], path: bytes) -> None:
    assert paths("a.py", "B", originalUriBaseIds=bases)[0] == path


def test_bases_without_end_are_refused() -> None:
    from answerable.errors import SarifInvalid

    with pytest.raises(SarifInvalid, match="without end"):
        paths("a.py", "B", originalUriBaseIds={"B": {"uri": "x/", "uriBaseId": "B"}})


def test_an_address_may_be_given_by_number_alone() -> None:
    artifacts = [{"location": {"uri": "x.py"}}, {"location": {"uri": "src/a.py"}}]
    only = {"physicalLocation": {"artifactLocation": {"index": 1}, "region": {"startLine": 1}}}
    (found,) = report(result(only), artifacts=artifacts).results
    assert found.where[0].paths == (b"src/a.py",)
