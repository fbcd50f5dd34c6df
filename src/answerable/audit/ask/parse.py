"""Reads a question; what it does not take is an error that points at the place and says what could stand there.

    question   = table ["where" condition] ["from" TIME] ["to" TIME] ["show" column,…] ["by" column,…]
                 ["order" column ["desc"]] ["limit" NUMBER]
    condition  = all {"or" all};  all = one {"and" one};  one = ["not"] (test | "(" condition ")")
    test       = truth column | column "is" ["not"] "known" | value ("=" "!=" "<" "<=" ">" ">=") literal or column
               | column "has" TEXT | column "in" "(" TEXT,… ")"
    value      = column {"+" column} | "count" "(" column ")"

A list is compared with a number by how many entries it has. Texts are compared without regard to case.
"""

from __future__ import annotations

from collections.abc import Mapping

from answerable.audit.ask.question import (
    Against,
    Compare,
    Condition,
    Every,
    Known,
    Not,
    Of,
    Question,
    Some,
    Sum,
    Value,
)
from answerable.audit.ask.tokens import Token, tokens, wrong
from answerable.audit.period import Period, instant, period
from answerable.audit.table import Column
from answerable.errors import QuestionInvalid, UsageError
from answerable.strict_yaml.reading import instead

Columns = Mapping[str, Mapping[str, Column]]  # by table
_ORDERED = ("<", "<=", ">", ">=")
_CLAUSES = ("where", "from", "to", "show", "by", "order", "limit")
PEOPLE = frozenset({"authors", "merged_by", "approvals", "reviewers", "refused", "by", "on_behalf_of"})
"""Columns that name people: they are shown and compared, and nothing is counted, grouped or ordered by them."""
_DEEP = 40
FAR = "9999-12-30"


def parse(text: str, columns: Columns) -> Question:
    """Read a question.

    Args:
        text: As somebody wrote it.
        columns: The columns of every table that can be asked.

    Raises:
        QuestionInvalid: with the place, and what to write instead.
    """
    return _Parser(text, columns).question()


