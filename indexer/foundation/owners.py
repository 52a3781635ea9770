"""Names of processes that hold leases, and whether one of this machine is gone.

A lease of another machine must run out; a process of this one that no longer lives holds nothing.
"""

import os
import socket
import uuid
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NUMBERS = Path("/proc/self/ns/pid")  # containers number their processes apart


def new_owner() -> str:
    """A name nobody else bears, with where its process can be looked for."""
    return f"{socket.gethostname()[:64]}:{_place()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


def words_of(owner: str) -> str:
    """Who that is, for people."""
    parts = owner.rsplit(":", 3)
    return f"process {parts[2]} on {parts[0]}" if len(parts) == 4 else owner


def is_gone(owner: str) -> bool:
    """Whether this owner is a process of this machine that no longer lives; False if unknown."""
    parts = owner.rsplit(":", 3)
    if len(parts) != 4 or not parts[1] or parts[1] != _place() or not parts[2].isdecimal():
        return False
    try:
        os.kill(int(parts[2]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass
    return False


@cache
def _place() -> str:
    """Marks the machine, since its start, and the container; "" where that cannot be told."""
    try:
        where = _BOOT.read_text().strip() + _NUMBERS.readlink().name
    except OSError:
        return ""
    return uuid.uuid5(uuid.NAMESPACE_OID, where).hex[:12]
