"""A mark that says that a tool had a part in a commit, beside sources that say which part that was."""

from __future__ import annotations

from dataclasses import replace

from answerable.domain.agent import Agent
from answerable.domain.grade import Grade
from answerable.domain.origin import Origin
from answerable.domain.ranges import Ranges
from answerable.provenance.combine import combine
from provenance.test_combine import CLAUDE, PATH, claim


def test_a_part_in_a_commit_is_no_contradiction_where_it_is_recorded_which_part_that_was() -> None:
    part = replace(claim(agent=CLAUDE), part=True)
    human = claim(Origin.HUMAN, Grade.RECORDED, lines=Ranges.of([(1, 1)]))
    ai = claim(Origin.AI, Grade.RECORDED, CLAUDE, lines=Ranges.of([(2, 2)]))
    found = combine([part, human, ai], PATH, 1, 3)
    assert [each.origin for each in found] == [Origin.HUMAN, Origin.AI, Origin.UNKNOWN]
    assert [each.conflicts for each in found] == [(), (), ()]
    assert all(part.evidence in each.evidence for each in found)
    assert combine([part, human, ai], b"other.py", 1, 1)[0].origin is Origin.UNKNOWN


def test_a_part_in_a_commit_counts_where_nothing_better_says_which() -> None:
    part = replace(claim(agent=CLAUDE), part=True)
    human = claim(Origin.HUMAN, Grade.RECORDED, lines=Ranges.of([(1, 1)]))
    other = claim(Origin.AI, Grade.RECORDED, Agent(tool="codex"), lines=Ranges.of([(2, 2)]))
    declared = claim(Origin.AI, Grade.DECLARED, CLAUDE, lines=Ranges.of([(2, 2)]))
    for told in ([], [other], [declared]):
        person, *_, last = combine([part, human, *told], PATH, 1, 3)
        assert (person.origin, len(person.conflicts)) == (Origin.HUMAN, 1)
        assert (last.origin, last.grade) == (Origin.AI, Grade.DECLARED)
    whole = claim(agent=CLAUDE)
    ai = claim(Origin.AI, Grade.RECORDED, CLAUDE, lines=Ranges.of([(2, 2)]))
    assert combine([whole, human, ai], PATH, 1, 1)[0].conflicts, "a co-author is of the whole commit"
