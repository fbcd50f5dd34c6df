"""Made-up secrets: built from parts when a test runs, so that no file of the repository holds what looks like one."""

from __future__ import annotations

import random
import re
import string

ALPHABETS = {
    "alnum": string.ascii_letters + string.digits,
    "letter": string.ascii_letters,
    "lower": string.ascii_lowercase + string.digits,
    "upper": string.ascii_uppercase + string.digits,
    "digit": string.digits,
    "hex": "0123456789abcdef",
    "base32": string.ascii_uppercase + "234567",
    "bech": "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
    "b64": string.ascii_letters + string.digits + "+/",
    "dash": "-",
}
_PART = re.compile(r"\{([a-z0-9]+):(\d+)\}")


def made_up(template: str, seed: int = 0) -> str:
    """A text with each `{kind:n}` replaced by n characters of the kind, the same for the same seed."""
    chance = random.Random(f"{template} {seed}")
    return _PART.sub(lambda part: "".join(chance.choices(ALPHABETS[part[1]], k=int(part[2]))), template)


def token(seed: int = 0) -> str:
    """A GitHub token that never was one."""
    return made_up("gh" + "p_{alnum:36}", seed)
