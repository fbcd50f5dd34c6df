from hypothesis import given, settings
from hypothesis import strategies as st

from answerable.capture.lines.hand import Hand, Kind, Text, agent, person, unknown
from answerable.capture.lines.hands import after
from answerable.capture.lines.memory import Memory

A, B = agent("s1", "t1"), agent("s2", "t2")
P, Q = person("Ada <ada@example.com>"), person("Bo <bo@example.com>")
BASE = b"import os\n\n\ndef read(path):\n    with open(path) as file:\n        return file.read()\n"


def hands(text: Text) -> list[str | None]:
    names = {A.who: "A", B.who: "B", P.who: "P", Q.who: "Q"}
    return [hand and names.get(hand.who, str(hand.kind)) for hand in text.hands]


def steps(base: bytes, *changes: tuple[bytes, Hand]) -> Text:
    text = Text.of(base)
    for content, by in changes:
        text = after(text, content, by, base=base)
    return text


def test_new_lines_are_whose_change_it_was_and_others_stay():
    text = steps(
        BASE, (BASE + b"\n\ndef write():\n    pass\n", A), (b"# head\n" + BASE + b"\n\ndef write():\n    pass\n", P)
    )
    assert hands(text) == ["P", *[None] * 6, "A", "A", "A", "A"]


def test_a_line_an_agent_wrote_and_a_person_changed_is_mixed_with_both():
    text = steps(b"", (b"timeout_seconds = 30\nretries = 5\n", A), (b"timeout_seconds = 45\nretries = 5\n", P))
    assert hands(text) == ["mixed", "A"]
    assert text.hands[0] is not None
    assert (text.hands[0].session, text.hands[0].person) == ("s1", "Ada <ada@example.com>")


def test_the_reverse_is_mixed_too():
    text = steps(b"", (b"timeout_seconds = 30\n", P), (b"timeout_seconds = 45\n", A))
    assert hands(text) == ["mixed"]


def test_a_line_that_takes_the_place_of_another_without_likeness_is_its_writers():
    text = steps(b"", (b"total = compute(rows)\n", A), (b"log.warning('nothing to see')\n", P))
    assert hands(text) == ["P"]


def test_a_person_who_changes_a_letter_of_a_committed_line_may_have_changed_an_agents():
    text = steps(BASE, (BASE.replace(b"path", b"name", 1), P))
    assert hands(text) == [None, None, None, "unknown", None, None]
    assert text.hands[3] is not None
    assert (text.hands[3].person, text.hands[3].rule) == ("Ada <ada@example.com>", "edited")


def test_an_agent_writes_the_whole_line_that_it_changes():
    assert hands(steps(BASE, (BASE.replace(b"path", b"name", 1), A)))[3] == "A"


def test_a_formatter_moves_hands_over_line_breaks_quotes_and_trailing_commas():
    written = b'total = compute(rows, "all", cache=True)\nname = "x"\n'
    formatted = b"total = compute(\n    rows,\n    'all',\n    cache=True,\n)\nname = 'x'\n"
    text = steps(b"", (written, A), (formatted, P))
    assert hands(text) == ["A"] * 6
    assert hands(steps(b"", (formatted, A), (written, P))) == ["A", "A"]


def test_a_line_joined_of_two_hands_is_mixed():
    text = steps(b"", (b"compute(\n)\n", P), (b"compute(\n    everything,\n)\n", A), (b"compute(everything)\n", Q))
    assert hands(text) == ["mixed"]


def test_a_new_line_beside_what_was_formatted_is_the_writers():
    text = steps(b"", (b"a_long_name = call(one, two)\n", A), (b"a_long_name = call(\n    one, two\n)\nfresh = 1\n", P))
    assert hands(text) == ["A", "A", "A", "P"]


def test_committed_lines_that_are_only_indented_are_nobodys_new_ones():
    text = steps(BASE, (BASE.replace(b"    with", b"  with"), P))
    assert hands(text) == [None] * 4 + ["unknown", None]
    assert text.hands[4] is not None
    assert text.hands[4].rule == "reformatted"


def test_moved_lines_keep_their_hands_with_the_brackets_between_them():
    block = b"def alpha_function():\n    {\n    }\n    return 'some value here'\n"
    other = b"".join(b"other_%d = %d\n" % (n, n) for n in range(9))
    text = steps(b"", (other, A), (other + block, P), (block + other, A))
    assert hands(text) == ["P"] * 4 + ["A"] * 9
    text = steps(b"", (other, P), (other + block, A), (block + other, P))
    assert hands(text) == ["A"] * 4 + ["P"] * 9


