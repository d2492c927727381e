"""Processes of this machine, read from /proc."""

from collections.abc import Iterable
from pathlib import Path


def children(pid: int) -> list[int]:
    """The process ids of all descendants, read from /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.append(int(status.parent.name))
    return found + [grandchild for child in found for grandchild in children(child)]


def command_line(pid: int) -> bytes:
    """The program and its arguments, each followed by NUL; nothing once it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def are_gone(pids: Iterable[int]) -> bool:
    """Whether all have ended; one whose parent has not noticed yet counts as ended."""
    return not any(Path(f"/proc/{pid}").exists() and "State:\tZ" not in _status(pid) for pid in pids)


def _status(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return "State:\tZ"
