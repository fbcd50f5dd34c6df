"""An escalation is walked step after step, and ends only with a person who was called and says which call it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from answerable.incident.drill.walk import Caller, Reply, Walk, Walked, called_so
from answerable.ownership.model import Member
from answerable.ownership.resolved import Call

ADA = Member(id="ada", name="Ada Marlow", git=("ada@larkspur.example",), forge=("ada-m",), pagerduty="P1", sso="s-1")
GRACE = Member(id="grace", name="Grace Okafor", git=("grace@larkspur.example",))
CALLS = (
    Call(after=0, target="ada", people=(ADA,), covers="night"),
    Call(after=15, target="identity", people=(ADA, GRACE)),
    Call(after=15, target="shop", people=(GRACE,)),
    Call(after=45, target="grace", people=(GRACE,)),
)


@dataclass
class Clock:
    """A clock that moves only when somebody waits."""

    at: float = 0.0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds >= 0
        self.at += max(seconds, 0.001)


@dataclass
class Script:
    """Says its replies in turn, `{call}` standing for the newest call, and then nothing for ever."""

    replies: list[Reply | tuple[str, str]]
    made: list[tuple[str, int, list[str]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def call(self, name: str, step: int, calls: Sequence[Call]) -> Reply:
        self.made.append((name, step, [each.target for each in calls]))
        return self._next()

    def ask(self, name: str) -> Reply:
        self.asked.append(name)
        return self._next()

    def _next(self) -> Reply:
        said = self.replies.pop(0) if self.replies else Reply(taken=True)
        if isinstance(said, Reply):
            return said
        by, call = said
        return Reply(taken=True, by=by, call=call.format(call=self.made[-1][0], first=self.made[0][0]))


def walked(caller: Caller | None, calls: Sequence[Call] = CALLS, wait: float | None = 10.0) -> tuple[Walked, Clock]:
    clock = Clock()
    walk = Walk(calls, caller, wait=wait, every=4.0, clock=clock.now, sleep=clock.sleep)
    return walk.walk(), clock


def test_the_one_who_answers_ends_it_and_the_time_is_measured() -> None:
    script = Script([Reply(taken=True), Reply(taken=True), ("ada", "{call}")])
    found, _ = walked(script)
    assert (found.by, found.step, found.elapsed_ms) == (ADA, 1, 8000)
    assert [(step, targets) for _, step, targets in script.made] == [(1, ["ada"])]


def test_who_does_not_answer_is_followed_by_the_next_and_all_of_a_step_are_called_at_once() -> None:
    script = Script([*[Reply(taken=True)] * 4, ("grace", "{call}")])
    found, clock = walked(script)
    assert (found.by, found.step) == (GRACE, 2)
    assert script.made[1][1:] == (2, ["identity", "shop"])
    assert clock.at == 10.0  # the last question of a step falls on its end
    assert [one.waited_ms for one in found.stations] == [10_000, 0]


def test_where_nobody_answers_every_step_was_waited_for() -> None:
    found, clock = walked(Script([]))
    assert found.by is None
    assert [one.called for one in found.stations] == [True, True, True]
    assert clock.at == 30.0


def test_as_written_it_waits_as_many_minutes_as_the_file_says() -> None:
    found, clock = walked(Script([]), wait=None)
    assert [one.waited_ms for one in found.stations] == [15 * 60_000, 30 * 60_000, 30 * 60_000]
    assert clock.at == 75 * 60


def test_somebody_called_earlier_may_answer_late() -> None:
    found, _ = walked(Script([*[Reply(taken=True)] * 4, ("ada", "{first}")]))
    assert (found.by, found.step) == (ADA, 2)


def test_who_was_not_called_yet_acknowledges_nothing() -> None:
    found, _ = walked(Script([("grace", "{call}")]), CALLS[:1])
    assert found.by is None
    assert found.stations[0].told == ("grace acknowledges, and is nobody who was called",)


def test_who_was_called_later_does_not_answer_an_earlier_call() -> None:
    found, _ = walked(Script([*[Reply(taken=True)] * 4, ("grace", "{first}")]), CALLS[:2])
    assert found.by is None


def test_a_call_that_was_never_made_is_acknowledged_by_nobody() -> None:
    found, _ = walked(Script([("ada", "an-older-drill")]), CALLS[:1])
    assert found.by is None
    assert found.stations[0].told == ("ada acknowledges a call that was never made",)


def test_a_call_that_is_not_taken_is_not_waited_for() -> None:
    script = Script([Reply(taken=False, problem="pager answered 500"), ("grace", "{call}")])
    found, clock = walked(script)
    assert (found.by, clock.at) == (GRACE, 0.0)
    assert (found.stations[0].called, found.stations[0].told) == (False, ("pager answered 500",))


def test_what_an_odd_pager_says_over_and_over_is_told_once_and_names_act_on_no_terminal() -> None:
    script = Script([("\x1b[2Jeve" + "e" * 500, "{call}")] * 100)
    found, _ = walked(script, CALLS[:1])
    (told,) = found.stations[0].told
    assert "\x1b" not in told
    assert len(told) < 300


def test_in_a_dry_run_nobody_is_called_and_it_is_told_who_would_be_first() -> None:
    found, clock = walked(None)
    assert found.first == (0, ADA)
    assert (found.by, clock.at, [one.called for one in found.stations]) == (None, 0.0, [False] * 3)


def test_a_step_with_nobody_by_name_is_not_the_first() -> None:
    calls = (Call(after=0, target="press", people=(), contact="#press"), *CALLS[1:2])
    assert walked(None, calls)[0].first == (15, ADA)
    assert walked(None, ())[0].first is None


def test_a_person_goes_by_every_name_of_theirs_and_by_none_that_two_have() -> None:
    people = {"ada": ADA, "grace": GRACE}
    for name in ("ada", "@ADA-M", " ada@larkspur.example ", "p1", "s-1"):
        assert called_so(people, name) is ADA
    assert called_so(people, "Ada Marlow") is None
    assert called_so(people, "") is None
    twin = Member(id="twin", name="A Twin", forge=("ada",))
    assert called_so({**people, "twin": twin}, "ada") is None
