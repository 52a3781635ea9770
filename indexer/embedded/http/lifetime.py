"""How long a server lives, and how others find it: `server.json`, and the users' shared lock."""

import asyncio
import fcntl
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

NOBODY_S = 10.0  # after the last user has gone
NOBODY_YET_S = 30.0  # when no user ever came


def announce(folder: Path, url: str) -> None:
    """Say where the server listens; readers see the old file, or all of the new one."""
    unfinished = folder / f"server.json.{os.getpid()}"
    try:
        unfinished.write_text(json.dumps({"pid": os.getpid(), "url": url}) + "\n")
        unfinished.replace(folder / "server.json")
    finally:
        unfinished.unlink(missing_ok=True)


def withdraw(folder: Path) -> None:
    """Remove the announcement, unless another server has made its own since."""
    path = folder / "server.json"
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return
    if isinstance(found, dict) and found.get("pid") == os.getpid():
        path.unlink(missing_ok=True)


def in_use(lock_file: Path) -> bool:
    """Does anybody hold a lock on this file, as far as is known? None holds a missing file."""
    try:
        handle = lock_file.open("rb")
    except FileNotFoundError:
        return False
    except OSError:  # too many open files, say
        return True
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return True
        return False


async def end_when_unused(lock_file: Path, end: Callable[[], None]) -> None:
    """Call `end` once nobody has held the lock for a while."""
    started = last = time.monotonic()
    used = False
    while True:
        await asyncio.sleep(1)
        now = time.monotonic()
        if in_use(lock_file):
            used, last = True, now
        elif (used and now - last >= NOBODY_S) or (not used and now - started >= NOBODY_YET_S):
            end()
            return
