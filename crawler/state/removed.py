"""What the crawl remembers of documents that leave ledger or index without it.

A seen mark says that an article is done with. Whoever removes its document says here what holds
from then on: that it is to be fetched again, why it is gone, or that it never comes back.
Functions take a Connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from crawler.article import Entry
from crawler.state import archive, seen, stories
from crawler.state.seen import SEEN, Outcome, Settlement
from crawler.state.store import retell
from crawler.urls import document_id
from indexer.alerts.store import forget_document
from indexer.delivery import ledger, outbox
from indexer.foundation.database import one_writer
from indexer.foundation.times import now_utc


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
    _leave_story(connection, stored_id, now=now)


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
    rows = seen.remove(connection, own_id, given, url=url, now=now)
    outbox.put_removal(connection, own_id, now=now)
    _leave_story(connection, own_id, now=now)
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
    return seen.restore(connection, id_of(connection, target))


def _leave_story(connection: Connection, own_id: str, *, now: datetime) -> None:
    former = stories.leave(connection, own_id)
    story = stories.read(connection, former.story_id) if former else None
    if story is not None:
        retell(connection, story, but=own_id, now=now)


def _moment(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)
