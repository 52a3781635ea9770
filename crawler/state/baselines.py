"""Extraction drift: what a source's pages usually yield, and when that changes.

A redesign makes texts short, dates vanish or everything a teaser, and no error says so. Counts a
source and day are kept in the article's own transaction; `flags` holds the last days against the
weeks before. Functions take a Connection.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, Integer, String, Table, func, select

from crawler.article import Access, Article
from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.database import METADATA
from indexer.foundation.statements import add
from indexer.foundation.times import unix

RECENT_DAYS = 2
BASELINE_DAYS = 21
LEAST_RECENT = 8  # pages; fewer say nothing
LEAST_BEFORE = 20
LENGTH_FACTOR = 2.0
SHARE_STEP = 0.3
_DAY_S = 86_400

SOURCE_DAYS = Table(
    "source_days",
    METADATA,
    Column("source_id", String(128), primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970-01-01, UTC
    Column("pages", Integer, nullable=False),  # read, with or without an article
    Column("articles", Integer, nullable=False),
    Column("characters", Integer, nullable=False),  # of the articles' texts together
    Column("dated", Integer, nullable=False),
    Column("teasers", Integer, nullable=False),
    # texts with a quality, and the hundredths of it together
    Column("judged", Integer, nullable=False, server_default="0"),
    Column("quality_percent", Integer, nullable=False, server_default="0"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """A sudden change. before, now: the measure's values; samples: a document's URL of each time.

    measure: "length" (mean characters), "dated", "teasers" or "articles" (shares of pages).
    """

    source_id: str
    measure: str
    before: float
    now: float
    sample_before: str | None
    sample_now: str | None

    def words(self) -> str:
        """The flag in one line."""
        if self.measure == "length":
            return f"articles are {self.now:.0f} characters long, were {self.before:.0f}"
        shares = f"{self.now:.0%} of pages, was {self.before:.0%}"
        named = {"dated": "with a date", "teasers": "only teasers", "articles": "give an article"}
        return f"{named[self.measure]}: {shares}"


def note(
    connection: Connection, source_id: str, articles: tuple[Article, ...], *, now: datetime
) -> None:
    """Count one page that was read, in the caller's transaction."""
    judged = [article.quality for article in articles[:1] if article.quality is not None]
    counted = {
        "pages": 1,
        "articles": int(bool(articles)),
        "characters": sum(len(article.text) for article in articles[:1]),
        "dated": int(any(article.published is not None for article in articles)),
        "teasers": int(any(article.access is Access.TEASER for article in articles)),
        "judged": len(judged),
        "quality_percent": sum(round(100 * quality) for quality in judged),
    }
    day = unix(now) // _DAY_S
    add(connection, SOURCE_DAYS, {"source_id": source_id, "day": day}, counted)


def flags(connection: Connection, *, now: datetime) -> list[Flag]:
    """Sources whose pages suddenly yield something else."""
    today = unix(now) // _DAY_S
    first_recent = today - RECENT_DAYS + 1
    # days to come are of a clock that was ahead
    query = select(SOURCE_DAYS).where(SOURCE_DAYS.c.day.between(today - BASELINE_DAYS, today + 1))
    recent: dict[str, dict[str, int]] = {}
    before: dict[str, dict[str, int]] = {}
    for row in connection.execute(query):
        sums = (recent if row.day >= first_recent else before).setdefault(
            row.source_id, dict.fromkeys(("pages", "articles", "characters", "dated", "teasers"), 0)
        )
        for name in sums:
            sums[name] += row._mapping[name]
    found: list[Flag] = []
    for source_id, late in sorted(recent.items()):
        early = before.get(source_id)
        if early and late["pages"] >= LEAST_RECENT and early["pages"] >= LEAST_BEFORE:
            for measure, was, is_now in _changes(early, late):
                found.append(
                    Flag(
                        source_id=source_id,
                        measure=measure,
                        before=was,
                        now=is_now,
                        sample_before=_sample(connection, source_id, before=first_recent),
                        sample_now=_sample(connection, source_id, before=today + 1),
                    )
                )
    return found


def qualities(connection: Connection, *, now: datetime) -> dict[str, float]:
    """Source -> mean quality of its texts of the last weeks, 0..1, where any was judged."""
    today = unix(now) // _DAY_S
    judged = func.sum(SOURCE_DAYS.c.judged)
    query = (
        select(SOURCE_DAYS.c.source_id, func.sum(SOURCE_DAYS.c.quality_percent) / (100.0 * judged))
        .where(SOURCE_DAYS.c.day.between(today - BASELINE_DAYS, today + 1))
        .group_by(SOURCE_DAYS.c.source_id)
        .having(judged > 0)
    )
    return {source_id: round(float(mean), 2) for source_id, mean in connection.execute(query)}


def _changes(early: dict[str, int], late: dict[str, int]) -> list[tuple[str, float, float]]:
    changes: list[tuple[str, float, float]] = []
    for measure, whole in (("articles", "pages"), ("dated", "articles"), ("teasers", "articles")):
        if early[whole] and late[whole]:
            was, is_now = early[measure] / early[whole], late[measure] / late[whole]
            worse = is_now - was if measure == "teasers" else was - is_now
            if worse >= SHARE_STEP:
                changes.append((measure, was, is_now))
    if early["articles"] and late["articles"]:
        was, is_now = (sums["characters"] / sums["articles"] for sums in (early, late))
        if is_now * LENGTH_FACTOR < was or is_now > was * LENGTH_FACTOR:
            changes.append(("length", was, is_now))
    return changes


def _sample(connection: Connection, source_id: str, *, before: int) -> str | None:
    """URL of the latest document of a source crawled before a day."""
    body = connection.scalar(
        select(DOCUMENTS.c.body)
        .where(DOCUMENTS.c.source == source_id, DOCUMENTS.c.crawled_at < before * _DAY_S)
        .order_by(DOCUMENTS.c.crawled_at.desc())
        .limit(1)
    )
    return None if body is None else str(ledger.unpack(body)["url"])
