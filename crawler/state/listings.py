"""Listings: what a feed, sitemap or section last answered, so that it is asked again politely.

Validators (ETag, Last-Modified) are written in the same transaction as the entries of that answer.
Functions take a Connection.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, select, update

from indexer.foundation.clock import is_ahead, latest
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

LISTINGS = Table(
    "listings",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("source_id", String(128), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("checked_at", BigInteger, nullable=False),  # UNIX seconds
    Column("http_status", Integer),
    Column("entries", Integer, nullable=False, default=0),  # in its last full answer
    Column("new_entries", Integer, nullable=False, default=0),  # of those, not seen before
    Column("new_at", BigInteger),  # UNIX seconds of the last answer with a new entry
    Column("failures", Integer, nullable=False, default=0),  # in a row
    Column("error", Text),
    Column("left_out", Text),  # of its last full answer, one line each
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingAnswer:
    """What a listing answered. entries, new_entries: counts; error: one line, or None.

    left_out: what was left out of it, or doubted, one line each.
    """

    url: str
    source_id: str
    kind: str
    http_status: int | None
    entries: int = 0
    new_entries: int = 0
    etag: str | None = None
    last_modified: str | None = None
    error: str | None = None
    left_out: tuple[str, ...] = ()


def validators(connection: Connection, url: str, *, now: datetime) -> dict[str, str]:
    """The conditional request headers for a listing; empty when it was never read.

    So when the clock was ahead at its last answer: entries may have been left out as too old, and
    "not modified" would hide them.
    """
    row = connection.execute(
        select(LISTINGS.c.etag, LISTINGS.c.last_modified, LISTINGS.c.checked_at).where(
            LISTINGS.c.url == url
        )
    ).first()
    if row is None or is_ahead(row.checked_at, "times of listings' answers", now=now):
        return {}
    headers = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
    return {name: value for name, value in headers.items() if value}


def answered(connection: Connection, answer: ListingAnswer, *, now: datetime) -> None:
    """Write down an answer. An error keeps the old validators; 304 keeps all but the time."""
    moment = unix(now)
    row: dict[str, object] = {
        "url": answer.url,
        "source_id": answer.source_id,
        "kind": answer.kind,
        "checked_at": moment,
        "http_status": answer.http_status,
        "error": answer.error,
    }
    if answer.error is not None:
        before = connection.scalar(select(LISTINGS.c.failures).where(LISTINGS.c.url == answer.url))
        row["failures"] = (before or 0) + 1
    else:
        row["failures"] = 0
        if answer.http_status != 304:
            row |= {
                "etag": answer.etag,
                "last_modified": answer.last_modified,
                "entries": answer.entries,
                "new_entries": answer.new_entries,
                "left_out": "\n".join(answer.left_out) or None,
            }
        if answer.new_entries:
            row["new_at"] = moment
    upsert(connection, LISTINGS, row)


def leave_out(connection: Connection, url: str, words: str) -> None:
    """Add a line to what was left out of a listing's last answer."""
    before = connection.scalar(select(LISTINGS.c.left_out).where(LISTINGS.c.url == url))
    lines = "\n".join(filter(None, (before, words)))
    connection.execute(update(LISTINGS).where(LISTINGS.c.url == url).values(left_out=lines))


def correct(connection: Connection, url: str, *, now: datetime) -> None:
    """Let nothing new lie in the future, after an answer while the clock was ahead."""
    own = update(LISTINGS).where(LISTINGS.c.url == url, LISTINGS.c.new_at > latest(now))
    connection.execute(own.values(new_at=int(now.timestamp())))
