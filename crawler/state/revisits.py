"""Stored articles that are looked at once more: corrected in silence, or gone.

Some of the recent ones by lot, and those that their feed shows no more though it shows older ones.
A page that answers 410, or 404 twice some hours apart, takes its document out of the index. Nothing
is asked for this alone: a visit waits until its source is due. Functions take a Connection.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, select, update

from crawler.article import Entry
from crawler.state import seen
from crawler.state.leaving import withdraw
from crawler.state.seen import IS_STORED, SEEN, Outcome, Settlement
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.foundation.clock import latest
from indexer.foundation.database import METADATA
from indexer.foundation.statements import partial_index, upsert
from indexer.foundation.times import unix

DAY_SHARE, WEEK_SHARE = 0.15, 0.1  # of all articles: one is drawn for its first day or first week
RECENT = timedelta(days=2)  # an older article is no news, and is not drawn
FROM_FEED = "feed"  # what the reason of such an entry begins with
UNREAD_WAITS = (timedelta(hours=1), timedelta(days=1))  # until its page is tried again
GONE_AFTER = timedelta(hours=6)  # between two answers of 404
MOST_A_TURN = 10
MOST_VISITS = 2  # of one article, but for the second 404
LEAST_ENTRIES = 5  # of a feed that can be missed an entry in
MOST_MISSED = 0.1  # of its entries; one where more come and go is in no order of time

REVISITS = Table(
    "revisits",
    METADATA,
    Column("url_id", String(64), primary_key=True),  # of `seen`
    Column("source_id", String(128), nullable=False),
    Column("due_at", BigInteger),  # UNIX seconds, like all times here; None: no more
    Column("visits", Integer, nullable=False, default=0),
    Column("missing_at", BigInteger),  # the first 404
)
_DUE = REVISITS.c.due_at.is_not(None)
partial_index("revisits_due", [REVISITS.c.source_id, REVISITS.c.due_at], _DUE)


def due(connection: Connection, source_id: str, *, now: datetime, limit: int) -> list[Entry]:
    """A source's articles to look at again."""
    query = (
        select(SEEN)
        .join(REVISITS, REVISITS.c.url_id == SEEN.c.url_id)
        .where(REVISITS.c.source_id == source_id, _DUE, REVISITS.c.due_at <= unix(now), IS_STORED)
        .order_by(REVISITS.c.due_at, SEEN.c.url_id)
        .limit(max(0, min(limit, MOST_A_TURN)))
    )
    return [_entry_of(row) for row in connection.execute(query)]


def note_stored(connection: Connection, entry: Entry, *, now: datetime) -> None:
    """A page gave its document: the first time it may be drawn for a visit; later it had one."""
    url_id = document_id(entry.url)
    row = _row(connection, url_id)
    if row is not None:
        visits = row.visits + (row.due_at is not None and row.due_at <= unix(now))
        _write(connection, entry, visits=visits, due_at=None, missing_at=None)
    elif entry.published and abs(now - entry.published) < RECENT:
        lot = int(url_id[:8], 16) / 2**32
        if lot < DAY_SHARE:
            _write(connection, entry, due_at=unix(now + timedelta(hours=8 + 80 * lot)))
        elif lot < DAY_SHARE + WEEK_SHARE:
            _write(connection, entry, due_at=unix(now + timedelta(days=2 + 16 * lot)))


def note_unread(connection: Connection, entry: Entry, *, now: datetime) -> None:
    """A document was made of its feed, for want of its page: that is tried again twice."""
    before = _row(connection, document_id(entry.url))
    tries = 0 if before is None else before.visits
    _write(connection, entry, due_at=_unread_due(tries, now))


def _unread_due(tries: int, now: datetime) -> int | None:
    return unix(now + UNREAD_WAITS[tries]) if tries < len(UNREAD_WAITS) else None


