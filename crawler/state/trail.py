"""Everything the state database knows of one URL. Functions take a Connection."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from crawler.state.archive import place_of
from crawler.state.listings import LISTINGS
from crawler.state.page_files import Location
from crawler.state.polls import POLLS
from crawler.state.seen import SEEN, Outcome
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.delivery.outbox import OUTBOX
from indexer.foundation.times import unix


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """Rows as dictionaries, None where there is none; times are UNIX seconds.

    seen: its entry. listing, pace: of where it was found. ledger: its document's row without the
    document; record: the document. outbox: its row there. page: where its page is archived.
    """

    seen: dict[str, Any] | None
    listing: dict[str, Any] | None
    pace: dict[str, Any] | None
    ledger: dict[str, Any] | None
    record: dict[str, Any] | None
    outbox: dict[str, Any] | None
    page: Location | None = None


def trail(connection: Connection, url: str) -> Trail:
    """Follow a URL from its listing to the index."""
    own_id = document_id(url)
    entry = _row(connection, select(SEEN).where(SEEN.c.url_id == own_id))
    listing = pace = None
    if entry is not None:
        where = entry["found_in"]
        listing = _row(connection, select(LISTINGS).where(LISTINGS.c.url == where))
        pace = _row(connection, select(POLLS).where(POLLS.c.url == where))
    document = (entry and entry["document_id"]) or own_id
    kept = _row(connection, select(DOCUMENTS).where(DOCUMENTS.c.document_id == document))
    body = kept.pop("body") if kept else None
    return Trail(
        seen=entry,
        listing=listing,
        pace=pace,
        ledger=kept,
        record=None if body is None else ledger.unpack(body),
        outbox=_row(connection, select(OUTBOX).where(OUTBOX.c.document_id == document)),
        page=place_of(connection, url),
    )


def forget(connection: Connection, *, before: datetime) -> int:
    """Drop the marks of URLs found before a moment that gave no document. Returns: how many.

    One that a listing still shows is fetched once more.
    """
    over = (
        SEEN.c.outcome.in_((Outcome.DROPPED, Outcome.FAILED)),
        SEEN.c.found_at < unix(before),
    )
    return connection.execute(delete(SEEN).where(*over)).rowcount


def _row(connection: Connection, query: Any) -> dict[str, Any] | None:
    found = connection.execute(query).mappings().first()
    return None if found is None else dict(found)
