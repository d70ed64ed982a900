"""CPU time and memory of a server: all of its processes, user and system."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

#: The kernel's clock of a process's CPU time, in ns where /proc/<pid>/stat has hundredths.
CPUCLOCK_SCHED = 2


class Cost:
    """The processes below one that was started, it included."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def cpu(self) -> float:
        """Seconds of CPU that they have used, ended threads too."""
        return sum(_cpu(pid) for pid in self._pids())

    def memory_kb(self) -> int:
        """What is resident, each shared page divided by those who share it."""
        return sum(_memory_kb(pid) for pid in self._pids())

    def threads(self) -> int:
        """Threads of the operating system."""
        return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in self._pids())

    def _pids(self) -> list[int]:
        found = [self._pid]
        for pid in found:
            children = Path(f"/proc/{pid}/task/{pid}/children")
            with contextlib.suppress(OSError):
                found += [int(each) for each in children.read_text().split()]
        return found


def _cpu(pid: int) -> float:
    with contextlib.suppress(OSError):
        return time.clock_gettime((~pid << 3) | CPUCLOCK_SCHED)
    return 0.0


def _memory_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0
