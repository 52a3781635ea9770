"""What was begun and not ended, over the ends of the process: what kills it must not go on so.

A kill from outside looks the same, so only what is met again and again counts.
"""

import sqlite3
from contextlib import suppress

from indexer.embedded.index.store import Store

TRIES = 3  # of what breaks for no fault of the machine's, and of what ends the process
PATIENCE_MS = 1_000

_BEGIN = "INSERT INTO attempts VALUES (?, 1) ON CONFLICT (what) DO UPDATE SET times=times+1"


def task(uid: int) -> str:
    return f"task {uid}"


def rebuild(number: int) -> str:
    return f"rebuild {number}"


def begin(transaction: sqlite3.Connection, *what: str) -> None:
    transaction.executemany(_BEGIN, [(one,) for one in what])


def end(transaction: sqlite3.Connection, *what: str) -> None:
    transaction.executemany("DELETE FROM attempts WHERE what=?", [(one,) for one in what])


def times(store: Store) -> dict[str, int]:
    """How often each was begun without an end."""
    rows = store.connection().execute("SELECT what, times FROM attempts").fetchall()
    return {row["what"]: row["times"] for row in rows}


def forgive(store: Store) -> None:
    """The process ends because it was told to: what is at work is not to blame."""
    with suppress(sqlite3.Error):
        connection = store.connection()
        connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")
        connection.execute("DELETE FROM attempts")
