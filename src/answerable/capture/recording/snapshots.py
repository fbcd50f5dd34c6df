"""Keeps what files hold, by digest: whole or not at all, bounded, and never through a link or out of the work tree."""

import os

from answerable.capture.recording.quick import sha256

MOST_BYTES = 8 << 20
_SNIFFED = 8000  # bytes in which git looks for NUL to call a file binary


class Seen:
    """What was seen of a path: `content` is a digest, None where the file is not there or `skipped` says why not."""

    __slots__ = ("content", "size", "skipped")

    def __init__(self, content: str | None = None, size: int = 0, skipped: str | None = None) -> None:
        self.content, self.size, self.skipped = content, size, skipped


def take(path: bytes, folder: bytes) -> Seen:
    """Look at a file and keep what it holds.

    Args:
        path: Absolute.
        folder: Where contents are kept.
    """
    try:
        about = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return Seen()
    except OSError:
        return Seen(skipped="unreadable")
    kind = about.st_mode & 0o170000
    if kind == 0o120000:
        return Seen(skipped="link")
    if kind != 0o100000:
        return Seen(skipped="unreadable")
    if about.st_size > MOST_BYTES:
        return Seen(size=about.st_size, skipped="too-large")
    data = _read(path)
    if data is None:
        return Seen(size=about.st_size, skipped="unreadable")
    if len(data) > MOST_BYTES:
        return Seen(size=len(data), skipped="too-large")
    if b"\0" in data[:_SNIFFED]:
        return Seen(size=len(data), skipped="binary")
    digest = sha256(data)
    kept = keep(folder, digest, data)
    return Seen(digest, len(data)) if kept else Seen(size=len(data), skipped="lost")


def keep(folder: bytes, digest: str, data: bytes) -> bool:
    """Keep a content under its digest; False where it cannot be written."""
    name = digest.encode()
    below = os.path.join(folder, name[:2])
    path = os.path.join(below, name)
    try:
        if os.path.getsize(path) == len(data):
            os.utime(path)  # the drain leaves alone what was wanted just now
            return True
    except OSError:
        pass
    return write(path, data)


def write(path: bytes, data: bytes) -> bool:
    """Write a new file: another sees it whole or not at all. False where that cannot be done."""
    part = path + b".%d.part" % os.getpid()
    try:
        try:
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
            handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(handle, left) :]
        finally:
            os.close(handle)
        os.rename(part, path)
    except OSError:
        try:
            os.unlink(part)
        except OSError:
            pass
        return False
    return True


def _read(path: bytes) -> bytes | None:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    try:
        parts, total = [], 0
        while total <= MOST_BYTES and (block := os.read(handle, 1 << 20)):
            parts.append(block)
            total += len(block)
        return b"".join(parts)
    except OSError:
        return None
    finally:
        os.close(handle)
