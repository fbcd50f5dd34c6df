"""Joins the parts of the verifier into the one file that comes with every pack, with nothing of this package in it."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

PARTS = ("found", "archive", "log", "line", "signatures", "keys", "pack", "main")
_OWN = "answerable.audit.verifier"
_HEAD = '''#!/usr/bin/env python3
"""Verifies an evidence pack offline, with plain Python 3.9 or newer and the library `cryptography`, and nothing else.

    python3 verify_pack.py PACK.zip --vkey KEY [--repository DIR] [--older CHECKPOINT]

It says what holds, what is wrong, and what it could not check. It ends with 0 where nothing is wrong, with 1 where
something is, and with 3 where nothing could be judged. Take this file from somewhere else than the pack: one that
comes with a pack can say whatever it likes. KEY is the log's key, from whoever keeps the log, not from the pack.
"""

from __future__ import annotations

'''


@lru_cache
def one_file() -> bytes:
    """The whole program."""
    imports: dict[str, None] = {}
    bodies = []
    for part in PARTS:
        text = (Path(__file__).parent / f"{part}.py").read_text("utf-8")
        tree = ast.parse(text)
        first = next(node for node in tree.body[1:] if not isinstance(node, ast.Import | ast.ImportFrom))
        for node in tree.body[1:]:
            if isinstance(node, ast.Import | ast.ImportFrom):
                own = isinstance(node, ast.ImportFrom) and (node.module or "").startswith((_OWN, "__future__"))
                if not own:
                    imports[ast.unparse(node)] = None
        bodies.append("\n".join(text.splitlines()[first.lineno - 1 - len(first_decorators(first)) :]))
    lines = sorted(imports, key=lambda line: (line.startswith("from"), line))
    joined = _HEAD + "\n".join([*lines, "import sys"]) + "\n\n" + "\n\n\n".join(bodies)
    return f'{joined}\n\n\nif __name__ == "__main__":\n    sys.exit(main())\n'.encode()


def first_decorators(node: ast.stmt) -> list[ast.expr]:
    """The decorators of a definition, which stand on lines of their own before it."""
    return list(getattr(node, "decorator_list", ()))
