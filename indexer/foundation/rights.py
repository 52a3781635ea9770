"""Who may read what techwire keeps: its owner alone.

The data folder holds secrets of alerts, keys of the engine and passwords in addresses.
`keep_private` makes all that this process writes its owner's from then on; `tighten` closes what an
older version left open. Files that people asked for elsewhere are made `as_asked`. Nothing that is
there is ever opened further.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRIVATE = 0o077  # as an umask: no right of group and others
_user_umask: list[int] = []  # of who started us, once `keep_private` has changed it


def keep_private() -> None:
    """From now on this process, and those it starts, make files that only their owner reads."""
    before = os.umask(PRIVATE)
    if not _user_umask:
        _user_umask.append(before)


@contextmanager
def as_asked() -> Iterator[None]:
    """Make files for the user, an export say, with the rights that their own umask gives."""
    ours = os.umask(_user_umask[0]) if _user_umask else None
    try:
        yield
    finally:
        if ours is not None:
            os.umask(ours)


def tighten(home: Path) -> list[str]:
    """Take others' rights from a data folder and what is in it. Returns: what to say of it.

    Nothing is touched in a folder that is not ours alone: another user's, or one like /tmp.
    """
    try:
        found = home.stat()
    except OSError:
        return []  # who uses it says why it cannot
    if not found.st_mode & PRIVATE and not any(_is_open(path) for path in _top(home)):
        return []
    if found.st_uid != os.geteuid() or found.st_mode & stat.S_ISVTX:
        return [f"others may read {home} (mode {stat.S_IMODE(found.st_mode):04o}): {_ADVICE}"]
    closed = failed = 0
    for path in (home, *_all(home)):
        if _is_open(path):
            try:
                path.chmod(stat.S_IMODE(path.stat().st_mode) & ~PRIVATE)
                closed += 1
            except OSError:
                failed += 1
    said = [f"others could read {home}: closed {closed} files and folders"] if closed else []
    left = [f"others may read {failed} files in {home}: {_ADVICE}"] if failed else []
    return said + left


_ADVICE = "it holds secrets, so give techwire a folder that is its user's own, mode 0700"


def _is_open(path: Path) -> bool:
    try:
        found = path.lstat()
    except OSError:
        return False  # gone meanwhile
    return not stat.S_ISLNK(found.st_mode) and bool(found.st_mode & PRIVATE)


def _top(home: Path) -> Iterator[Path]:
    """What a closed folder may hold open: looked at on every start, so not all the way down."""
    try:
        yield from (path for path in home.iterdir() if _is_ours(path))
    except OSError:
        return


def _all(home: Path) -> Iterator[Path]:
    for path in _top(home):
        yield path
        if path.is_dir() and not path.is_symlink():
            for folder, names, files in os.walk(path):
                yield from (Path(folder, name) for name in (*names, *files))


def _is_ours(path: Path) -> bool:
    """Whether techwire made it: a data folder may be a folder with other things in it."""
    return path.name in _FOLDERS or path.name.startswith(_FILES)


_FOLDERS = ("engine", "pages", "feeds", "digests")
_FILES = ("techwire.db", "alerts.toml", "sources.toml", "vocabulary.toml", "companies-learnt.toml")