def note_missed(connection: Connection, url: str, entries: Sequence[Entry], now: datetime) -> None:
    """A feed was read: what it shows no more, though it shows older ones, is looked at soon."""
    dates = sorted(entry.published for entry in entries if entry.published)
    if len(dates) < LEAST_ENTRIES or len(dates) < len(entries):
        return
    shown = {document_id(entry.url) for entry in entries}
    lately = SEEN.c.fetched_at.between(unix(now - RECENT), latest(now))
    between = SEEN.c.published_at.between(unix(dates[0]) + 1, unix(dates[-1]))
    own = (SEEN.c.source_id == entries[0].source_id, lately, IS_STORED)
    rows = connection.execute(select(SEEN).where(*own, SEEN.c.found_in == url, between)).all()
    missed = [row for row in rows if row.url_id not in shown]
    if len(missed) > max(1.0, MOST_MISSED * len(entries)):
        return
    for row in missed:
        before = _row(connection, row.url_id)
        if before is None or (before.visits < MOST_VISITS and before.missing_at is None):
            _write(connection, _entry_of(row), due_at=unix(now))


def settle(connection: Connection, entry: Entry, end: Settlement, *, now: datetime) -> Outcome:
    """`seen.settle` for a page that gave no document; one that gave one before keeps it.

    Returns: STORED while it does, DROPPED once its document is withdrawn.
    """
    url_id = document_id(entry.url)
    row = connection.execute(select(SEEN).where(SEEN.c.url_id == url_id)).first()
    stored_id = row.document_id if row is not None else None
    if row is None or stored_id is None or ledger.version_of(connection, stored_id) is None:
        return seen.settle(connection, entry, end, now=now)
    before = _row(connection, url_id)
    visits = (before.visits if before else 0) + 1
    missing_at = before.missing_at if before else None
    is_missing = end.http_status == 404 or (end.reason or "").startswith("error-page")
    again_s = GONE_AFTER.total_seconds()
    twice = is_missing and missing_at is not None and unix(now) - missing_at >= again_s
    if end.http_status == 410 or twice:
        withdraw(connection, stored_id, f"withdrawn: {end.reason}", now=now)
        own = {"outcome": Outcome.DROPPED, "reason": f"withdrawn: {end.reason}", "entry": None}
        _write(connection, entry, visits=visits, due_at=None)
        return _close(connection, url_id, **own, http_status=end.http_status)
    if not is_missing and row.outcome != Outcome.STORED:  # its listing called it changed
        return seen.settle(connection, entry, end, now=now)
    missing_at = (missing_at or unix(now)) if is_missing else None
    due_at = missing_at + int(again_s) if missing_at else None
    from_feed = (row.reason or "").startswith(f"{FROM_FEED}:")
    if from_feed and not is_missing:
        due_at = _unread_due(visits, now)
    _write(connection, entry, visits=visits, missing_at=missing_at, due_at=due_at)
    reason = row.reason if from_feed else None
    return _close(connection, url_id, outcome=Outcome.STORED, reason=reason, entry=None)


def _close(connection: Connection, url_id: str, **values: Any) -> Outcome:
    connection.execute(update(SEEN).where(SEEN.c.url_id == url_id).values(**values))
    return Outcome(values["outcome"])


def _row(connection: Connection, url_id: str) -> Any:
    return connection.execute(select(REVISITS).where(REVISITS.c.url_id == url_id)).first()


def _write(connection: Connection, entry: Entry, **values: Any) -> None:
    url_id = document_id(entry.url)
    before = _row(connection, url_id)
    visits = 0 if before is None else before.visits
    row = {"url_id": url_id, "source_id": entry.source_id, "visits": visits}
    upsert(connection, REVISITS, {**row, **values})


def _entry_of(row: Any) -> Entry:
    published = row.published_at
    return Entry(
        url=row.url,
        source_id=row.source_id,
        found_in=row.found_in,
        kind=row.kind,
        published=None if published is None else datetime.fromtimestamp(published, UTC),
    )
