import pytest

from answerable.capture.event import Damaged, read
from capture.desk import BASE, ROOT, Desk


def test_what_an_agent_says_that_it_writes_is_its_own():
    desk = Desk()
    desk.write(b"one = 1\ntwo = 2\n")
    assert desk.commit() == ["s", "s"]


def test_what_changes_while_no_agent_works_is_the_persons():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.files[b"a.py"] = b"# note of mine\none = 1\n"
    assert desk.commit() == ["Ada", "s"]
    desk.edit(b"one = 1", b"one = 1\nthree = 3")
    assert desk.look() == ["Ada", "s", "s"]


def test_a_person_who_saves_while_the_agent_waits_to_be_allowed_is_not_the_agent():
    desk = Desk({b"a.py": BASE})
    desk.hook("PreToolUse", "Edit", old_string="run()", new_string="walk()\n    rest()")
    desk.files[b"a.py"] = BASE.replace(b"run()", b"walk()\n    rest()") + b"\n# typed meanwhile by hand\n"
    desk.hook("PostToolUse", "Edit", old_string="run()", new_string="walk()\n    rest()")
    assert desk.look() == [None] * 4 + ["session-1", "session-1", "?beside", "?beside"]


def test_a_write_that_takes_out_what_a_person_typed_meanwhile_gives_them_nothing():
    desk = Desk()
    desk.write(b"one = 1\n", between=b"lost = True\n")
    assert desk.commit() == ["s"]


def test_a_formatter_that_runs_on_save_does_not_take_the_agents_lines():
    desk = Desk()
    desk.write(b'value = call(first, "second")\n', after=b"value = call(\n    first,\n    'second',\n)\n")
    assert desk.commit() == ["s"] * 4


def test_an_edit_in_the_middle_of_a_line_is_the_agents_line():
    desk = Desk({b"a.py": BASE})
    desk.edit(b"run", b"start_all")
    assert desk.look() == [None] * 4 + ["s"]


def test_a_person_changes_an_agents_line_and_the_reverse():
    desk = Desk()
    desk.write(b"timeout_seconds = 30\n")
    desk.files[b"a.py"] = b"timeout_seconds = 45\nmine_alone = True\n"
    assert desk.commit() == ["s+Ada", "Ada"]
    desk.edit(b"mine_alone = True", b"mine_alone = False")
    assert desk.look() == ["s+Ada", "s+Ada"]


def test_the_first_look_at_a_file_tells_nothing():
    desk = Desk({b"a.py": BASE})
    desk.files[b"a.py"] = BASE + b"was_here = before\n"
    desk.edit(b"run", b"start_all")
    assert desk.look() == [None] * 4 + ["s", "?first-seen"]


def test_an_untracked_file_that_was_there_is_nobodys():
    desk = Desk()
    desk.files[b"a.py"] = b"was_here = before\n"
    desk.edit(b"before", b"now")
    assert desk.look() == ["?edited"]


def test_a_shell_writes_a_file_only_where_it_says_so_and_in_a_time_in_which_nobody_types():
    for command, lasts, whose in (
        ("sed -i s/x/y/ a.py", 20, "s"), ("make", 1, "?unnamed"), ("pytest a.py", 1, "?unnamed"),
        ("sleep 9; touch a.py", 99, "?long"),
    ):  # fmt: skip
        desk = Desk()
        desk.write(b"kept = 1\n")
        desk.shell(command, b"kept = 1\nfresh_from_a_shell = 2\n", lasts=lasts, session="s")
        assert desk.look() == ["s", whose], command


@pytest.mark.parametrize("given", [{"command": "npm run watch &"}, {"command": "make", "run_in_background": True}])
def test_what_a_shell_leaves_running_tells_nothing(given):
    desk = Desk()
    desk.write(b"kept = 1\n")
    desk.shell(given.pop("command"), b"kept = 1\nfresh_from_a_shell = 2\n", session="s", **given)
    assert desk.look() == ["s", "?background"]


def test_two_agents_at_once_in_one_file_are_told_apart_by_what_they_say():
    desk = Desk({b"a.py": BASE})
    one = {"old_string": "import os", "new_string": "import sys", "session": "s", "call": "1"}
    two = {"old_string": "run()", "new_string": "walk_slowly()", "session": "t", "call": "2"}
    desk.hook("PreToolUse", "Edit", **one)
    desk.hook("PreToolUse", "Edit", **two)
    desk.files[b"a.py"] = BASE.replace(b"import os", b"import sys")
    desk.files[b"a.py"] = desk.files[b"a.py"].replace(b"run()", b"walk_slowly()") + b"# who knows whose this is\n"
    desk.hook("PostToolUse", "Edit", **two)
    desk.hook("PostToolUse", "Edit", **one)
    assert desk.look() == ["s", None, None, None, "t", "?overlapping"]


