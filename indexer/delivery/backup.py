"""A deployment in one file, written while everything runs, and a data folder made of it elsewhere.

In it: the state database as of one moment, the page archive, alerts, sources and feeds, and the
settings without secrets. The index is not: the ledger in the database holds all of its documents,
which is the truth the index is compared with, so a restored index is filled from there. A tar
in gzip: `backup.json`, the files, and `manifest.json` with the size and hash of each, so that a
file cut short anywhere is known for it.
"""

import errno
import gzip
import hashlib
import io
import json
import os
import re
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Engine, update

from indexer.delivery import ledger
from indexer.delivery.sender import SENDERS
from indexer.foundation.addresses import Address
from indexer.foundation.config import Config
from indexer.foundation.database import STATE_VERSION, begin, reading, state_database
from indexer.foundation.errors import BackupError

FORMAT = 1
HEAD, DATABASE, MANIFEST = "backup.json", "techwire.db", "manifest.json"
FILES = ("alerts.toml", "sources.toml", "vocabulary.toml", "companies-learnt.toml")
FOLDERS = ("pages", "feeds", "digests")
UNFINISHED = ".restoring"
_NAME = re.compile(
    rf"(?:{DATABASE}|{'|'.join(FILES)}|(?:{'|'.join(FOLDERS)})/[A-Za-z0-9_][A-Za-z0-9._-]{{0,250}})"
)
_LARGEST_JSON = 64_000_000
_PIECE = 1 << 20
_PAGES_AT_ONCE = 2_000  # of SQLite's, 8 MB
_LEVEL = 1  # pages are compressed already, and the database shrinks well at any level
_DAMAGE = (
    *(tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile),
    *(ValueError, KeyError, TypeError, RecursionError),  # JSON that is not ours
)

OnProgress = Callable[[str, int, int], object]  # what is under way, bytes done, bytes in all


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds. settings: by the names of `.env`, without secrets."""

    made_at: datetime
    documents: int
    files: int
    size: int
    settings: dict[str, str]


def back_up(
    config: Config,
    target: Path,
    snapshot: Callable[[Path], None],
    *,
    now: datetime,
    on_progress: OnProgress = lambda what, done, total: None,
) -> Backup:
    """Write a backup, whole or not at all. snapshot: copies the state as of one moment into a file.

    Raises: BackupError when the file cannot be written.
    """
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    if target.exists() and not target.is_file():
        raise BackupError(f"{target} is no file: name one to write the backup to")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".techwire-") as folder:
            copy = Path(folder) / DATABASE
            snapshot(copy)
            with state_database(f"sqlite:///{copy}") as engine, reading(engine) as connection:
                documents = ledger.count(connection)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as output:
                head = {
                    "format": FORMAT,
                    "state_version": STATE_VERSION,
                    "made_at": now.isoformat(),
                    "documents": documents,
                    "settings": config.told(),
                }
                files = _write(
                    output, head, [(DATABASE, copy), *_members(config.home)], on_progress
                )
                output.flush()
                os.fsync(output.fileno())
        draft.replace(target)
    except OSError as error:
        raise BackupError(
            f"{target} cannot be written ({error.strerror or error}): name a file on a disk with "
            "room, in a folder you may write to"
        ) from error
    finally:
        draft.unlink(missing_ok=True)
    return _told(head, files, target.stat().st_size)


def sqlite_snapshot(
    engine: Engine, path: Path, *, on_progress: OnProgress = lambda what, done, total: None
) -> None:
    """Copy an SQLite database as of one moment, whoever writes meanwhile."""

    def tell(_status: int, left: int, total: int) -> None:
        on_progress("database", total - left, total)

    # a transaction that reads keeps the moment: else each writer would make the copy begin anew
    with reading(engine) as connection, closing(sqlite3.connect(path)) as copy:
        connection.execute(ledger.DOCUMENTS.select().limit(1))
        source: Any = connection.connection.driver_connection
        source.backup(copy, pages=_PAGES_AT_ONCE, progress=tell, sleep=0)


def _members(home: Path) -> Iterator[tuple[str, Path]]:
    """Files of a data folder by their names in a backup; what other tools put there is not ours."""
    found = [home / name for name in FILES]
    for folder in FOLDERS:
        found += sorted((home / folder).glob("*"))
    for path in found:
        name = path.relative_to(home).as_posix()
        if path.is_file() and not path.is_symlink() and _NAME.fullmatch(name):
            yield name, path


def _write(
    output: IO[bytes],
    head: dict[str, Any],
    members: list[tuple[str, Path]],
    on_progress: OnProgress,
) -> int:
    """Returns: how many files."""
    total = sum(path.stat().st_size for _, path in members if path.exists())
    listed: dict[str, dict[str, object]] = {}
    done = 0
    with (
        gzip.GzipFile(fileobj=output, mode="wb", compresslevel=_LEVEL, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w|", format=tarfile.PAX_FORMAT) as tar,
    ):
        _add_json(tar, HEAD, head)
        for name, path in members:
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue  # an archive file that a prune dropped meanwhile
            with file:
                # a crawl may go on writing: what counts stood there when the database was copied
                size = os.fstat(file.fileno()).st_size
                read = _Hashed(file)
                tar.addfile(_header(name, size), read)
            listed[name] = {"bytes": size, "sha256": read.sha.hexdigest()}
            done += size
            on_progress("files", done, total)
        _add_json(tar, MANIFEST, {"members": listed})
    return len(listed)


def _add_json(tar: tarfile.TarFile, name: str, value: object) -> None:
    content = json.dumps(value, ensure_ascii=False, indent=1).encode()
    tar.addfile(_header(name, len(content)), io.BytesIO(content))


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header


class _Hashed:
    """A file whose bytes are hashed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.sha = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self.file.read(size)
        self.sha.update(piece)
        return piece


