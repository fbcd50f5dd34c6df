"""The program `answerable-hook AGENT`; also run as a file, by `python -S -I`, which is the fastest way to start it."""

import sys

if __name__ == "__main__":
    sys.path.insert(0, __file__.rsplit("/answerable/", 1)[0])

from answerable.capture.recording.hook import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
