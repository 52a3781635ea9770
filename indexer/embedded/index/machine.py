"""Which errors are the machine's: no room, too many open files, a disk that fails.

No task is at fault for them, and they pass without its help: whoever meets one waits and tries
again. Everything else that goes wrong is a task's own, or an index folder's.
"""

import errno
import os
import re
import sqlite3
from dataclasses import dataclass

MOST_WORDS = 300  # characters of an error's text

_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REFUSED = {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EROFS, errno.EACCES, errno.EPERM}
_DISK = {errno.EIO, errno.ESTALE, errno.ENXIO, errno.ENODEV}
_STORE = {
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
# tantivy's errors are texts, with "(os error 28)" in them or `Os { code: 28, kind: StorageFull`
_OF_TANTIVY = re.compile(r"An IO error|Failed to (?:open|acquire)|An error occurred in a thread")
_NUMBER = re.compile(r"os error (\d+)|Os \{ code: (\d+)")


@dataclass(frozen=True, slots=True)
class Trouble:
    """words: what the machine said. room: is it for want of room?

    everywhere: does it meet every folder? A disk may fail in one file alone.
    """

    words: str
    room: bool = False
    everywhere: bool = True

    @property
    def code(self) -> str:
        """Meilisearch's code for it."""
        return "no_space_left_on_device" if self.room else "internal"


def trouble(error: BaseException) -> Trouble | None:
    """What the machine lacks, where an error is its doing."""
    if isinstance(error, sqlite3.Error):
        return _of_store(error)
    number = error.errno if isinstance(error, OSError) else _number_in(str(error))
    if number in _ROOM:
        return Trouble(f"no room on the disk ({os.strerror(number)})", room=True)
    if number in _REFUSED:
        return Trouble(f"the system refuses ({os.strerror(number)})")
    if number in _DISK:
        return Trouble(f"the disk fails ({os.strerror(number)})", everywhere=False)
    return None


def one_line(error: BaseException) -> str:
    """An error for a log: its class and its text, without breaks, cut."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:MOST_WORDS]


def _of_store(error: sqlite3.Error) -> Trouble | None:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF  # less the extended part
    if code == sqlite3.SQLITE_FULL:
        return Trouble(f"no room on the disk ({error})", room=True)
    if code in _STORE:
        return Trouble(f"engine.db cannot be used ({error})")
    if code in _DAMAGED:
        return Trouble(f"engine.db is damaged ({error})")
    return None


def _number_in(text: str) -> int | None:
    found = _NUMBER.search(text) if _OF_TANTIVY.match(text) else None
    return None if found is None else int(found[1] or found[2])
