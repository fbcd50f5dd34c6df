"""Judges a push on the server, before any of it is taken: what a branch would gain has to pass the gate.

The policy in force is that of the default branch as it is before the push, for every branch: nobody pushes a softer one
first. A new branch is judged from where it left the default branch, one that is there from what it was, and a rewritten
one from what it was, too. Nothing is taken for passed because it could not be judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from answerable.domain.verdict import Outcome, Verdict
from answerable.errors import AnswerableError, PolicyUnevaluable, UsageError
from answerable.git.record import NOTES
from answerable.git.repository import Repository
from answerable.policy.append_only import losses
from answerable.policy.file.find import policy_at, policy_bytes
from answerable.policy.gate import gate

LARGEST = 4 << 20  # bytes of what git gives the hook
MOST = 1_000  # refs in one push
_LINE = re.compile(rb"(?P<old>[0-9a-f]+) (?P<new>[0-9a-f]+) (?P<ref>refs/[^\x00-\x20\x7f]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One ref that a push would move; an id of zeros is none."""

    old: str
    new: str
    ref: str

    @property
    def creates(self) -> bool:
        """True where the ref is not there yet."""
        return not self.old.strip("0")

    @property
    def deletes(self) -> bool:
        """True where the ref would go."""
        return not self.new.strip("0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was found of one ref: a verdict where it was gated, and reasons in words for all else that is refused."""

    ref: str
    outcome: Outcome
    verdict: Verdict | None = None
    reasons: tuple[str, ...] = field(default=())
    hint: str | None = None


def read_updates(data: bytes, width: int) -> list[Update]:
    """The lines that git gives a pre-receive hook.

    Args:
        data: ``old SP new SP ref LF``, any number of times.
        width: How long an id is in this repository: 40 or 64.

    Raises:
        UsageError: a line is of another form, or there are none, or too many.
    """
    if len(data) > LARGEST:
        raise UsageError("there are too many refs in one push to judge", hint=f"push at most {MOST:,} at a time")
    rows = data.split(b"\n")
    if rows.pop():
        raise UsageError("the last line does not end", hint=_HINT)
    found = []
    for number, row in enumerate(rows, 1):
        parts = _LINE.fullmatch(row)
        if not parts or {len(parts["old"]), len(parts["new"])} != {width}:
            raise UsageError(f"line {number} is not 'old new ref'", hint=_HINT)
        ref = parts["ref"].decode("utf-8", "surrogateescape")
        found.append(Update(old=parts["old"].decode(), new=parts["new"].decode(), ref=ref))
    if not found:
        raise UsageError("no ref was given, so nothing was judged", hint=_HINT)
    if len(found) > MOST:
        raise UsageError(
            f"{len(found):,} refs in one push are too many to judge", hint=f"push at most {MOST:,} at a time"
        )
    return found


_HINT = "this command is for a pre-receive hook, which git gives a line for each ref"


class Judge:
    """Judges the refs of one push to one repository."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        code, out, _ = repository.git.attempt("symbolic-ref", "--quiet", "HEAD")
        self._default = out.strip().decode("utf-8", "surrogateescape") if code == 0 else None
        self._head = repository.try_resolve("HEAD")
        self._bases: dict[str, str | None] = {}  # of new branches, by their head
        self._verdicts: dict[tuple[str | None, str], Verdict] = {}  # of refs that gain the same, one

    def each(self, updates: Iterable[Update]) -> list[Judged]:
        """Every ref of the push, in its order; none is left out because another is refused."""
        return [self._closed(update) for update in updates]

    def _closed(self, update: Update) -> Judged:
        try:
            return self._of(update)
        except AnswerableError as error:
            return Judged(ref=update.ref, outcome=Outcome.ERROR, reasons=(error.message,), hint=error.hint)

    def _of(self, update: Update) -> Judged:
        if update.ref == NOTES:
            return self._notes(update)
        if update.ref.startswith(("refs/tags/", "refs/notes/")):
            return Judged(ref=update.ref, outcome=Outcome.PASS)
        return self._deletion(update) if update.deletes else self._branch(update)

    def _notes(self, update: Update) -> Judged:
        found = [] if update.creates else losses(self._repository, update.old, update.new)
        if not found:
            return Judged(ref=update.ref, outcome=Outcome.PASS)
        hint = "decisions are only ever added: git fetch the notes, then answerable ledger sync"
        first = f"{NOTES} is append-only, and this push takes away from it"
        return Judged(ref=update.ref, outcome=Outcome.FAIL, reasons=(first, *found), hint=hint)

    def _deletion(self, update: Update) -> Judged:
        if update.ref != self._default:
            return Judged(ref=update.ref, outcome=Outcome.PASS)
        hint = "let the server's HEAD name another branch first: git symbolic-ref HEAD refs/heads/NAME"
        words = "the default branch holds the policy, so it cannot be deleted by a push"
        return Judged(ref=update.ref, outcome=Outcome.FAIL, reasons=(words,), hint=hint)

    def _branch(self, update: Update) -> Judged:
        head = self._repository.try_resolve(update.new)
        if head is None:
            raise PolicyUnevaluable(f"{update.new[:12]} is no commit, so there is nothing to judge")
        if self._head is None:
            return self._first(update)
        base = self._shared(self._head, head) if update.creates else update.old
        verdict = self._verdict(base, head, self._head)
        refused = self._new_policy(update, head) if verdict.outcome is Outcome.PASS else None
        return refused or Judged(ref=update.ref, outcome=verdict.outcome, verdict=verdict)

    def _verdict(self, base: str | None, head: str, default: str) -> Verdict:
        if (base, head) not in self._verdicts:
            self._verdicts[base, head] = gate(self._repository, base, head, policy_at(self._repository, default))
        return self._verdicts[base, head]

    def _first(self, update: Update) -> Judged:
        """A push to a repository that has nothing yet brings the first policy; no policy can judge it."""
        if not self._repository.git.run("for-each-ref", "--count=1"):
            return Judged(ref=update.ref, outcome=Outcome.PASS)
        hint = "on the server: git symbolic-ref HEAD refs/heads/NAME, with the name of the default branch"
        raise PolicyUnevaluable("HEAD names no branch that is there, so no policy is in force", hint=hint)

    def _shared(self, default: str, head: str) -> str | None:
        """The default branch, from which a new branch left; None where all of it is new, for the two share nothing."""
        if head not in self._bases:
            code, _, _ = self._repository.git.attempt("merge-base", default, head)
            if code not in (0, 1):
                raise PolicyUnevaluable("where the branch begins cannot be told", hint="see: git fsck on the server")
            self._bases[head] = default if code == 0 else None
        return self._bases[head]

    def _new_policy(self, update: Update, head: str) -> Judged | None:
        """Refuse a policy that nobody could push past once it is in force, and one that comes by rewriting history."""
        repository = self._repository
        if update.ref != self._default:
            return None
        try:
            if policy_bytes(repository, str(self._head)) == policy_bytes(repository, head):
                return None
            policy_at(repository, head)
        except AnswerableError as error:
            said = ("the policy that this push brings cannot be read", error.message)
            return Judged(ref=update.ref, outcome=Outcome.FAIL, reasons=said, hint=error.hint)
        if update.creates or self._forward(update.old, head):
            return None
        words = "the default branch would be rewritten to a state that has another policy"
        hint = "bring the change of the policy as a commit on top of the branch"
        return Judged(ref=update.ref, outcome=Outcome.FAIL, reasons=(words,), hint=hint)

    def _forward(self, old: str, new: str) -> bool:
        """True where the new commit holds all that the old one did; False where that cannot be told."""
        return self._repository.git.attempt("merge-base", "--is-ancestor", old, new)[0] == 0
