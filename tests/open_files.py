"""What this process has open, as Linux tells it; nothing is told elsewhere."""

import contextlib
import re
from collections import Counter
from pathlib import Path

_DATABASE = re.compile(r"\.db(-wal)?( \(deleted\))?$")


def open_databases() -> Counter[str]:
    """SQLite's files: each database once, its write-ahead log once for each connection.

    A connection that was closed leaves the database itself open while another of the process holds
    a lock there, for a lock goes when any of its file's descriptors is closed.
    """
    found: Counter[str] = Counter()
    for descriptor in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):  # closed meanwhile
            file = str(descriptor.readlink())
            if match := _DATABASE.search(file):
                found[file] = found[file] + 1 if match[1] else 1
    return found
