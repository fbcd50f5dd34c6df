"""One look at a file: whether it is code, in which language, and what it uses, read once and only when it is asked."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import cached_property

from answerable.policy.layers.code.source import plain
from answerable.policy.layers.code.uses import Reads, Uses
from answerable.policy.layers.names import Names, called_of, words_of

MOST_BYTES = 4 << 20
MOST_READ = 1 << 20  # by a grammar; what is larger is looked at as text
TOO_LARGE = "the file is too large to be looked through, so it counts as if it did"
UNREADABLE = "the file cannot be read as {}, so it counts as if it did"

_TEXT_ONLY = frozenset(
    b"vue svelte kt kts scala groovy gradle m mm fs fsx vb erb php phtml pl pm sh bash zsh fish ksh ps1 psm1 bat cmd "
    b"ex exs erl clj cljs lua swift dart sql r jl zig nim hs ml tcl awk ipynb cshtml razor aspx jsp".split()
)
_SCRIPTS = (b"#!", b"\xef\xbb\xbf#!")


class Look:
    """A file that is looked at.

    Args:
        path: Where it is.
        content: Its bytes, or what gets them when they are asked for.
        reads: Says what code uses, where that is kept; by default a process that is apart reads it.
    """

    def __init__(self, path: bytes, content: bytes | Callable[[], bytes], reads: Reads | None = None) -> None:
        self._path = path
        self._given = content
        self._reads = reads

    @property
    def path(self) -> bytes:
        """Where it is."""
        return self._path

    @cached_property
    def key(self) -> str | None:
        """Its language, where that has a grammar."""
        from answerable.policy.layers.code.registry import key_by_name, key_of

        return key_by_name(self._path) or key_of(self._path, self._text)

    @cached_property
    def is_code(self) -> bool:
        """True where it is looked at at all."""
        name = self._path.rpartition(b"/")[2].lower()
        ending = name.rpartition(b".")[2] if b"." in name else b""
        return ending in _TEXT_ONLY or self.key is not None or self._text.startswith(_SCRIPTS)

    @cached_property
    def text(self) -> bytes:
        """Its text; as its compiler sees it where that can be known."""
        return self._prepared if self._prepared is not None else self._text

    @cached_property
    def unreadable(self) -> str | None:
        """Why it counts as if it used everything; None where it does not."""
        if len(self._content) > MOST_BYTES:
            return TOO_LARGE
        if self.key is None or len(self._text) > MOST_READ or (self._prepared is not None and self.uses is not None):
            return None
        return UNREADABLE.format(self.language_name)

    @cached_property
    def uses(self) -> Uses | None:
        """What it uses; None where it has no grammar or cannot be read by it."""
        if self.key is None or self._prepared is None or len(self._prepared) > MOST_READ:
            return None
        from answerable.policy.layers.code.apart import APART

        return (self._reads or APART.read)(self.key, self._prepared.replace(b"\0", b" "))

    @property
    def partly(self) -> bool:
        """True where the names that were found may not be all."""
        return self.uses is None or not self.uses.sound or b"\0" in self.text

    def may_use(self, names: Names) -> bool:
        """False where the file need not be read to know that it uses none of some names."""
        if len(self._content) > MOST_BYTES or names.mentioned(self.words, self.letters):
            return True
        if self.key is None:
            return False
        if self._folds or self._prepared is None:
            return True
        from answerable.policy.layers.code.registry import language

        return language(self.key).dynamic and names.dynamic(self.words)

    @cached_property
    def _folds(self) -> bool:
        """True where names may be put together from texts."""
        from answerable.policy.layers.code.registry import language

        folds = language(self.key).folds if self.key else None
        return folds is not None and folds.search(self.text) is not None

    @cached_property
    def letters(self) -> str:
        """Its text, letters that mean the same to a compiler written in the same way."""
        text = self.text.decode("utf-8", "replace")
        return text if text.isascii() else unicodedata.normalize("NFKC", text)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of its text."""
        return words_of(self.letters)

    def has_words_of(self, names: Names) -> bool:
        """True where the text has all words of a name: what counts where the names of a file are not known."""
        return names.mentioned(self.words, self.letters, called_of(self.letters))

    @property
    def renames(self) -> bool:
        """True where its language lets a file give other names to what it imports."""
        from answerable.policy.layers.code.registry import language

        return self.key is not None and language(self.key).renames

    @property
    def language_name(self) -> str:
        """Its language in words."""
        from answerable.policy.layers.code.registry import language

        return language(self.key).name if self.key else "text"

    @cached_property
    def _content(self) -> bytes:
        return self._given if isinstance(self._given, bytes) else self._given()

    @cached_property
    def _text(self) -> bytes:
        return plain(self._content) if len(self._content) <= MOST_BYTES else self._content

    @cached_property
    def _prepared(self) -> bytes | None:
        from answerable.policy.layers.code.registry import language

        return language(self.key).prepare(self._text) if self.key else self._text