def test_while_an_agent_that_died_may_still_work_nothing_is_the_persons():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.hook("PreToolUse", "Edit", old_string="one = 1", new_string="two = 2", call="never", session="s")
    desk.files[b"a.py"] = b"one = 1\nsomebody_wrote = this\n"
    assert desk.commit() == ["s", "?under-way"]
    desk.hook("Stop", "", None, session="s")
    desk.hook("PreToolUse", "Read", session="s")
    assert desk.look() == ["s", "?under-way"]
    desk.files[b"a.py"] += b"now_it_is = over\n"
    assert desk.commit() == ["s", "?under-way", "Ada"]


def test_an_end_without_a_beginning_is_an_agents_as_far_as_it_says():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.files[b"a.py"] = b"one = 1\ntwo_is_said = 2\nthree_is_not = 3\n"
    desk.hook("PostToolUse", "Edit", old_string="one = 1", new_string="one = 1\ntwo_is_said = 2", session="t")
    assert desk.look() == ["s", "t", "?beside"]


def test_lines_that_come_back_are_nobodys():
    desk = Desk()
    desk.write(b"agents_line = compute()\nkept = 1\n")
    desk.edit(b"agents_line = compute()\n", b"")
    desk.files[b"a.py"] = b"kept = 1\nagents_line = compute()\n"
    assert desk.commit() == ["s", "?came-back"]


def test_an_agent_that_brings_a_persons_line_back_did_not_write_it():
    desk = Desk()
    desk.write(b"kept = 1\n")
    desk.files[b"a.py"] = b"kept = 1\nby_hand = typed(this)\n"
    desk.edit(b"\nby_hand = typed(this)", b"")
    desk.edit(b"kept = 1\n", b"kept = 1\nby_hand = typed(this)\n")
    assert desk.look() == ["s", "?came-back"]


def test_an_agent_that_moves_a_persons_lines_to_another_file_did_not_write_them():
    desk = Desk()
    desk.write(b"kept = 1\n")
    desk.write(b"other = 1\n", b"b.py")
    desk.files[b"a.py"] = b"kept = 1\ndef by_hand(typed, this):\n"
    given = {"content": "other = 1\ndef by_hand(typed, this):\n", "call": "m", "session": "s"}
    desk.hook("PreToolUse", "Write", "b.py", watch=(b"b.py", b"a.py"), **given)
    desk.files[b"b.py"] = given["content"].encode()
    desk.files[b"a.py"] = b"kept = 1\n"
    desk.hook("PostToolUse", "Write", "b.py", watch=(b"b.py", b"a.py"), **given)
    assert desk.look(b"b.py") == ["s", "?came-back"]


def test_a_person_who_copies_an_agents_line_did_not_write_it():
    desk = Desk()
    desk.write(b"    long_line_of(an_agent, indeed)\nshort\n")
    desk.write(b"other = 1\n", b"b.py")
    desk.files[b"b.py"] = b"other = 1\nlong_line_of(an_agent, indeed)\nmy_own_line = really\n"
    assert desk.commit(b"b.py") == ["s", "?copied", "Ada"]


def test_what_git_had_before_the_file_was_not_typed():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.files[b"a.py"] = b"one = 1\nfrom_a_stash = True\n"
    desk.in_git[desk.files[b"a.py"]] = 0
    assert desk.commit() == ["s", "?restored"]
    desk.in_git[desk.files[b"a.py"]] = desk.at
    assert desk.commit() == ["s", "Ada"]  # it was typed, then staged


def test_while_git_merges_nothing_is_the_persons():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.doing = "merge"
    desk.files[b"a.py"] = b"one = 1\nfrom_the_other_side = True\n"
    assert desk.commit() == ["s", "?in-merge"]
    desk.doing = None
    assert desk.commit(parents=("a" * 40, "c" * 40)) == ["s", "?in-merge"]


def test_another_branchs_lines_are_not_the_persons():
    desk = Desk({b"a.py": BASE})
    desk.edit(b"run", b"start_all")
    desk.commits["d" * 40] = {b"a.py": BASE + b"of_the_branch = True\n"}
    desk.head, desk.files[b"a.py"] = "d" * 40, BASE + b"of_the_branch = True\nand_mine = True\n"
    desk.hook("PreToolUse", "Read")
    assert desk.look() == [None] * 6 + ["Ada"]