def test_a_short_line_that_is_gone_here_and_there_elsewhere_is_nobodys():
    text = steps(
        b"",
        (b"one = 1\nreturn\nfor x in range(3):\n    go(x)\n", P),
        (b"one = 1\nfor x in range(3):\n    go(x)\nreturn\n", A),
    )
    assert hands(text) == ["P", "P", "P", "unknown"]


def test_lines_that_come_back_from_the_commit_below_are_nobodys():
    text = steps(BASE, (b"import os\n", A), (BASE, P))
    assert hands(text) == [None] * 6


def test_line_ends_make_no_difference():
    text = steps(BASE, (BASE + b"new = 1\n", A), ((BASE + b"new = 1\n").replace(b"\n", b"\r\n"), P))
    assert hands(text) == [None] * 6 + ["A"]
    text = steps(b"", (b"one = 1\nlast = 2", A), (b"one = 1\nlast = 2\nthree = 3\n", P))
    assert hands(text) == ["A", "A", "P"]


def test_a_second_agent_takes_over_only_what_it_changes():
    text = steps(b"", (b"alpha = 1\nbeta = 2\n", A), (b"alpha = 1\nbeta = 3\n", B))
    assert hands(text) == ["A", "B"]


def test_a_mixed_line_stays_so():
    first = (b"timeout_seconds = 30\n", A)
    text = steps(b"", first, (b"timeout_seconds = 45\n", P), (b"timeout_seconds = 46\n", A))
    assert hands(text) == ["mixed"]


def test_lines_that_came_back_or_were_copied_are_nobodys():
    memory = Memory()
    memory.take_out(b"a.py", [(b"seen_before = compute()", A), (b"short()", P)])
    memory.wrote([(b"    an_agents_long_line_of_code()", A)])

    def doubt(line, by):
        return memory.doubt(b"a.py", line, by)

    content = b"seen_before = compute()\nan_agents_long_line_of_code()\nshort()\nentirely_new = 1\n}\n"
    text = after(Text(), content, P, doubt=doubt)
    assert hands(text) == ["unknown", "unknown", "P", "P", "P"]
    assert [hand and hand.rule for hand in text.hands][:2] == ["came-back", "copied"]
    assert hands(after(Text(), content, A, doubt=doubt)) == ["A", "A", "unknown", "A", "A"]


def test_what_is_too_much_to_compare_is_nobodys():
    old = b"".join(b"some agent wrote line %d of many\n" % n for n in range(800))
    new = b"".join(b"some person wrote text %d of many\n" % n for n in range(800))
    assert set(hands(steps(b"", (old, A), (new, P)))) == {"unknown"}


# A model of the truth: every line knows who put characters into it.

WORDS = ("amber", "birch", "cedar", "dusk", "ember", "fjord", "glade", "heath", "islet", "juniper", "kelp", "larch")
WHO = {"A": A, "B": B, "P": P, "Q": Q}


class Line:
    __slots__ = ("authors", "text")

    def __init__(self, text: bytes, authors: frozenset[str]) -> None:
        self.text, self.authors = text, authors


