"""The page archive: fetched pages are kept, so that a new rule needs no new fetch.

Where each page stands in the archive's files (`page_files`) is in the state database. Old days
expire, the oldest first when the archive outgrows its limit.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import BigInteger, Column, Connection, String, Table, Text, delete, select

from crawler.article import Entry
from crawler.state.page_files import SUFFIX, Location
from crawler.state.seen import entry_from_json, entry_to_json
from crawler.urls import document_id
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

KEEP = timedelta(days=30)
MAX_ARCHIVE_BYTES = 20_000_000_000

ARCHIVED = Table(
    "archived",
    METADATA,
    Column("url_id", String(64), primary_key=True),  # of the entry's canonical URL
    Column("source_id", String(128), nullable=False, index=True),
    Column("fetched_at", BigInteger, nullable=False, index=True),  # UNIX seconds
    Column("file", Text, nullable=False),  # name inside the archive's folder
    Column("place", BigInteger, nullable=False),  # byte offset of the record
    Column("entry", Text, nullable=False),  # JSON
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedPage:
    """An entry whose page is archived, and where."""

    entry: Entry
    location: Location


def note(connection: Connection, entry: Entry, location: Location, *, now: datetime) -> None:
    """Write down where an entry's page stands, inside the caller's transaction."""
    row = {
        "url_id": document_id(entry.url),
        "source_id": entry.source_id,
        "fetched_at": unix(now),
        "file": location.file,
        "place": location.place,
        "entry": entry_to_json(entry),
    }
    upsert(connection, ARCHIVED, row)


def place_of(connection: Connection, url: str) -> Location | None:
    """Where the page of an entry stands, or None."""
    query = select(ARCHIVED.c.file, ARCHIVED.c.place).where(ARCHIVED.c.url_id == document_id(url))
    row = connection.execute(query).first()
    return None if row is None else Location(file=row.file, place=row.place)


def places_of(connection: Connection, ids: Collection[str]) -> dict[str, Location]:
    """Where the pages of these entries stand, by the entry's id."""
    query = select(ARCHIVED.c.url_id, ARCHIVED.c.file, ARCHIVED.c.place)
    rows = connection.execute(query.where(ARCHIVED.c.url_id.in_(ids)))
    return {row.url_id: Location(file=row.file, place=row.place) for row in rows}


def forget(connection: Connection, ids: Collection[str]) -> None:
    """The pages of these entries are erased."""
    connection.execute(delete(ARCHIVED).where(ARCHIVED.c.url_id.in_(ids)))


def archived_rows(
    connection: Connection, *, since: datetime | None = None, sources: tuple[str, ...] = ()
) -> list[ArchivedPage]:
    """What the archive holds, oldest first, narrowed by fetch time and sources."""
    query = select(ARCHIVED).order_by(ARCHIVED.c.fetched_at, ARCHIVED.c.url_id)
    if since is not None:
        query = query.where(ARCHIVED.c.fetched_at >= unix(since))
    if sources:
        query = query.where(ARCHIVED.c.source_id.in_(sources))
    return [
        ArchivedPage(
            entry=entry_from_json(row.entry), location=Location(file=row.file, place=row.place)
        )
        for row in connection.execute(query)
    ]


def expire(
    connection: Connection,
    folder: Path,
    *,
    now: datetime,
    keep: timedelta = KEEP,
    max_bytes: int = MAX_ARCHIVE_BYTES,
    by_hand: bool = False,
) -> int:
    """Delete files older than `keep`, then the oldest until `max_bytes` hold. Returns: how many.

    by_hand: somebody wants it so. Else a day counts no more than one beyond the last day before
    it: a clock that jumps ahead would empty the archive, and is right again until tomorrow.
    """
    files = sorted(folder.glob(f"*{SUFFIX}"), reverse=True)  # newest day first
    if not by_hand:
        now = min(now, _day_after_last(files, now))
    oldest_day = f"{now - keep:%Y-%m-%d}"
    total = deleted = 0
    for path in files:
        total += path.stat().st_size
        if path.name[:10] < oldest_day or total > max_bytes:
            connection.execute(delete(ARCHIVED).where(ARCHIVED.c.file == path.name))
            path.unlink(missing_ok=True)  # a machine that shares the folder was quicker
            deleted += 1
    gone = ARCHIVED.c.fetched_at < unix(now - keep - timedelta(days=1))
    connection.execute(delete(ARCHIVED).where(gone))  # also of machines that are no more
    return deleted


def _day_after_last(files: Sequence[Path], now: datetime) -> datetime:
    """The day after the last one before today that has a file. files: newest first."""
    earlier = (path.name[:10] for path in files if path.name[:10] < f"{now:%Y-%m-%d}")
    last = next(earlier, None)
    if last is None:
        return now
    return datetime.fromisoformat(last).replace(tzinfo=UTC) + timedelta(days=2)