def test_hands_stay_after_the_commit_and_a_renamed_file_keeps_them():
    desk = Desk()
    desk.write(b"one = 1\ntwo = 2\n")
    desk.commits["e" * 40] = dict(desk.files)
    desk.head = "e" * 40
    desk.files[b"b.py"] = desk.files.pop(b"a.py")
    desk.hook("PreToolUse", "Read", "b.py")
    assert desk.look(b"b.py") == ["s", "s"]


def test_a_part_of_a_file_that_is_committed():
    desk = Desk({b"a.py": BASE})
    desk.write(BASE + b"one_of_two = 1\ntwo_of_two = 2\n")
    part = BASE + b"two_of_two = 2\n"
    assert desk.commit(content=part, added=((6, 6),)) == ["s"]
    assert desk.look() == [None] * 5 + ["s", "s"]


def test_gits_choice_of_equal_lines_makes_no_difference():
    base = b"def a():\n    pass\n\n\ndef b():\n    pass\n"
    desk = Desk({b"a.py": base})
    desk.write(b"def a():\n    pass\n\n\ndef new():\n    pass\n\n\ndef b():\n    pass\n")
    for added in ((5, 8), (4, 7), (3, 6), (2, 5)):
        assert desk.commit(added=(added,)) == ["s"] * 4


def test_a_file_nobody_looked_at_is_the_persons_only_where_all_was_calm():
    desk = Desk({b"a.py": BASE})
    content = BASE + b"typed_by_hand = True\n"
    assert desk.commit(content=content, added=((6, 6),)) == ["?not-seen"]
    assert desk.commit(content=content, added=((6, 6),), calm=True) == ["Ada"]


def test_a_hook_that_fires_from_four_hosts_counts_once():
    desk = Desk()
    for _ in range(2):
        desk.hook("PreToolUse", "Write", content="one = 1\n", call="1")
    desk.files[b"a.py"] = b"one = 1\n"
    for _ in range(2):
        desk.hook("PostToolUse", "Write", content="one = 1\n", call="1")
    desk.files[b"a.py"] = b"one = 1\ntwo = 2\n"
    assert desk.commit() == ["session-1", "Ada"]


def test_a_missing_event_makes_what_changed_nobodys():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.seq += 1
    desk.files[b"a.py"] = b"one = 1\ntwo = 2\n"
    desk.hook("PreToolUse", "Read")
    assert desk.look() == ["s", "?gap"]
    assert desk.state.gaps == [(3, 3)]


def test_a_call_that_was_denied_leaves_nothing_open():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.hook("PreToolUse", "Edit", old_string="one = 1", new_string="two = 2", call="no")
    desk.hook("PermissionDenied", "Edit", old_string="one = 1", new_string="two = 2", call="no")
    desk.files[b"a.py"] = b"one = 1\nthree = 3\n"
    assert desk.commit() == ["s", "Ada"]


def test_what_was_not_kept_is_nobodys():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.files[b"a.py"] = b"one = 1\ntwo = 2\n"
    desk.lose = True
    desk.hook("PreToolUse", "Read")
    desk.lose = False
    desk.files[b"a.py"] = b"one = 1\ntwo = 2\nthree = 3\n"
    assert desk.commit() == ["s", "?lost", "?lost"]


DAMAGED = [
    b"", b"[]", b"{", b'{"v": 2}', b'{"v": 1, "kind": "hook"}', b"[" * 100_000,
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[{"path":"../x","size":0}],"seq":1,"at":1}',
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[{"path":"/x","size":0}],"seq":1,"at":1}',
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[{"path":"x","size":0,"content":"zz"}],"seq":1,"at":1}',
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[],"seq":-1,"at":1}',
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[],"seq":1,"at":1,"head":"main"}',
    b'{"v":1,"kind":"hook","cwd":"/","payload":{},"paths":[],"seq":1,"at":1,"doing":"harm"}',
]  # fmt: skip


@pytest.mark.parametrize("data", DAMAGED)
def test_what_is_no_event_is_said_to_be_none(data):
    with pytest.raises(Damaged):
        read(data, ROOT)


def test_the_same_command_twice_without_a_name_of_its_own_counts_twice():
    desk = Desk()
    desk.write(b"kept = 1\n")
    for n in (1, 2):
        desk.shell("echo >> a.py", desk.files[b"a.py"] + b"fresh_from_shell_%d = %d\n" % (n, n), session="s", call=None)
    assert desk.look() == ["s", "s", "s"]


