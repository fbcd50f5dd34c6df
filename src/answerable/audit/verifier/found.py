"""What a verification found: what holds, what is wrong, and what could not be checked."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Any


class Wrong(Exception):
    """Something that is not as it must be."""


class Open(Exception):
    """Something that cannot be told from what is here."""


class Report:
    """What was found, in sentences, by how it went."""

    def __init__(self) -> None:
        self.good: list[str] = []
        self.bad: list[str] = []
        self.open: list[str] = []

    def check(self, what: str, function: Callable[..., tuple[str, Any]], *given: Any) -> Any:
        """Run one check and keep how it went; what it found, or None."""
        try:
            told, found = function(*given)
        except Open as unseen:
            self.open.append(f"{what}: {unseen}")
        except (Wrong, zipfile.BadZipFile) as wrong:
            self.bad.append(f"{what}: {wrong}")
        except (KeyError, TypeError, ValueError, IndexError, AttributeError, RecursionError, OverflowError) as error:
            self.bad.append(f"{what}: it is not of the form that it must have ({type(error).__name__}: {error})")
        else:
            self.good.append(f"{what}: {told}")
            return found
        return None
