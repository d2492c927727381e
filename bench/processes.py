"""CPU time and memory of processes, and CPU time of the whole machine, read from /proc."""

import os
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
# The columns of /proc/stat, and those that count as busy. Interrupts are left out: they belong to no process.
COLUMNS = ("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal")
BUSY = ("user", "nice", "system", "steal")


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found += children.get(parent, [])
    return found


def is_node(pid: int) -> bool:
    """Whether the process runs Node, which only Better Auth does."""
    try:
        return Path(os.readlink(PROC / str(pid) / "exe")).name.startswith("node")
    except OSError:
        return False


def cpu_seconds(pids: Iterable[int]) -> float:
    """CPU time used so far, including that of reaped children."""
    found = (_stat(pid) for pid in pids)
    return sum(int(ticks) for fields in found if fields for ticks in fields[11:15]) / TICKS


def pss_mb(pids: Iterable[int]) -> float:
    """Memory as proportional set size: shared pages are divided among the processes that share them."""
    return sum(_pss_kb(pid) for pid in pids) / 1024


def machine_cpu_seconds() -> float:
    """CPU time used so far by all processes of the machine."""
    columns = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    spent = dict(zip(COLUMNS, map(int, columns), strict=False))
    return sum(spent[name] for name in BUSY) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the process name; empty if the process is gone."""
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
