"""Closed sitemaps that a backfill has read to the end; run again, it passes over them.

Only maps that get nothing new stand here, each with the window it was read for. Functions take a
Connection.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import BigInteger, Column, Connection, Table, Text, select

from indexer.foundation.clock import is_ahead
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

FINISHED_SITEMAPS = Table(
    "walked",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("since", BigInteger, nullable=False),  # UNIX seconds, like all times here
    Column("until", BigInteger, nullable=False),
    Column("walked_at", BigInteger, nullable=False),
)
_EVER = datetime.max.replace(tzinfo=UTC)
_AT_ONCE = 500  # names in one question


def note(
    connection: Connection,
    url: str,
    since: datetime | None,
    until: datetime | None,
    *,
    now: datetime,
) -> None:
    """Write down that the map's entries of this window are known. None: no bound."""
    start, end = _window(since, until)
    row = {"url": url, "since": start, "until": end, "walked_at": unix(now)}
    upsert(connection, FINISHED_SITEMAPS, row)


def known(
    connection: Connection,
    urls: Sequence[str],
    since: datetime | None,
    until: datetime | None,
    *,
    now: datetime,
) -> set[str]:
    """Those of the maps that were read for a window around this one.

    Not those read while the clock was ahead: they may not have been closed then.
    """
    start, end = _window(since, until)
    covered = select(FINISHED_SITEMAPS.c.url, FINISHED_SITEMAPS.c.walked_at)
    covered = covered.where(FINISHED_SITEMAPS.c.since <= start, FINISHED_SITEMAPS.c.until >= end)
    found: set[str] = set()
    for first in range(0, len(urls), _AT_ONCE):
        some = covered.where(FINISHED_SITEMAPS.c.url.in_(urls[first : first + _AT_ONCE]))
        for row in connection.execute(some):
            if not is_ahead(row.walked_at, "times when closed sitemaps were read", now=now):
                found.add(row.url)
    return found


def _window(since: datetime | None, until: datetime | None) -> tuple[int, int]:
    return unix(since) if since else 0, unix(until or _EVER)