class World:
    """A file, its true authors, and what the algebra says."""

    def __init__(self) -> None:
        self.count = 0
        self.lines = [self.fresh("base") for _ in range(12)]
        self.base = self.content
        self.text = Text.of(self.base)

    @property
    def content(self) -> bytes:
        return b"".join(line.text + b"\n" for line in self.lines)

    def fresh(self, who: str) -> Line:
        self.count += 1
        n = self.count * 7919 % 9973
        words = [WORDS[n * k % 12] for k in (1, 5, 7)]
        return Line(f"{words[0]}{n} = {words[1]}({words[2]}{n * 31 % 9973})".encode(), frozenset({who}))

    def act(self, who: str, ops: list[tuple[str, int, int]]) -> None:
        for op, at, size in ops:
            self.do(who, op, at % (len(self.lines) + 1), size)
        by = unknown("formatter") if who == "F" else WHO[who]
        self.text = after(self.text, self.content, by, base=self.base)

    def do(self, who: str, op: str, at: int, size: int) -> None:
        here = self.lines[at : at + size]
        if op in ("change", "indent", "break"):
            self.lines[at : at + size] = [new for line in here for new in CHANGES[op](self, line, who)]
        elif op == "insert":
            self.lines[at:at] = [self.fresh(who) for _ in range(size)]
        else:
            self.lines[at : at + size] = [self.fresh(who) for _ in range(size)] if op == "replace" else []
        if op == "move":
            to = (at * 5 + 3) % (len(self.lines) + 1)
            self.lines[to:to] = here

    def change(self, line: Line, who: str) -> list[Line]:
        changed = line.text if b"not_" in line.text else line.text.replace(b"(", b"(not_", 1)
        return [line if changed == line.text else Line(changed, line.authors | {who})]

    def indent(self, line: Line, who: str) -> list[Line]:
        return [Line(b"    " + line.text, line.authors)]

    def break_(self, line: Line, who: str) -> list[Line]:
        head, _, tail = line.text.partition(b"(")
        parts = [head + b"(", b"    " + tail[:-1] + b",", b")"] if tail.endswith(b")") else [line.text]
        return [Line(part, line.authors) for part in parts]

    def judge(self) -> None:
        for line, hand in zip(self.lines, self.text.hands, strict=True):
            if line.text.strip() in (b")", b""):
                continue
            agents, people = line.authors & {"A", "B"}, line.authors & {"P", "Q"}
            told = (line.text, line.authors, hand)
            if hand is None:
                assert line.authors == {"base"}, told
            elif hand.kind is Kind.AGENT:
                assert agents or line.authors == {"base"}, told  # an agent writes the whole line that it changes
                assert not people, told
            elif hand.kind is Kind.PERSON:
                assert people, told
                assert not agents, told
                assert "base" not in line.authors, told
            elif hand.kind is Kind.MIXED:
                assert agents or people or b" = " not in line.text, told  # a few letters may be like another's


CHANGES = {"change": World.change, "indent": World.indent, "break": World.break_}
SMALL = st.tuples(st.sampled_from(["insert", "delete", "replace", "change"]), st.integers(0, 60), st.integers(1, 4))
ANY = st.tuples(
    st.sampled_from(["insert", "delete", "replace", "change", "indent", "break", "move"]),
    st.integers(0, 60),
    st.integers(1, 4),
)
FORM = st.tuples(st.sampled_from(["indent", "break"]), st.integers(0, 60), st.integers(1, 6))


@given(
    st.lists(
        st.one_of(
            st.tuples(st.sampled_from("ABPQ"), st.lists(ANY, min_size=1, max_size=3)),
            st.tuples(st.just("F"), st.lists(FORM, min_size=1, max_size=3)),
        ),
        max_size=14,
    )
)
@settings(max_examples=150, deadline=None)
def test_no_persons_line_is_called_an_agents_and_none_of_an_agent_a_persons(script):
    world = World()
    for who, ops in script:
        world.act(who, ops)
        world.judge()


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABPQ"),
            st.tuples(st.sampled_from(["insert", "delete"]), st.integers(0, 60), st.integers(1, 4)),
        ),
        max_size=14,
    )
)
@settings(max_examples=80, deadline=None)
def test_lines_that_are_only_put_in_and_taken_out_are_all_known(script):
    world = World()
    for who, op in script:
        world.act(who, [op])
        truth = [None if line.authors == {"base"} else next(iter(line.authors)) for line in world.lines]
        assert hands(world.text) == truth


@given(st.lists(st.tuples(st.sampled_from("ABPQ"), SMALL), max_size=12), st.lists(FORM, min_size=1, max_size=4))
@settings(max_examples=80, deadline=None)
def test_a_formatter_takes_no_agents_line(script, forms):
    world = World()
    for who, op in script:
        world.act(who, [op])
    sessions = {line.text: hand for line, hand in zip(world.lines, world.text.hands, strict=True)}
    kept = [line for line in world.lines if (hand := sessions[line.text]) and hand.kind is Kind.AGENT]
    world.act("F", [op for op in forms if op[0] == "indent"])
    told = {line.text.strip(): hand for line, hand in zip(world.lines, world.text.hands, strict=True)}
    for line in kept:
        assert told[line.text].who == sessions[line.text].who


def test_a_bracket_that_stands_alone_on_both_sides_does_not_hide_what_was_formatted():
    old = b"first_value = call(alpha,\nbeta\n)\nsecond_value = call(gamma,delta)\n"
    new = b"first_value = call(alpha, beta)\nsecond_value = call(\ngamma, delta\n)\n"
    assert hands(steps(b"", (old, A), (new, P))) == ["A"] * 4


def test_what_follows_a_moved_line_moves_with_it():
    block = b"def alpha_function_of_mine():\n    {\n    }\n"
    other = b"".join(b"other_%d = %d\n" % (n, n) for n in range(9))
    assert hands(steps(b"", (other, A), (other + block, P), (block + other, A))) == ["P"] * 3 + ["A"] * 9
