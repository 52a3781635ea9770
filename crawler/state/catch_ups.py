"""Listings whose whole page was new, and how far their older pages have been asked since.

After an absence the newest page of a busy listing holds only the last of what was missed. Written
in the transaction that notes a page's entries, so that a crash in between loses nothing.
Functions take a Connection.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    Text,
    delete,
    func,
    select,
)

from crawler.article import Entry
from crawler.state.listings import LISTINGS
from crawler.state.seen import SEEN
from crawler.urls import document_id
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

MOST_PAGES = 20  # older ones, of one listing after one absence
MOST_LOOKED_UP = 500  # entries of a page
LONGEST_TURN = timedelta(minutes=15)
SLACK = timedelta(days=1)  # a listing's dates may be a time zone off

CATCH_UPS = Table(
    "catch_ups",
    METADATA,
    Column("url", Text, primary_key=True),  # of the listing that the registry names
    Column("source_id", String(128), nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("older_url", Text, nullable=False),  # to be asked next
    Column("pages", Integer, nullable=False),  # older ones found all new so far
    Column("since", BigInteger, nullable=False),  # UNIX seconds; news until then is known
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """One listing on its way back to known ground. older_url: its page to ask next.

    pages: older ones asked so far. since: UNIX seconds; what was listed until then is known.
    """

    url: str
    source_id: str
    kind: str
    older_url: str
    pages: int
    since: int


def pending(connection: Connection, source_id: str) -> list[CatchUp]:
    """The listings of a source that have older pages to ask."""
    query = select(CATCH_UPS).where(CATCH_UPS.c.source_id == source_id).order_by(CATCH_UPS.c.url)
    return [CatchUp(**row._mapping) for row in connection.execute(query)]


def of_page(connection: Connection, source_id: str, older_url: str) -> CatchUp | None:
    """What an older page belongs to, or None where the address is no older page."""
    found = (one for one in pending(connection, source_id) if one.older_url == older_url)
    return next(found, None)


def first_page(connection: Connection, source_id: str, kind: str, url: str) -> CatchUp | None:
    """A listing that gave entries before, as of its first page; None at a first visit."""
    query = select(LISTINGS.c.new_at).where(LISTINGS.c.url == url, LISTINGS.c.entries > 0)
    new_at = connection.scalar(query)
    if new_at is None:
        return None
    return CatchUp(url=url, source_id=source_id, kind=kind, older_url="", pages=0, since=new_at)


def all_new(
    connection: Connection, entries: Sequence[Entry], new: int, one: CatchUp, *, now: datetime
) -> bool:
    """Whether a page reaches no known ground: no entry is known, nor older than the last known.

    new: how many are, to the state. What another listing of the same turn found is as new.
    """
    dates = [date for entry in entries if (date := entry.published or entry.modified)]
    ground = datetime.fromtimestamp(one.since, UTC) - SLACK
    if not entries or (dates and min(dates) < ground):
        return False
    if new == len(entries) or len(entries) > MOST_LOOKED_UP:
        return new == len(entries)
    ids = {document_id(entry.url) for entry in entries}
    own = SEEN.c.url_id.in_(ids) & (SEEN.c.found_at >= unix(now - LONGEST_TURN))
    return connection.scalar(select(func.count()).where(own)) == len(ids)


def go_on(connection: Connection, one: CatchUp, older_url: str) -> None:
    """The listing's next older page is to be asked."""
    names = ("url", "source_id", "kind", "since")
    row = {name: getattr(one, name) for name in names}
    row |= {"older_url": older_url, "pages": one.pages + bool(one.older_url)}
    upsert(connection, CATCH_UPS, row)


def end(connection: Connection, one: CatchUp) -> None:
    """Known ground is reached, or nothing older can be asked."""
    connection.execute(delete(CATCH_UPS).where(CATCH_UPS.c.url == one.url))
