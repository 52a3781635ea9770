"""What processes cost: CPU seconds and memory from /proc, for a program and all it started."""

import json
import os
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TICKS_S = 1 / os.sysconf("SC_CLK_TCK")
LOOK_EVERY_S = 0.25


@dataclass
class Watched:
    """A running crawl, looked at four times a second until `stop`.

    cpu_s: role -> CPU seconds; roles are "main", "workers" and "engine".
    peak_mb: highest sum of proportional memory. rss_mb: role -> present resident memory.
    """

    pid: int
    home: Path
    peak_mb: float = 0.0
    rss_mb: dict[str, float] = field(default_factory=dict)
    _by_process: dict[tuple[str, int], float] = field(default_factory=dict)
    _stop: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def cpu_s(self) -> dict[str, float]:
        sums = dict.fromkeys(("main", "workers", "engine"), 0.0)
        for (role, _), seconds in list(self._by_process.items()):
            sums[role] += seconds
        return sums

    def look(self) -> None:
        engine = self._engine()
        of_engine = family(engine) if engine else set()
        total = 0.0
        rss: dict[str, float] = dict.fromkeys(("main", "workers", "engine"), 0.0)
        for pid in family(self.pid) | of_engine:
            role = "main" if pid == self.pid else "engine" if pid in of_engine else "workers"
            with suppress(OSError, IndexError):
                self._by_process[role, pid] = cpu_s(pid)
                total += proportional_mb(pid)
                rss[role] += memory_mb(pid, "status", "VmRSS:")
        self.peak_mb = max(self.peak_mb, total)
        self.rss_mb = rss

    def _watch(self) -> None:
        while not self._stop.wait(LOOK_EVERY_S):
            with suppress(OSError):
                self.look()

    def _engine(self) -> int | None:
        with suppress(OSError, ValueError, KeyError):
            return int(json.loads((self.home / "engine" / "server.json").read_text())["pid"])
        return None


def cpu_s(pid: int) -> float:
    """CPU seconds of a process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICKS_S


def proportional_mb(pid: int) -> float:
    """Memory of a process; of what it shares with others, its share."""
    return memory_mb(pid, "smaps_rollup", "Pss:")


def memory_mb(pid: int, file: str, name: str) -> float:
    """One line of /proc's memory figures."""
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) / 1000
    return 0.0


def family(pid: int) -> set[int]:
    """A process and everything it started that still runs."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, IndexError):
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found
