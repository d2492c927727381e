"""What processes used, as /proc tells it: their own time on the processors, their memory, and everybody else's time."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
# The columns of /proc/stat that are work; the time of interrupts belongs to whoever was interrupted.
WORK = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
BUSY = ("user", "nice", "system", "steal")


def tree(pid: int) -> list[int]:
    """The process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def is_node(pid: int) -> bool:
    """Whether it is Better Auth's server, the one part of Daybook that runs on Node."""
    try:
        return Path(os.readlink(PROC / str(pid) / "exe")).name.startswith("node")
    except OSError:
        return False


def cpu_seconds(pids: Iterable[int]) -> float:
    """What they have used so far, those that ended and were waited for included."""
    found = (_stat(pid) for pid in pids)
    return sum(int(ticks) for fields in found if fields for ticks in fields[11:15]) / TICKS


def pss_mb(pids: Iterable[int]) -> float:
    """Their memory; what several share is split among them."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def machine_cpu_seconds() -> float:
    """What everybody on the machine has used so far."""
    columns = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    spent = dict(zip(WORK, map(int, columns), strict=False))
    return sum(spent[name] for name in BUSY) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the name, which may hold anything; none once the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_kb(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
