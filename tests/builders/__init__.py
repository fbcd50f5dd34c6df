"""Real git repositories for tests: exact bytes, fixed dates, no influence from the machine they run on."""

from builders.blame import BlamedLine
from builders.entries import Content, Entry, executable, link, submodule
from builders.histories import random_history
from builders.repository import RepoBuilder

__all__ = [
    "BlamedLine",
    "Content",
    "Entry",
    "RepoBuilder",
    "executable",
    "link",
    "random_history",
    "submodule",
]
