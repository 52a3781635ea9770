"""Canonical addresses that cannot be right: several listed pages with texts of their own claim one.

It names none of them then: each is stored under its own. What was stored under it before the second
one came is read again. Functions take a Connection.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select, update

from crawler.article import Article, Entry
from crawler.state import seen
from crawler.state.leaving import withdraw
from crawler.state.seen import SEEN, Outcome
from crawler.urls import canonical_url, document_id
from indexer.delivery import ledger

SHARED = "canonical: several articles claim this address"
_COMPARED = 4_000  # characters
_SAME_SHARE = 0.5  # of the runs of three characters of both; of two stories on one matter about 0.3


def with_right_address(
    connection: Connection, entry: Entry, article: Article, *, now: datetime
) -> Article:
    """The article, under its entry's address where the canonical one is another article's too."""
    claimed, own = document_id(article.url), document_id(entry.url)
    if claimed == own or article.seen_at:
        return article
    kept = replace(article, url=canonical_url(entry.url))
    reason = connection.scalar(select(SEEN.c.reason).where(SEEN.c.url_id == claimed))
    if reason == SHARED:
        return kept
    before = ledger.read(connection, claimed)
    if before is None or is_same_text(before["text"], article.text):
        return article
    became = connection.execute(select(SEEN).where(seen.became([claimed]))).all()
    others = [row for row in became if row.url_id not in (own, claimed)]
    if not others and not any(row.url_id == claimed for row in became):
        return article
    if others:  # else it is the address of its own page
        for row in others:
            waiting = Entry(
                url=row.url, source_id=row.source_id, found_in=row.found_in, kind=row.kind
            )
            values = {
                "outcome": Outcome.FOUND,
                "entry": seen.entry_to_json(waiting),
                "document_id": None,
                "attempts": 0,
                "retry_at": None,
                "reason": f"{SHARED}: {article.url}",
            }
            connection.execute(update(SEEN).where(SEEN.c.url_id == row.url_id).values(**values))
        withdraw(connection, claimed, SHARED, now=now)
    return kept


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts are one article's, before and after it was edited."""
    a, b = _runs(one), _runs(other)
    return len(a & b) >= _SAME_SHARE * max(1, len(a | b))


def _runs(text: str) -> set[str]:
    folded = " ".join(text[:_COMPARED].casefold().split())
    return {folded[at : at + 3] for at in range(max(1, len(folded) - 2))}
