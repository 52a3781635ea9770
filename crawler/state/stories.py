"""Stories: copies of one story found as they arrive, in any order, over restarts.

Two articles are copies when enough of their sampled word runs (`enrichment.shingles`) are the
same; wire copy survives cuts and new headlines that way. A run that stands in many *stories* is
somebody's newsletter block and counts for nothing; one that stands in many copies of one story
counts fully. Functions take a Connection.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    String,
    Table,
    delete,
    insert,
    select,
    update,
)

from indexer.database import METADATA, one_writer, upsert

_T = TypeVar("_T")

# Thresholds measured on edited, cut and re-headlined copies: recall .99, pair precision .996.
SHARE = 0.2  # of the shorter one's runs
LEAST_SHARED = 4
MANY_STORIES = 5  # a run in more stories than this is boilerplate

SHINGLES = Table(
    "story_shingles",
    METADATA,
    Column("shingle", BigInteger, primary_key=True),
    Column("document_id", String(64), primary_key=True),
    Column("story_id", String(64), nullable=False, index=True),
)

MEMBERS = Table(
    "story_members",
    METADATA,
    Column("document_id", String(64), primary_key=True),
    Column("story_id", String(64), nullable=False, index=True),
    Column("source_id", String(128), nullable=False),
    Column("country", String(2)),
    Column("published_at", BigInteger),  # UNIX seconds
    Column("crawled_at", BigInteger, nullable=False),
    Column("words", Integer, nullable=False),
    Column("teaser", Integer, nullable=False),
    Column("shingles", Integer, nullable=False),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A document as its story needs it. words: length. teaser: only part of the text was seen."""

    document_id: str
    source_id: str
    country: str | None
    published_at: int | None
    crawled_at: int
    words: int
    teaser: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What is known of a story.

    lead: document that represents it: whole text before teaser, then first published.
    outlets: sources that carry it. first_source, first_at: who had it first, UNIX seconds.
    countries: ISO codes of its publishers. members: document ids.
    """

    id: str
    lead: str
    outlets: int
    first_source: str
    first_at: int | None
    countries: tuple[str, ...]
    members: tuple[str, ...]


def join(connection: Connection, member: Member, shingles: Sequence[int]) -> Story:
    """Put a document into the story it is a copy of, or into one of its own.

    A document that joins two stories makes them one. Returns: the story as it is now; every
    member's document should then say so.
    """
    one_writer(connection)  # two copies stored at once would not see each other
    first_crawled = connection.scalar(
        select(MEMBERS.c.crawled_at).where(MEMBERS.c.document_id == member.document_id)
    )
    leave(connection, member.document_id)
    stories = _matching(connection, shingles)
    story_id = stories[0] if stories else member.document_id
    for other in stories[1:]:
        _merge(connection, other, into=story_id)
    if not stories:
        story_id = _fresh_id(connection, story_id)
    upsert(
        connection,
        MEMBERS,
        {
            "document_id": member.document_id,
            "story_id": story_id,
            "source_id": member.source_id,
            "country": member.country,
            "published_at": member.published_at,
            "crawled_at": first_crawled or member.crawled_at,
            "words": member.words,
            "teaser": int(member.teaser),
            "shingles": len(shingles),
        },
    )
    rows = [
        {"shingle": value, "document_id": member.document_id, "story_id": story_id}
        for value in set(shingles)
    ]
    if rows:
        connection.execute(insert(SHINGLES), rows)
    story = read(connection, story_id)
    assert story is not None  # it has this member at least
    return story


def alone(document_id: str, source_id: str) -> Story:
    """The story of a document nobody else carries."""
    return Story(
        id=document_id,
        lead=document_id,
        outlets=1,
        first_source=source_id,
        first_at=None,
        countries=(),
        members=(document_id,),
    )


def home_of(connection: Connection, document_id: str) -> str | None:
    """Id of the story a document stands in now."""
    query = select(MEMBERS.c.story_id).where(MEMBERS.c.document_id == document_id)
    return connection.scalar(query)


def leave(connection: Connection, document_id: str) -> None:
    """Take a document out of its story, as before its text is replaced."""
    connection.execute(delete(SHINGLES).where(SHINGLES.c.document_id == document_id))
    connection.execute(delete(MEMBERS).where(MEMBERS.c.document_id == document_id))


def read(connection: Connection, story_id: str) -> Story | None:
    """A story and its members, or None when the last of them has left."""
    rows = connection.execute(select(MEMBERS).where(MEMBERS.c.story_id == story_id)).all()
    if not rows:
        return None

    def first(row: object) -> tuple[bool, int, int, str]:
        when = row.published_at  # type: ignore[attr-defined]
        seen, name = row.crawled_at, row.document_id  # type: ignore[attr-defined]
        return (when is None, when or 0, seen, name)

    lead = min(rows, key=lambda row: (row.teaser, *first(row)))
    earliest = min(rows, key=first)
    return Story(
        id=story_id,
        lead=lead.document_id,
        outlets=len({row.source_id for row in rows}),
        first_source=earliest.source_id,
        first_at=earliest.published_at,
        countries=tuple(sorted({row.country for row in rows if row.country})),
        members=tuple(sorted(row.document_id for row in rows)),
    )


def _matching(connection: Connection, shingles: Sequence[int]) -> list[str]:
    """Ids of the stories these shingles belong to, the largest first."""
    if len(shingles) < LEAST_SHARED:
        return []
    homes: dict[int, set[str]] = {}
    by_document: dict[tuple[str, str], set[int]] = {}
    for row in _occurrences(connection, shingles):
        homes.setdefault(row[0], set()).add(row[2])
        by_document.setdefault((row[1], row[2]), set()).add(row[0])
    common = {shingle for shingle, stories in homes.items() if len(stories) > MANY_STORIES}
    own = len(set(shingles) - common)
    sizes = _sizes(connection, [document for document, _ in by_document])
    votes: Counter[str] = Counter()
    for (document, story), values in by_document.items():
        shared = len(values - common)
        shorter = min(own, sizes[document] - len(values & common))
        if shared >= LEAST_SHARED and shared >= SHARE * shorter:
            votes[story] = max(votes[story], shared)
    return [story for story, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))]


def _occurrences(
    connection: Connection, shingles: Collection[int]
) -> Iterator[tuple[int, str, str]]:
    for chunk in _chunks(shingles):
        columns = (SHINGLES.c.shingle, SHINGLES.c.document_id, SHINGLES.c.story_id)
        for row in connection.execute(select(*columns).where(SHINGLES.c.shingle.in_(chunk))):
            yield row.shingle, row.document_id, row.story_id


def _sizes(connection: Connection, documents: Collection[str]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for chunk in _chunks(documents):
        query = select(MEMBERS.c.document_id, MEMBERS.c.shingles)
        rows = connection.execute(query.where(MEMBERS.c.document_id.in_(chunk)))
        sizes.update((row[0], row[1]) for row in rows)
    return sizes


def _merge(connection: Connection, story_id: str, *, into: str) -> None:
    for table in (SHINGLES, MEMBERS):
        connection.execute(update(table).where(table.c.story_id == story_id).values(story_id=into))


def _fresh_id(connection: Connection, wanted: str) -> str:
    """The document's own id, unless stories it once founded live on without it."""
    taken = set(
        connection.scalars(
            select(MEMBERS.c.story_id).where(MEMBERS.c.story_id.startswith(wanted)).distinct()
        )
    )
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if name not in taken)


def _chunks(values: Collection[_T], size: int = 500) -> Iterator[list[_T]]:
    listed = list(dict.fromkeys(values))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
