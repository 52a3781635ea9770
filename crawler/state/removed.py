"""What the crawl remembers of documents that leave ledger or index without it.

A seen mark says that an article is done with. Whoever removes its document says here what holds
from then on: that it is to be fetched again, why it is gone, or that it never comes back.
Functions take a Connection.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from crawler.article import Entry
from crawler.state import archive, seen
from crawler.state.leaving import leave_story
from crawler.state.seen import SEEN, Outcome, Settlement
from crawler.urls import document_id
from indexer.alerts.store import forget_document
from indexer.delivery import ledger, outbox
from indexer.foundation.database import one_writer
from indexer.foundation.statements import insert_new
from indexer.foundation.times import now_utc, unix


def fetch_again(connection: Connection, document_ids: Sequence[str]) -> int:
    """Let the next crawl fetch what became these documents, though it was seen.

    document_ids: a few hundred at most. Returns: how many entries wait by that.
    """
    kept = (seen.became(document_ids), SEEN.c.outcome == Outcome.STORED)
    rows = connection.execute(select(SEEN).where(*kept)).all()
    own = {row.document_id for row in rows if row.url_id == row.document_id}
    rows = [r for r in rows if r.document_id not in own or r.url_id == r.document_id]
    for row in rows:
        entry = Entry(
            url=row.url,
            source_id=row.source_id,
            found_in=row.found_in,
            kind=row.kind,
            published=_moment(row.published_at),
        )
        waits = {
            "outcome": Outcome.FOUND,
            "entry": seen.entry_to_json(entry),
            "document_id": None,
            "reason": "its document was removed from the index",
            "attempts": 0,
            "retry_at": None,
        }
        connection.execute(update(SEEN).where(SEEN.c.url_id == row.url_id).values(**waits))
    return len(rows)


def dropped(connection: Connection, stored_id: str, reason: str) -> None:
    """Write down why a document is gone for good, and leave it out of its story."""
    now = now_utc()
    end = Settlement(outcome=Outcome.DROPPED, reason=reason)
    seen.settle_document(connection, stored_id, end, now=now)
    leave_story(connection, stored_id, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A document taken out of the state for good.

    title: None when no document had been made of it. addresses: ids of the entries that became it.
    pages: ids of those whose archived pages hold its text. alerts: names of those that held it.
    before: when it was removed already.
    """

    document_id: str
    url: str
    title: str | None
    addresses: frozenset[str]
    pages: frozenset[str]
    alerts: tuple[str, ...] = ()
    before: str | None = None


def id_of(connection: Connection, target: str) -> str:
    """Id of the document that an address leads to, or that a person names by its id."""
    given = document_id(target) if "://" in target else target
    became = connection.scalar(select(SEEN.c.document_id).where(SEEN.c.url_id == given))
    return became or given


def for_good(connection: Connection, target: str, *, now: datetime) -> Removed | None:
    """Take a document out of ledger, story and alerts, and let nothing fetch or store it again.

    target: one of its addresses, or its id. Its removal from the index goes into the outbox.
    Returns: None when nothing is known of it.
    """
    one_writer(connection)  # or a page stored at this moment would bring it back
    own_id = id_of(connection, target)
    given = {document_id(target)} if "://" in target else set()
    record = ledger.read(connection, own_id)
    known = {own_id, *given}
    entries = connection.execute(select(SEEN).where(SEEN.c.url_id.in_(known))).all()
    if record is None and not entries and not archive.places_of(connection, known):
        return None
    url = record["url"] if record else next((row.url for row in entries), target)
    rows = _close(connection, own_id, given, url=url, now=now)
    outbox.put_removal(connection, own_id, now=now)
    leave_story(connection, own_id, now=now)
    addresses = {own_id, *given, *(row.url_id for row in rows)}
    carriers = {document_id(page) for page in record["seen_at"]} if record else set()
    return Removed(
        document_id=own_id,
        url=url,
        title=record["title"] if record else None,
        addresses=frozenset(addresses),
        pages=frozenset(addresses | carriers),
        alerts=tuple(forget_document(connection, own_id)),
        before=next((row.reason for row in rows if row.outcome == Outcome.REMOVED), None),
    )


def restore(connection: Connection, target: str) -> int:
    """Undo `for_good`: what a listing shows is fetched again. Returns: how many addresses."""
    own_id = id_of(connection, target)
    gone = (SEEN.c.outcome == Outcome.REMOVED, SEEN.c.document_id == own_id)
    return connection.execute(delete(SEEN).where(*gone)).rowcount


def _close(
    connection: Connection, stored_id: str, also: Collection[str], *, url: str, now: datetime
) -> list[Row[Any]]:
    """Let nothing become this document again: its entries and those of `also` stay removed.

    Returns: their rows as they were.
    """
    query = select(SEEN).where(or_(seen.became([stored_id]), SEEN.c.url_id.in_([stored_id, *also])))
    rows = list(connection.execute(query.order_by(SEEN.c.url_id).with_for_update()))
    values = {
        "outcome": Outcome.REMOVED,
        "reason": f"by hand, {now:%Y-%m-%d %H:%M} UTC",
        "document_id": stored_id,
        "entry": None,
        "retry_at": None,
    }
    ids = [row.url_id for row in rows if row.outcome != Outcome.REMOVED]
    connection.execute(update(SEEN).where(SEEN.c.url_id.in_(ids)).values(**values))
    own = {"url_id": stored_id, "url": url, "source_id": "", "found_in": "", "kind": "by hand"}
    insert_new(connection, SEEN, [{**own, **values, "found_at": unix(now), "attempts": 0}])
    return rows


def _moment(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)
