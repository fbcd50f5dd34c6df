"""A pack as one file: a ZIP whose bytes depend on nothing but what is in it: nothing compressed, nothing dated.

Every byte follows from the names and contents, so that whoever reads one can make it again and compare.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

DATED = (0, 0x21)  # midnight, 1 January 1980: the earliest that the format knows
MODE = 0o100644 << 16
MADE_BY = 0x0314  # version 2.0, on a system with modes


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files in the order of their names (PKWARE APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16)."""
    out, directory = bytearray(), bytearray()
    for name in sorted(files):
        data, raw = files[name], name.encode("ascii")
        common = struct.pack("<HHHHHIIIHH", 20, 0, 0, *DATED, zlib.crc32(data), len(data), len(data), len(raw), 0)
        entry = struct.pack("<IH", 0x02014B50, MADE_BY) + common + struct.pack("<HHHII", 0, 0, 0, MODE, len(out))
        directory += entry + raw
        out += struct.pack("<I", 0x04034B50) + common + raw + data
    counts = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(files), len(files), len(directory), len(out), 0)
    return bytes(out + directory + counts)
