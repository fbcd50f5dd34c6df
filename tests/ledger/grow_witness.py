"""A process of its own that submits growth to a witness: `python grow_witness.py STATE FIRST LAST`.

It waits for a line on its input, submits every size from FIRST to LAST whatever the witness holds, and prints each that
was cosigned as soon as it was.
"""

from __future__ import annotations

import sys
from pathlib import Path

from ledger.witnessed import body, witness


def main(state: str, first: int, last: int) -> None:
    known = witness(Path(state))
    requests = [(size, body(size - 1, size)) for size in range(first, last + 1)]
    print("ready", flush=True)
    sys.stdin.readline()
    for size, request in requests:
        while (reply := known.add_checkpoint(request)).status == 409 and int(reply.body) < size - 1:
            pass  # the other process is one behind
        if reply.status == 200:
            print(size, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
