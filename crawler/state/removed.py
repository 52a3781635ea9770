"""What the crawl remembers of documents that leave ledger or index without it.

A seen mark says that an article is done with. Whoever removes its document says here what holds
from then on: that it is to be fetched again, or why it is gone. Functions take a Connection.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from crawler.article import Entry
from crawler.state import seen, stories
from crawler.state.seen import SEEN, Outcome, Settlement
from crawler.state.store import retell
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


def dropped(connection: Connection, document_id: str, reason: str) -> None:
    """Write down why a document is gone for good, and leave it out of its story."""
    now = now_utc()
    end = Settlement(outcome=Outcome.DROPPED, reason=reason)
    seen.settle_document(connection, document_id, end, now=now)
    former = stories.leave(connection, document_id)
    story = stories.read(connection, former.story_id) if former else None
    if story is not None:
        retell(connection, story, but=document_id, now=now)


def _moment(unix_s: int | None) -> datetime | None:
    return None if unix_s is None else datetime.fromtimestamp(unix_s, UTC)
