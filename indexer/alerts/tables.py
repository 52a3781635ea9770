"""The tables of alerts, and what in them and in the ledger makes a story no news.

Functions take a Connection and belong to the caller's transaction.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Column, Connection, Index, String, Table, Text, select

from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.database import METADATA

ALERTS = Table(
    "alerts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("options", Text),  # JSON; None: the alert stands in alerts.toml
    Column("since", BigInteger, nullable=False),  # UNIX seconds, as all times here
    Column("matched_at", BigInteger, nullable=False),
    Column("bundled_at", BigInteger, nullable=False),
)
STORIES = Table(
    "alert_stories",
    METADATA,
    Column("alert", String(64), primary_key=True),
    Column("story_id", String(128), primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("message", String(32), index=True),  # None: in no message yet
    Column("body", Text, nullable=False),  # JSON of a Story
    Index("alert_stories_by_document", "alert", "document_id"),
)
MESSAGES = Table(
    "alert_messages",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("alert", String(64), nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False, default=0),
    Column("next_at", BigInteger),  # None: sent, or given up
    Column("sent_at", BigInteger),
    Column("error", Text),
)

_AT_ONCE = 400  # ids in one question


def told_before(connection: Connection, name: str, ids: Sequence[str], since: int) -> set[str]:
    """Stories that are no news: told already, under this id or by a copy, or begun before."""
    copies = DOCUMENTS.join(STORIES, DOCUMENTS.c.document_id == STORIES.c.document_id)
    found: set[str] = set()
    for some in parts(ids, _AT_ONCE):
        own = STORIES.c.alert == name
        same = select(STORIES.c.story_id).where(own, STORIES.c.story_id.in_(some))
        merged = select(DOCUMENTS.c.story_id).select_from(copies)
        older = select(DOCUMENTS.c.story_id).where(DOCUMENTS.c.crawled_at < since)
        for known in (
            same,
            merged.where(own, DOCUMENTS.c.story_id.in_(some)),
            older.where(DOCUMENTS.c.story_id.in_(some)),
        ):
            found.update(connection.scalars(known))
    return found


def parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