def test_a_count_that_was_begun_anew_loses_no_event():
    desk = Desk()
    desk.write(b"one = 1\n")
    desk.seq = 0
    desk.write(b"one = 1\ntwo_is_said = 2\n", session="t")
    assert desk.look() == ["s", "t"]
    assert desk.state.gaps


def test_an_event_that_was_taken_is_not_taken_again():
    desk = Desk()
    desk.write(b"one = 1\n")
    event = desk.hook("PreToolUse", "Read")
    desk.replay.feed(event)
    assert desk.state.gaps == []


def test_a_second_host_that_only_tells_the_beginning_leaves_nothing_open():
    desk = Desk()
    for _ in range(2):
        desk.hook("PreToolUse", "Write", content="one = 1\n", call="1")
    desk.files[b"a.py"] = b"one = 1\n"
    desk.hook("PostToolUse", "Write", content="one = 1\n", call="1")
    desk.files[b"a.py"] = b"one = 1\ntwo = 2\n"
    assert desk.commit() == ["session-1", "Ada"]


def test_an_edit_of_what_was_never_seen_is_told_by_the_lines_that_it_says():
    desk = Desk({b"a.py": BASE})
    given = {"old_string": "typed_meanwhile()", "new_string": "fly_away()\n    rest_then()", "call": "1"}
    desk.hook("PreToolUse", "Edit", **given)
    desk.files[b"a.py"] = BASE.replace(b"run()", b"fly_away()\n    rest_then()") + b"# and typed this by hand\n"
    desk.hook("PostToolUse", "Edit", **given)
    assert desk.look() == [None] * 4 + ["session-1", "session-1", "?beside"]


def test_an_agent_that_copies_a_persons_line_did_not_write_it():
    desk = Desk()
    desk.write(b"kept = 1\n")
    desk.files[b"a.py"] = b"kept = 1\ndef by_hand(typed, this_line):\n"
    desk.hook("PreToolUse", "Read")
    desk.write(b"def by_hand(typed, this_line):\n    agents_own = compute(it)\n", b"b.py")
    assert desk.look(b"b.py") == ["?copied", "s"]


def test_a_file_that_a_shell_moves_keeps_its_hands():
    desk = Desk()
    desk.write(b"written_by_the_agent = 1\n")
    desk.files[b"a.py"] = b"written_by_the_agent = 1\ntyped_by_hand_then = 2\n"
    given = {"command": "mv a.py b.py", "call": "mv"}
    desk.hook("PreToolUse", "Bash", None, watch=(b"a.py", b"b.py"), **given)
    desk.files[b"b.py"] = desk.files.pop(b"a.py")
    desk.hook("PostToolUse", "Bash", None, watch=(b"a.py", b"b.py"), **given)
    assert desk.look(b"b.py") == ["s", "Ada"]


def test_what_a_call_writes_into_a_new_file_is_its_own_though_another_holds_the_same():
    desk = Desk()
    desk.write(b"the_very_same_content = 1\n", session="s")
    desk.hook("PreToolUse", "Read", "b.py")
    desk.write(b"the_very_same_content = 1\n", b"b.py", session="t")
    assert desk.look(b"b.py") == ["t"]


def test_what_changed_between_two_tellings_of_one_call_is_nobodys():
    desk = Desk()
    for _ in range(2):
        desk.hook("PreToolUse", "Write", content="one = 1\n", call="1", session="s")
    for content in (b"one = 1\n", b"one = 1\nsome_other_line = 2\n"):
        desk.files[b"a.py"] = content
        desk.hook("PostToolUse", "Write", content="one = 1\n", call="1", session="s")
    assert desk.look() == ["s", "?repeated"]
    desk.files[b"a.py"] += b"typed_later_by_hand = 3\n"
    assert desk.commit() == ["s", "?repeated", "Ada"]


def test_a_file_that_is_seen_while_it_is_written_keeps_its_hands():
    desk = Desk()
    desk.write(b"written_by_the_agent = 1\n")
    desk.files[b"a.py"] = b""
    desk.hook("PreToolUse", "Edit", old_string="written_by", new_string="changed_by", session="t", call="1")
    desk.files[b"a.py"] = b"changed_by_the_agent = 1\n"
    desk.hook("PostToolUse", "Edit", old_string="written_by", new_string="changed_by", session="t", call="1")
    assert desk.look() == ["t"]
    desk.files[b"a.py"] = b""
    desk.shell(": > a.py", b"", session="t")
    desk.files[b"a.py"] = b"changed_by_the_agent = 1\n"
    assert desk.commit() == ["t"]
