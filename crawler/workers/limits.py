"""What a worker may use of the machine: address space, and CPU seconds for each call.

CPU seconds, since a call that waits for a busy machine does nothing wrong. A worker ends by the
timer's signal wherever it is, in the C code of a parser too; `ran_out` tells that end from a crash.
"""

import os
import resource
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

MEMORY_BYTES = 3_000_000_000  # address space, of which a worker takes 340 MB before its first page
LITTLE_BYTES = 1_000_000_000  # with less a large page may fail
_CGROUP = Path("/proc/self/cgroup")
_CGROUPS = Path("/sys/fs/cgroup")

_In = TypeVar("_In")
_Out = TypeVar("_Out")


def memory_bytes() -> int:
    """Bytes of address space a worker may have: ours, or less where the machine allows less."""
    allowed = [MEMORY_BYTES, *_of_cgroup()]
    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY:
        allowed.append(soft)
    if "SC_PHYS_PAGES" in os.sysconf_names:
        allowed.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    return min(allowed)


def too_little() -> str | None:
    """That a worker's memory may not do for every page, in one line, or None."""
    allowed = memory_bytes()
    if sys.platform != "linux" or allowed >= LITTLE_BYTES:
        return None
    return (
        f"a worker may have {allowed // 1_000_000} MB of memory here (ulimit -v, or the machine's):"
        f" large pages may fail; give it {LITTLE_BYTES // 1_000_000} MB or more"
    )


def limit_this_process() -> None:
    """Bound this worker's memory, and let the timer of `limited` end it."""
    signal.signal(signal.SIGPROF, signal.SIG_DFL)
    if sys.platform == "linux":
        allowed = memory_bytes()
        resource.setrlimit(resource.RLIMIT_AS, (allowed, allowed))


def limited(work: Callable[[_In], _Out], argument: _In, cpu_s: float) -> _Out:
    """Do a call in a worker, which ends when it has used so many CPU seconds."""
    signal.setitimer(signal.ITIMER_PROF, cpu_s)
    try:
        return work(argument)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def ran_out(exit_code: int) -> bool:
    """Whether a worker ended because its call used up its CPU seconds."""
    return exit_code == -signal.SIGPROF


def _of_cgroup() -> list[int]:
    """What the control groups around this process allow, as systemd and containers set them."""
    try:
        own = _CGROUP.read_text().strip().rpartition("::")[2].lstrip("/")
        places = [_CGROUPS / own, *(_CGROUPS / own).parents]
        written = [
            (place / "memory.max").read_text().strip()
            for place in places
            if place.is_relative_to(_CGROUPS) and (place / "memory.max").is_file()
        ]
    except OSError:
        return []
    return [int(number) for number in written if number.isdecimal()]
