"""Reads and writes JSON, and digests, without what the modules `json` and `hashlib` import.

CPython's own scanner and encoder are used where they are there; the modules themselves are where they are not.
"""


def load(text: str) -> object:
    """Read a JSON document; control characters inside texts are taken as they are.

    Raises:
        ValueError: it is none.
    """
    try:
        from _json import make_scanner

        bare = text.strip(" \t\r\n")
        found, end = make_scanner(_Context)(bare, 0)  # type: ignore[arg-type] # what it asks for is there
    except (ImportError, StopIteration, SystemError, ValueError):  # it says what is wrong only where `json` is there
        import json

        return json.loads(text, strict=False)
    if end != len(bare):
        raise ValueError("more than one JSON document")
    return found


def dump(value: object) -> str:
    """A JSON document in ASCII, without white space."""
    try:
        from _json import encode_basestring_ascii, make_encoder
    except ImportError:
        import json

        return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    encode = make_encoder(None, _refuse, encode_basestring_ascii, None, ":", ",", False, False, True)
    return "".join(encode(value, 0))


def sha256(data: bytes) -> str:
    """The digest of bytes, in hex."""
    for name in ("_sha2", "_sha256"):
        try:
            return str(__import__(name).sha256(data).hexdigest())
        except (ImportError, AttributeError):
            continue
    import hashlib

    return hashlib.sha256(data).hexdigest()


def _refuse(value: object) -> object:
    raise TypeError(f"{type(value).__name__} is no JSON")


class _Context:
    """What the scanner asks its owner for."""

    strict = False
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float
    memo: "dict[str, str]" = {}  # noqa: RUF012