class _Parser:
    def __init__(self, text: str, columns: Columns) -> None:
        self._text = text
        self._all = columns
        self._tokens = list(tokens(text))
        self._at = 0
        self._columns: Mapping[str, Column] = {}
        self._depth = 0

    def question(self) -> Question:
        table = self._name("a table", self._all)
        self._columns = self._all[table]
        where = self._condition() if self._take("where") else None
        begin, end = self._time("from"), self._time("to")
        show = self._list(self._shown) if self._take("show") else ()
        by = self._list(self._group) if self._take("by") else ()
        order = self._order() if self._take("order") else None
        limit = self._limit() if self._take("limit") else None
        if self._now.kind != "end":
            self._fail("the question ends before this", f"here can stand: {', '.join(_CLAUSES)}, and, or")
        return Question(
            text=self._text, table=table, where=where, period=self._period(begin, end), show=show, by=by,
            order=order, limit=limit,
        )  # fmt: skip

    @property
    def _now(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._now
        self._at += token.kind != "end"
        return token

    def _take(self, *words: str) -> bool:
        """Go on where the next token is one of these words or marks."""
        found = self._now.kind in ("word", "mark") and self._now.text.lower() in words
        self._at += found
        return found

    def _fail(self, what: str, hint: str, token: Token | None = None) -> QuestionInvalid:
        raise wrong(self._text, (token or self._now).at, what, hint)

    def _name(self, what: str, known: Mapping[str, object]) -> str:
        token = self._next()
        word = token.text.lower()
        if token.kind != "word" or word not in known:
            shown = f"there is no {what.removeprefix('a ')} {token.text!r}" if token.text else f"{what} is missing"
            self._fail(shown, instead(word, list(known)), token)
        return word

    def _condition(self) -> Condition:
        self._depth += 1
        if self._depth > _DEEP:
            self._fail(f"this is nested more than {_DEEP} deep", "ask it in fewer parentheses")
        found = [self._conjunction()]
        while self._take("or"):
            found.append(self._conjunction())
        self._depth -= 1
        return found[0] if len(found) == 1 else Some(tuple(found))

    def _conjunction(self) -> Condition:
        found = [self._one()]
        while self._take("and"):
            found.append(self._one())
        return found[0] if len(found) == 1 else Every(tuple(found))

    def _one(self) -> Condition:
        turned = False
        while self._take("not"):
            turned = not turned
        if self._take("("):
            found = self._condition()
            self._mark(")")
        else:
            found = self._test()
        return Not(found) if turned else found

    def _test(self) -> Condition:
        start = self._now
        left = self._value()
        if isinstance(left, Of) and not left.count:
            column = self._columns[left.column]
            if self._take("is"):
                turned = self._take("not")
                if not self._take("known"):
                    self._fail("`is` asks whether something is known", "write `is known` or `is not known`")
                return Not(Known(left.column)) if turned else Known(left.column)
            if self._take("has"):
                if column.type not in ("list", "counts"):
                    self._fail(f"{column.name} is no list", f"compare it: {column.name} = …", start)
                return Compare(left, "has", (self._word(),))
            if self._take("in"):
                self._mark("(")
                found = self._list(self._word)
                self._mark(")")
                return Compare(left, "in", found)
            if column.type == "truth" and self._now.text not in ("=", "!=", *_ORDERED):
                return Compare(left, "=", (True,))
        return self._compared(left, start)

    def _compared(self, left: Of | Sum, start: Token) -> Condition:
        op = self._next()
        if op.text not in ("=", "!=", *_ORDERED):
            self._fail("a comparison is missing", "write =, !=, <, <=, >, >=, has, in or is known", op)
        right = self._now
        if right.kind == "word" and right.text.lower() in self._columns and isinstance(left, Of) and not left.count:
            return self._against(left, op, start)
        kind = "number" if isinstance(left, Sum) or left.count else self._columns[left.column].type
        if kind in ("list", "counts"):
            kind = "number"
        if kind in ("text", "truth") and op.text in _ORDERED:
            self._fail(f"{start.text} has no size", "compare it with = or !=", op)
        return Compare(left, op.text, (self._literal(kind, start),))

    def _against(self, left: Of, op: Token, start: Token) -> Condition:
        token = self._next()
        kinds = {self._columns[name].type for name in (left.column, token.text.lower())}
        kinds = {"number" if kind in ("list", "counts") else kind for kind in kinds}
        if len(kinds) > 1 or (op.text in _ORDERED and not kinds & {"number", "moment"}):
            self._fail(f"{start.text} cannot be compared with {token.text}", "compare numbers or moments", token)
        return Against(left, op.text, Of(token.text.lower()))

    def _literal(self, kind: str, start: Token) -> Value:
        token = self._next()
        if kind == "moment":
            return self._moment(token)
        if kind == "number":
            if token.kind != "number":
                self._fail(f"{start.text} is compared with a number", "write for example 1", token)
            return float(token.text.rstrip("%")) / (100 if token.text.endswith("%") else 1)
        if kind == "truth":
            if token.text.lower() not in ("true", "false"):
                self._fail(f"{start.text} is true or false", "write true or false", token)
            return token.text.lower() == "true"
        if token.kind in ("mark", "end"):
            self._fail("a text is missing", 'write it in "quotes"', token)
        return token.text

    def _moment(self, token: Token) -> str:
        if token.kind not in ("time", "number", "text"):
            self._fail("a time is missing", "write 2026-07-01, 2026-07, 2026-Q3 or 2026", token)
        try:
            return period(token.text, FAR).start.isoformat()
        except UsageError as error:
            raise wrong(self._text, token.at, error.message, error.hint or "") from None

    def _value(self) -> Of | Sum:
        found = [self._of()]
        while self._take("+"):
            found.append(self._of())
        if len(found) == 1:
            return found[0]
        for each in found:
            if not each.count and self._columns[each.column].type != "number":
                self._fail(f"{each.column} is no number, so nothing can be added to it", "add numbers, or counts")
        return Sum(tuple(found))

    def _of(self) -> Of:
        token = self._now
        if token.text.lower() == "count" and self._tokens[self._at + 1].text == "(":
            self._at += 2
            name = self._name("a column", self._columns)
            if self._columns[name].type not in ("list", "counts"):
                self._fail(f"{name} is no list, so nothing in it can be counted", "count a list", token)
            self._mark(")")
            return Of(name, count=True)
        return Of(self._name("a column", self._columns))

    def _word(self) -> str:
        token = self._next()
        if token.kind in ("mark", "end"):
            self._fail("a text is missing", 'write it in "quotes"', token)
        return token.text

    def _mark(self, mark: str) -> None:
        if not self._take(mark):
            self._fail(f"{mark} is missing", f"write {mark} here")

    def _list(self, read: object) -> tuple:  # type: ignore[type-arg]
        assert callable(read)  # noqa: S101 - one of our own
        found = [read()]
        while self._take(","):
            found.append(read())
        return tuple(found)

    def _shown(self) -> Of:
        token = self._now
        if token.text.lower() == "sum" and self._tokens[self._at + 1].text == "(":
            self._at += 2
            name = self._name("a column", self._columns)
            if self._columns[name].type != "number":
                self._fail(f"{name} is no number", "add up a column of numbers", token)
            self._mark(")")
            return Of(name, sum=True)
        return self._of()

    def _group(self) -> str:
        token = self._now
        name = self._name("a column", self._columns)
        self._no_person(name, token, "grouped")
        return name

    def _order(self) -> tuple[str, bool]:
        token = self._now
        known = {**dict.fromkeys(self._columns), "count": None}
        name = self._name("a column", known)
        self._no_person(name, token, "ordered")
        down = self._take("desc")
        if not down:
            self._take("asc")
        return name, down

    def _no_person(self, name: str, token: Token, what: str) -> None:
        if name in PEOPLE:
            self._fail(
                f"nothing is {what} by {name}: it names people, and people are not ranked",
                "show the column instead, or group by team, layer, tool or service",
                token,
            )

    def _limit(self) -> int:
        token = self._next()
        if token.kind != "number" or not token.text.isdigit() or not 0 < int(token.text) <= 1_000_000:
            self._fail("a limit is a whole number from 1 to 1000000", "write for example 20", token)
        return int(token.text)

    def _time(self, word: str) -> Token | None:
        if not self._take(word):
            return None
        token = self._next()
        if token.kind not in ("time", "number", "text"):
            self._fail("a time is missing", "write 2026-07-01, 2026-07, 2026-Q3 or 2026", token)
        return token

    def _period(self, begin: Token | None, end: Token | None) -> Period | None:
        if begin is None and end is None:
            return None
        first = begin.text if begin else "0001-01-01"
        # a period that is named whole, such as a quarter, is meant whole where no end is given
        last = end.text if end else first if begin and _whole(begin.text) else FAR
        try:
            return period(first, last)
        except UsageError as error:
            token = begin or end
            raise wrong(self._text, token.at if token else 1, error.message, error.hint or "") from None


def _whole(text: str) -> bool:
    """True for a month, a quarter or a year."""
    try:
        instant(text)
    except ValueError:
        return True
    return len(text) == len("2026")
