"""Marks of review in the messages of a commit and of its merge; a merge alone is never a review.

Trailers are `declared`, what a forge writes into a title is `inferred`. A mark counts anywhere in a
message, for squashes and reverts move trailers about, but not on a quoted line. A reviewer who wrote the
change, alone or with others, or who is a tool, is kept and marked as not independent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from answerable.domain.commit import Commit, Person
from answerable.domain.grade import Grade
from answerable.domain.review import ReviewMark, ReviewMarks
from answerable.review.people import dependence, identity, person

_LONGEST = 1000  # characters of a line that are looked at
_MARK = re.compile(
    r"^[\s*-]*((?:reviewed|acked|tested|approved|signed-off|co-authored)[- ]by"
    r"|reviewed-on|pr-url|part-of|differential revision)\s*:\s*(\S.*)$",
    re.IGNORECASE,
)
_ROLES = {
    "reviewed-by": "reviewers",
    "approved-by": "reviewers",
    "acked-by": "acks",
    "tested-by": "testers",
    "signed-off-by": "signoffs",
}
_PEOPLE = re.compile(r"[^<>,]+<[^<>]*>|[^<>,]+")
_URL = re.compile(r"https?://[^\s<>()\"']+")
_NUMBERED_URL = re.compile(r"/(pull|pulls|pull-requests|pullrequest|merge_requests)/([0-9]{1,9})\b")
_NOBODY = frozenset(("", "-", "none", "nobody", "n/a", "tbd", "todo", "unreviewed"))

# Titles as forges write them; the group is the number of the change.
_TITLES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^Merge pull request #([0-9]{1,9})\b"), "#"),  # GitHub, Bitbucket Server
    (re.compile(r"^Merge pull request '.*' \(#([0-9]{1,9})\)"), "#"),  # Gitea, Forgejo
    (re.compile(r"^Merged in .+ \(pull request #([0-9]{1,9})\)"), "#"),  # Bitbucket
    (re.compile(r"^(?:Merged PR |Pull request #)([0-9]{1,9}):"), "#"),  # Azure, Bitbucket Server
    (re.compile(r"^Auto merge of #([0-9]{1,9}) - "), "#"),  # bors, homu
    (re.compile(r"\((#|!)([0-9]{1,9})\)$"), ""),  # squash
)
_GITLAB = re.compile(r"^See merge request (?:[^\s/!]\S*[^\s/])?!([0-9]{1,9})\s*$")
_BORS = re.compile(r"^Auto merge of #[0-9]{1,9} - \S+, r=(\S+)")


def read(
    commit: Commit, merge: Commit | None = None, *, is_agent: Callable[[Person], bool] | None = None
) -> ReviewMarks:
    """Gather what the messages show of the review of a commit.

    Args:
        commit: The commit asked about.
        merge: The merge commit that brought it to the branch; None where there is none or `commit` is it.
        is_agent: Says of further people that they are tools; those known here are always taken as such.

    Returns:
        The marks of both messages, those of the commit first. Empty where nothing is shown, which is a gap
        and no proof that nobody looked.
    """
    marks = [m for c in (commit, merge) if c is not None for m in _marks(c.message)]
    authors = [commit.author]
    coauthors = _coauthors(marks)
    found: dict[str, dict[str, ReviewMark]] = {role: {} for role in ("reviewers", "acks", "signoffs", "testers")}

    def add(role: str, given: str, mark: str, grade: Grade) -> None:
        who = person(given)
        because = dependence(who, authors, coauthors, is_agent)
        entry = ReviewMark(person=given, mark=mark, grade=grade, independent=because is None, because=because)
        found[role].setdefault(identity(who), entry)

    for name, value in marks:
        for given in _people(value) if name in _ROLES else ():
            add(_ROLES[name], given, name.capitalize(), Grade.DECLARED)
    merger = merge if merge is not None else commit if commit.is_merge else None
    bors = _BORS.match(merger.subject) if merger is not None else None
    for given in bors[1].split(",") if bors else ():
        add("reviewers", given, "r=", Grade.INFERRED)
    links = _links(marks)
    change, grade = _change(commit, merge, links)
    everybody: dict[str, Any] = {role: tuple(entries.values()) for role, entries in found.items()}
    return ReviewMarks(
        change=change,
        change_grade=grade,
        links=links,
        merged_by=str(merger.author) if merger is not None else None,
        **everybody,
    )


def coauthors_of(commit: Commit) -> list[Person]:
    """Everybody whom the message of a commit names as having written it with its author."""
    return _coauthors(_marks(commit.message))


def _coauthors(marks: Iterable[tuple[str, str]]) -> list[Person]:
    return [person(p) for name, value in marks if name == "co-authored-by" for p in _people(value)]


def _marks(message: str) -> Iterator[tuple[str, str]]:
    """Names in lower case with hyphens, and values, of the marks on lines that are not quoted."""
    for line in message.split("\n"):
        m = _MARK.match(line[:_LONGEST])
        if m:
            yield m[1].lower().replace(" ", "-"), m[2].strip()


def _people(value: str) -> list[str]:
    """`A <a@x> # comment` is one person; `alice, bob` are two."""
    found = [p.strip() for p in _PEOPLE.findall(value)]
    if any("<" in p for p in found):
        found = [p for p in found if "<" in p]
    return [p for p in found if p.lower() not in _NOBODY]


def _links(marks: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    places = ("reviewed-on", "pr-url", "part-of", "differential-revision")
    urls = [u[0].rstrip(".,;") for name, value in marks if name in places and (u := _URL.search(value))]
    return tuple(dict.fromkeys(urls))


def _change(commit: Commit, merge: Commit | None, links: Sequence[str]) -> tuple[str | None, Grade]:
    """The change by the strongest mark: a declared address, then the merge's title, then the commit's own."""
    for link in links:
        m = _NUMBERED_URL.search(link)
        return (("!" if m[1] == "merge_requests" else "#") + m[2] if m else link), Grade.DECLARED
    for message in (merge.message if merge is not None else "", commit.message):
        named = _named(message)
        if named is not None:
            return named, Grade.INFERRED
    return None, Grade.NONE


def _named(message: str) -> str | None:
    lines = [line[:_LONGEST] for line in message.strip("\n").split("\n")]
    for pattern, sign in _TITLES:
        m = pattern.search(lines[0].rstrip())
        if m:
            return sign + "".join(m.groups())
    return next((f"!{m[1]}" for line in lines if (m := _GITLAB.match(line))), None)
