"""What publishers said of the use of their pages, by source: marks of documents, and refusals.

Functions take a Connection.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Integer, String, Table, Text, func, select

from crawler.article import Signal
from crawler.state.seen import IS_REFUSED, SEEN
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

_MOST_WORDS = 300
_REFUSED = "tdm: "  # begins the reason of a page that was refused

RIGHTS = Table(
    "rights",
    METADATA,
    Column("source_id", String(128), primary_key=True),
    Column("mark", String(32), primary_key=True),
    Column("words", Text, nullable=False),  # where it was said last, and its value
    Column("pages", Integer, nullable=False),  # stored with it, changed ones once more
    Column("said_at", BigInteger, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing a source says.

    mark: "refused" of pages that were not stored for it. pages: how many. words: where it was said
    last, with its value. said_at: UNIX seconds.
    """

    source_id: str
    mark: str
    pages: int
    words: str
    said_at: int | None


def note(
    connection: Connection, source_id: str, signals: Iterable[Signal], *, now: datetime
) -> None:
    """Count the marks of one page that is stored, in the caller's transaction."""
    last = {signal.mark: signal.words for signal in reversed(tuple(signals))}
    for mark, words in sorted(last.items()):
        key = (RIGHTS.c.source_id == source_id) & (RIGHTS.c.mark == mark)
        before = connection.scalar(select(RIGHTS.c.pages).where(key)) or 0
        row = {"words": words[:_MOST_WORDS], "pages": before + 1, "said_at": unix(now)}
        upsert(connection, RIGHTS, {"source_id": source_id, "mark": mark, **row})


def said(connection: Connection, source_ids: Collection[str]) -> list[Said]:
    """What these sources say, by id; refusals of pages first."""
    refused = (
        select(
            SEEN.c.source_id,
            func.count().label("pages"),
            func.max(SEEN.c.reason).label("reason"),
            func.max(SEEN.c.fetched_at).label("said_at"),
        )
        .where(IS_REFUSED, SEEN.c.outcome == "dropped", SEEN.c.reason.startswith(_REFUSED))
        .group_by(SEEN.c.source_id)
    )
    found = [
        Said(
            source_id=row.source_id,
            mark="refused",
            pages=row.pages,
            words=row.reason.removeprefix(_REFUSED),
            said_at=row.said_at,
        )
        for row in connection.execute(refused)
    ]
    kept = select(RIGHTS).order_by(RIGHTS.c.source_id, RIGHTS.c.mark)
    found += [Said(**row._mapping) for row in connection.execute(kept)]
    wanted = set(source_ids)
    return sorted((one for one in found if one.source_id in wanted), key=lambda one: one.source_id)