def restore(
    config: Config,
    source: Path,
    place: Callable[[Path], None],
    *,
    on_progress: OnProgress = lambda what, done, total: None,
) -> Backup:
    """Make an empty data folder what it was. place: takes the database, checked, where it belongs.

    Nothing is in its place until all of it was found whole. Raises: BackupError, DatabaseError.
    """
    home = config.make_home()
    with _unfinished(home) as folder:
        head, files = _unpack(source, folder, on_progress)
        with _plain(source):
            _check_database(folder / DATABASE, int(head["documents"]))
            told = _told(head, files, source.stat().st_size)
        place(folder / DATABASE)
        for name in (*FILES, *FOLDERS):
            if (folder / name).exists():
                (folder / name).rename(home / name)
    return told


@contextmanager
def _unfinished(home: Path) -> Iterator[Path]:
    """A folder to unpack into, inside an otherwise empty data folder; gone afterwards."""
    there = sorted(path.name for path in home.iterdir() if path.name != UNFINISHED)
    if there:
        raise BackupError(
            f"{home} is not empty (it holds {', '.join(there[:3])}): a backup is restored into an "
            "empty data folder, so point TECHWIRE_HOME at another"
        )
    folder = home / UNFINISHED
    shutil.rmtree(folder, ignore_errors=True)  # of a restore that was cut short
    folder.mkdir(mode=0o700)
    try:
        yield folder
    except OSError as error:
        raise BackupError(
            f"the backup cannot be restored into {home} ({error.strerror or error}): make room, "
            "and run this again"
        ) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _plain(source: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        words = str(error) or type(error).__name__
        raise BackupError(
            f"{source} is damaged or no backup of techwire ({words}): nothing was restored, take "
            "another one"
        ) from error


def _unpack(source: Path, folder: Path, on_progress: OnProgress) -> tuple[dict[str, Any], int]:
    """Write all files of a backup below a folder, each checked. Returns: its head, their number."""
    try:
        raw = source.open("rb")
    except OSError as error:
        raise BackupError(f"{source} cannot be read: {error.strerror}") from error
    total = source.stat().st_size
    head: dict[str, Any] | None = None
    found: dict[str, dict[str, object]] = {}
    listed: object = None
    with raw, _plain(source), gzip.GzipFile(fileobj=raw) as packed:
        with tarfile.open(fileobj=packed, mode="r|") as tar:
            for member in tar:
                if head is None:
                    head = _head(_json(tar, member, HEAD))
                elif member.name == MANIFEST:
                    listed = _json(tar, member, MANIFEST)["members"]
                else:
                    found[member.name] = _file(tar, member, folder, found)
                on_progress("files", raw.tell(), total)
        while packed.read(_PIECE):  # to its own checksum
            pass
        if head is None or listed != found or DATABASE not in found:
            raise ValueError("what is in it and its manifest differ")
    return head, len(found)


def _head(head: dict[str, Any]) -> dict[str, Any]:
    if head["format"] > FORMAT or head["state_version"] > STATE_VERSION:
        raise BackupError(
            f"the backup was made by a newer techwire (format {head['format']}, state version "
            f"{head['state_version']}; known here are {FORMAT} and {STATE_VERSION}): update it"
        )
    return head


def _json(tar: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> dict[str, Any]:
    if member.name != name or member.type != tarfile.REGTYPE or member.size > _LARGEST_JSON:
        raise ValueError(f"{member.name[:100]!r} stands where {name} should")
    stream = tar.extractfile(member)
    value = json.loads(stream.read() if stream else b"")
    if not isinstance(value, dict):
        raise ValueError(f"{name} holds no object")
    return value


def _file(
    tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path, found: dict[str, Any]
) -> dict[str, object]:
    """Write one file. Returns: what a manifest says of it. Raises: ValueError if it is strange."""
    name = member.name
    whole = member.type == tarfile.REGTYPE and not member.issparse()
    if not whole or not _NAME.fullmatch(name) or name in found:
        raise ValueError(f"it holds {name[:100]!r}, which no backup has")
    if member.size > shutil.disk_usage(folder).free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    stream = tar.extractfile(member)
    path = folder / name
    path.parent.mkdir(mode=0o700, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as output:
        read = _Hashed(stream)  # type: ignore[arg-type]
        shutil.copyfileobj(read, output, _PIECE)
    if path.stat().st_size != member.size:
        raise EOFError(f"{name} is cut short")
    return {"bytes": member.size, "sha256": read.sha.hexdigest()}


def _check_database(path: Path, documents: int) -> None:
    """Bring it to today's version, and let nobody of where it came from be the sender here."""
    with state_database(f"sqlite:///{path}") as engine:
        with reading(engine) as connection:
            found = ledger.count(connection)
        if found != documents:
            raise ValueError(f"its database holds {found} documents, and should {documents}")
        with begin(engine) as connection:
            connection.execute(update(SENDERS).values(owner=None, lease_until=None))


def _told(head: dict[str, Any], files: int, size: int) -> Backup:
    return Backup(
        made_at=datetime.fromisoformat(head["made_at"]).astimezone(UTC),
        documents=int(head["documents"]),
        files=files,
        size=size,
        settings={str(name): str(value) for name, value in dict(head["settings"]).items()},
    )


def sqlite_file(address: Address) -> Path | None:
    """The file of an SQLite database; None of another."""
    path = address.reveal().removeprefix("sqlite:///")
    return None if path == address.reveal() else Path(path.partition("?")[0])
