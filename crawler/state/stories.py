"""Stories: copies of one story found as they arrive, in any order, over restarts.

Two articles are copies when enough of their sampled word runs (`enrichment.shingles`) are the
same, spread over the shorter one: wire copy survives cuts and new headlines that way, and a shared
newsletter block, which stands in one place, joins nothing. A run that stands in many *stories*, or
in several of one source, is somebody's block and forgotten for good; one that stands in many copies
of one story counts fully. Functions take a Connection.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Row,
    String,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from indexer.database import METADATA, as_many, many, one_writer, upsert

_T = TypeVar("_T")

# Chosen by bench/stories.py: edited and cut copies under shared blocks, in random order.
SHARE = 0.2  # of the shorter one's runs
SHARE_WITHIN_SOURCE = 0.6  # a source seldom prints a story twice, and its blocks stand everywhere
SPREAD = 0.5  # of the tenths of the shorter one that hold any run
LEAST_SHARED = 4
MANY_STORIES = 5  # a run in more stories than this is boilerplate
MANY_WITHIN_SOURCE = 2  # likewise, in stories that one source carries
_TENTHS = 10

SHINGLES = Table(
    "story_shingles",
    METADATA,
    Column("shingle", BigInteger, primary_key=True),
    Column("document_id", String(64), primary_key=True, index=True),
    Column("story_id", String(64), nullable=False, index=True),
    Column("tenth", Integer, nullable=False),  # of the text, 0..9, where the run stands
)

COMMON = Table(
    "story_common", METADATA, Column("shingle", BigInteger, primary_key=True, autoincrement=False)
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
)

# statements of every page, made once
_OWN = select(MEMBERS).where(MEMBERS.c.document_id == bindparam("own_id"))
_MEMBERS_OF = select(MEMBERS).where(MEMBERS.c.story_id == bindparam("story"))


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
    former = connection.execute(_OWN, {"own_id": member.document_id}).first()
    if former is not None:
        leave(connection, member.document_id)
    runs = _rare(connection, _placed(shingles))
    stories = _matching(connection, member.source_id, runs)
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
            "crawled_at": former.crawled_at if former else member.crawled_at,
            "words": member.words,
            "teaser": int(member.teaser),
        },
    )
    own = {"document_id": member.document_id, "story_id": story_id}
    rows = [{"shingle": value, "tenth": tenth, **own} for value, tenth in runs.items()]
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
    row = connection.execute(_OWN, {"own_id": document_id}).first()
    return None if row is None else row.story_id


def leave(connection: Connection, document_id: str) -> None:
    """Take a document out of its story, as before its text is replaced."""
    connection.execute(delete(SHINGLES).where(SHINGLES.c.document_id == document_id))
    connection.execute(delete(MEMBERS).where(MEMBERS.c.document_id == document_id))


def read(connection: Connection, story_id: str) -> Story | None:
    """A story and its members, or None when the last of them has left."""
    rows = connection.execute(_MEMBERS_OF, {"story": story_id}).all()
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


def _placed(shingles: Sequence[int]) -> dict[int, int]:
    """Each run with the tenth of the text it stands in."""
    return {value: at * _TENTHS // len(shingles) for at, value in enumerate(shingles)}


def _rare(connection: Connection, runs: Mapping[int, int]) -> dict[int, int]:
    """The runs that are nobody's block, as far as is known."""
    common: set[int] = set()
    for chunk in _chunks(runs):
        query = select(COMMON.c.shingle).where(COMMON.c.shingle.in_(many(connection)))
        common.update(connection.scalars(query, as_many(connection, chunk)))
    return {value: tenth for value, tenth in runs.items() if value not in common}


def _matching(connection: Connection, source_id: str, runs: dict[int, int]) -> list[str]:
    """Ids of the stories these runs belong to, the largest match first.

    Runs found to be somebody's block are forgotten on the way, here and in `runs`.
    """
    places: dict[tuple[str, str, str], dict[int, int]] = {}
    for row in _occurrences(connection, runs):
        key = (row.document_id, row.story_id, row.source_id)
        places.setdefault(key, {})[row.shingle] = row.tenth
    common = _blocks(source_id, places)
    _forget(connection, common)
    for value in common:
        runs.pop(value, None)
    sizes = _sizes(connection, [document for document, _, _ in places])
    votes: Counter[str] = Counter()
    for (document, story, source), shared in places.items():
        kept = {value: tenth for value, tenth in shared.items() if value in runs}
        if _is_copy(kept, runs, sizes.get(document, 0), same_source=source == source_id):
            votes[story] = max(votes[story], len(kept))
    return [story for story, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))]


def _blocks(source_id: str, places: Mapping[tuple[str, str, str], Mapping[int, int]]) -> set[int]:
    """Runs that stand in too many stories, in all or in those one source carries."""
    homes: dict[int, set[str]] = {}
    own_homes: dict[int, set[str]] = {}
    for (_, story, source), shared in places.items():
        for value in shared:
            homes.setdefault(value, set()).add(story)
            if source == source_id:
                own_homes.setdefault(value, set()).add(story)
    return {value for value, stories in homes.items() if len(stories) > MANY_STORIES} | {
        value for value, stories in own_homes.items() if len(stories) >= MANY_WITHIN_SOURCE
    }


def _is_copy(
    shared: Mapping[int, int], runs: Mapping[int, int], other_size: int, *, same_source: bool
) -> bool:
    """Whether two documents share enough, spread over the shorter one.

    shared: common runs with their tenth in the other document. runs: this one's, with theirs.
    """
    shorter = min(len(runs), other_size)
    share = SHARE_WITHIN_SOURCE if same_source else SHARE
    if len(shared) < LEAST_SHARED or len(shared) < share * shorter:
        return False
    own_is_shorter = len(runs) <= other_size
    hit = {runs[value] if own_is_shorter else tenth for value, tenth in shared.items()}
    return len(hit) >= SPREAD * min(_TENTHS, shorter)


def _forget(connection: Connection, common: Collection[int]) -> None:
    for chunk in _chunks(common):
        connection.execute(delete(SHINGLES).where(SHINGLES.c.shingle.in_(chunk)))
        connection.execute(insert(COMMON), [{"shingle": value} for value in chunk])


def _occurrences(connection: Connection, runs: Collection[int]) -> Iterator[Row[Any]]:
    joined = SHINGLES.join(MEMBERS, MEMBERS.c.document_id == SHINGLES.c.document_id)
    query = select(SHINGLES, MEMBERS.c.source_id).select_from(joined)
    query = query.where(SHINGLES.c.shingle.in_(many(connection)))
    for chunk in _chunks(runs):
        yield from connection.execute(query, as_many(connection, chunk))


def _sizes(connection: Connection, documents: Collection[str]) -> dict[str, int]:
    """Runs of each document that count."""
    sizes: dict[str, int] = {}
    for chunk in _chunks(documents):
        query = select(SHINGLES.c.document_id, func.count()).group_by(SHINGLES.c.document_id)
        rows = connection.execute(query.where(SHINGLES.c.document_id.in_(chunk)))
        sizes.update((row[0], row[1]) for row in rows)
    return sizes


def _merge(connection: Connection, story_id: str, *, into: str) -> None:
    for table in (SHINGLES, MEMBERS):
        connection.execute(update(table).where(table.c.story_id == story_id).values(story_id=into))


def _fresh_id(connection: Connection, wanted: str) -> str:
    """The document's own id, unless stories it once founded live on without it."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if read(connection, name) is None)


def _chunks(values: Collection[_T], size: int = 500) -> Iterator[list[_T]]:
    listed = list(dict.fromkeys(values))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
