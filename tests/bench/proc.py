"""What Linux tells of a process, read from /proc: processor seconds and memory in megabytes."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def busy(pid: int) -> float:
    """Seconds a process has spent on a processor, in all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> float:
    """Memory a process has in RAM."""
    return _kilobytes(Path(f"/proc/{pid}/status"), "VmRSS") / 1000


def share(pid: int) -> float:
    """Memory of a process and its children, what they share counted once; 0 for who has just ended."""
    try:
        own = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"), "Pss") / 1000
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except (OSError, StopIteration):
        return 0.0
    return own + sum(share(int(child)) for child in children)


def _kilobytes(file: Path, name: str) -> int:
    line = next(line for line in file.read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1])
