"""Site profiles: what repeats over a source's pages, learnt from its documents.

A block that stands inside the text of many pages of one site is the site's, not the story's. The
grams are learnt again as documents come, and add up: what was cut once can no longer be seen.
"""

from array import array
from collections import Counter, OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    LargeBinary,
    String,
    Table,
    func,
    select,
)

from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.database import METADATA
from indexer.foundation.statements import upsert
from indexer.foundation.times import unix

LEARN_EVERY = 20  # new documents of a source, up to LEARN_FROM of them
LEARN_FROM = 100  # its latest documents, one a story
LEAST_PAGES = 3
LEAST_SHARE = 0.10
MOST_GRAMS = 4_000
KEPT_IN_MEMORY = 200  # sources

PROFILES = Table(
    "profiles",
    METADATA,
    Column("source_id", String(128), primary_key=True),
    Column("learnt_at", BigInteger, nullable=False),  # UNIX seconds
    Column("documents", Integer, nullable=False),  # of the source, when it was learnt
    Column("grams", LargeBinary, nullable=False),  # unsigned 32-bit numbers
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What `learn` is to learn from. texts: one of each story. known: grams learnt before."""

    texts: tuple[str, ...]
    known: frozenset[int] = frozenset()


def learn(lesson: Lesson) -> frozenset[int]:
    """Grams that stand on at least 3 pages and a tenth of them; with what was known, bounded."""
    from crawler.extraction.body.boilerplate import grams  # in a worker; a crawl starts without it

    pages: Counter[int] = Counter()
    for text in lesson.texts:
        pages.update(grams(text))
    least = max(LEAST_PAGES, LEAST_SHARE * len(lesson.texts))
    found = [gram for gram, count in pages.most_common(MOST_GRAMS) if count >= least]
    room = MOST_GRAMS - len(found)
    return frozenset(found) | frozenset(sorted(lesson.known - set(found))[:room])


class SiteProfiles:
    """The profiles as a crawl uses them: looked up often, learnt now and then."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, frozenset[int]] = OrderedDict()
        self._looked_up: Counter[str] = Counter()

    def known(self, source_id: str) -> frozenset[int] | None:
        """What repeats over this source's pages, or None when it was not loaded yet."""
        if source_id in self._known:
            self._known.move_to_end(source_id)
        return self._known.get(source_id)

    def load(self, connection: Connection, source_id: str) -> frozenset[int]:
        """What repeats over this source's pages, as far as is known."""
        found = self._known[source_id] = read(connection, source_id)
        if len(self._known) > KEPT_IN_MEMORY:
            self._known.popitem(last=False)
        return found

    def is_lesson_due(self, source_id: str) -> bool:
        """Whether to learn now: every so many pages of a source."""
        self._looked_up[source_id] += 1
        looked_up = self._looked_up[source_id]
        # once there are enough, each document is learnt from once: a lesson is 100 pages' work
        every = LEARN_EVERY if looked_up <= LEARN_FROM else LEARN_FROM
        return looked_up % every == 0

    def lesson(self, connection: Connection, source_id: str) -> Lesson | None:
        """What to learn from, or None while there is too little."""
        texts = tuple(_latest_texts(connection, source_id))
        if len(texts) < LEAST_PAGES * 2:
            return None
        return Lesson(texts=texts, known=read(connection, source_id))

    def remember(
        self, connection: Connection, source_id: str, learnt: frozenset[int], *, now: datetime
    ) -> None:
        """Keep what `learn` returned."""
        self._known[source_id] = learnt
        of_source = select(func.count()).where(DOCUMENTS.c.source == source_id)
        row = {
            "source_id": source_id,
            "learnt_at": unix(now),
            "documents": connection.scalar(of_source) or 0,
            "grams": array("I", sorted(learnt)).tobytes(),
        }
        upsert(connection, PROFILES, row)


def read(connection: Connection, source_id: str) -> frozenset[int]:
    """A source's grams; empty before anything was learnt."""
    stored = connection.scalar(select(PROFILES.c.grams).where(PROFILES.c.source_id == source_id))
    return frozenset(array("I", stored)) if stored else frozenset()


def _latest_texts(connection: Connection, source_id: str) -> Iterable[str]:
    """Texts of a source's latest documents, one of each story: copies repeat for another reason."""
    query = (
        select(DOCUMENTS.c.story_id, DOCUMENTS.c.body)
        .where(DOCUMENTS.c.source == source_id)
        .order_by(DOCUMENTS.c.crawled_at.desc())
        .limit(LEARN_FROM)
    )
    told: set[str] = set()
    for row in connection.execute(query).all():
        if row.story_id not in told:
            told.add(row.story_id)
            yield ledger.unpack(row.body)["text"]
