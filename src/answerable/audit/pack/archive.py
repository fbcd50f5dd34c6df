"""A pack as one file: a ZIP whose bytes depend on nothing but what is in it: nothing compressed, nothing dated."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the earliest that the format knows


def archive(files: Mapping[str, bytes]) -> bytes:
    """The files in the order of their names."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as pack:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _LONG_AGO)
            info.create_system = 3  # the same on every system
            info.external_attr = 0o100644 << 16
            pack.writestr(info, files[name])
    return out.getvalue()
