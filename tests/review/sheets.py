"""What tests of checklists share: a policy that asks for answers, and a sheet that is filled in."""

from __future__ import annotations

import re

POLICY = """version: 1
layers:
  - {name: critical, paths: ["/src/pay/"]}
  - {name: standard}
rules:
  - name: asked
    match: {layers: [critical], origins: [ai]}
    require: {checklist: true}
"""


def ticked(sheet: str, word: str = "yes, I looked") -> str:
    """The sheet with every question answered in the same words."""
    return re.sub(r"^- \[ \] (\S+):$", rf"- [x] \1: {word}", sheet, flags=re.MULTILINE)
