"""JUnit XML, read back by an XML parser: counts that add up and text that comes back as text."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from xml.etree import ElementTree

from hypothesis import given

from answerable.domain.verdict import Verdict
from answerable.policy.outputs import junit
from policy.made_verdicts import ERROR, FAIL, FINDING, HOSTILE, MET, PASS, VERDICTS, many


def suite(verdict: Verdict) -> ElementTree.Element:
    """The only suite; its counts are those of its cases, and nothing is in it that JUnit does not know."""
    root = ElementTree.fromstring(junit.render(verdict).encode())
    (found,) = root
    assert (root.tag, found.tag) == ("testsuites", "testsuite")
    cases = found.findall("testcase")
    ends = Counter(end.tag for case in cases for end in case)
    assert set(ends) <= {"failure", "error", "skipped"}
    assert max((len(case) for case in cases), default=0) <= 1
    counts = {"tests": len(cases), "failures": ends["failure"], "errors": ends["error"], "skipped": ends["skipped"]}
    assert {key: int(found.attrib[key]) for key in counts} == counts
    assert all(case.attrib["classname"] == "answerable.gate" for case in cases)
    return found


def case(verdict: Verdict, name: str) -> ElementTree.Element:
    return next(found for found in suite(verdict).findall("testcase") if found.attrib["name"].startswith(name))


def test_a_finding_that_fails_is_a_failure_with_its_lines_and_its_reason() -> None:
    found = case(FAIL, "critical-four-eyes")
    assert found.attrib["name"] == "critical-four-eyes src/auth/token.py:3-9"
    assert found[0].tag == "failure"
    assert found[0].attrib["message"].startswith("2 independent people")


def test_warnings_and_waivers_are_skipped_and_what_is_met_passes() -> None:
    assert case(FAIL, "grade")[0].tag == "skipped"
    assert "Waived: ada@example.com" in case(FAIL, "old-tool")[0].attrib["message"]
    assert len(case(FAIL, MET.rule)) == 0


def test_a_pass_is_one_case_that_passed_and_an_error_is_an_error() -> None:
    assert [len(found) for found in suite(PASS).findall("testcase")] == [0]
    assert suite(ERROR).attrib["errors"] == "1"


def test_text_that_looks_like_xml_comes_back_as_text() -> None:
    words = "]]></failure><failure/>&lol;<!--'\""
    odd = replace(FAIL, findings=(replace(FINDING, message=words),), obligations=())
    assert (suite(odd).findall("testcase")[0][0].text or "").startswith(words)


@given(VERDICTS)
def test_no_text_and_no_path_makes_anything_but_the_same_document(verdict: Verdict) -> None:
    suite(verdict)


def test_a_hostile_verdict_is_an_ordinary_report() -> None:
    assert len(suite(HOSTILE).findall("testcase")) >= len(HOSTILE.findings)


def test_a_case_counts_what_is_left_out() -> None:
    assert case(many(6000), "answerable-left-out")[0].attrib["message"].startswith("1,000 more findings")
