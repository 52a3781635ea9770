"""Stories: copies of one story found as they arrive, in any order, over restarts.

`copies` decides which two articles are copies. A run of words that stands in many
*stories*, or in several of one source, is boilerplate and forgotten for good; one that stands
in many copies of one story counts fully. Functions take a Connection.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
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

from crawler.state.copies import RunHolder, blocks, is_copy, placed
from indexer.foundation.database import METADATA, one_writer
from indexer.foundation.statements import as_many, insert_rows, is_one_of_many

_T = TypeVar("_T")

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # there INTEGER is the row's own number

MEMBERS = Table(
    "story_documents",
    METADATA,
    # not the database's to give out: a move to another database would have to tell it the last one
    Column("number", _NUMBER, primary_key=True, autoincrement=False),
    Column("document_id", String(64), nullable=False, unique=True, index=True),
    Column("story_id", String(64), nullable=False, index=True),
    Column("source_id", String(128), nullable=False),
    Column("country", String(2)),
    Column("published_at", BigInteger),  # UNIX seconds
    Column("crawled_at", BigInteger, nullable=False),
    Column("words", Integer, nullable=False),
    Column("teaser", Integer, nullable=False),
)

# a hundred rows a document: every byte of one is paid a hundred times
RUNS = Table(
    "story_runs",
    METADATA,
    Column("run", BigInteger, primary_key=True, autoincrement=False),
    Column("number", _NUMBER, primary_key=True, autoincrement=False, index=True),
    Column("tenth", Integer, nullable=False),  # of the text, 0..9, where the run stands
    sqlite_with_rowid=False,
)

COMMON = Table(
    "story_common", METADATA, Column("shingle", BigInteger, primary_key=True, autoincrement=False)
)

# statements of every page, made once
_OWN = select(MEMBERS).where(MEMBERS.c.document_id == bindparam("own_id"))
_MEMBERS_OF = select(MEMBERS).where(MEMBERS.c.story_id == bindparam("story"))
_ADD = (
    insert(MEMBERS)
    .values(number=select(func.coalesce(func.max(MEMBERS.c.number), 0) + 1).scalar_subquery())
    .returning(MEMBERS.c.number)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryMember:
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


def join(
    connection: Connection, member: StoryMember, shingles: Sequence[int]
) -> tuple[Story, str | None]:
    """Put a document into the story it is a copy of, or into one of its own.

    A document that joins two stories makes them one. Returns: the story as it is now, which every
    member's document should then say, and the id of the story the document stood in before.
    """
    one_writer(connection)  # two copies stored at once would not see each other
    former = leave(connection, member.document_id)
    runs = _rare(connection, placed(shingles))
    stories = _matching(connection, member.source_id, runs)
    story_id = stories[0] if stories else member.document_id
    for other in stories[1:]:
        _merge(connection, other, into=story_id)
    if not stories:
        story_id = _fresh_id(connection, story_id)
    own = {
        "document_id": member.document_id,
        "story_id": story_id,
        "source_id": member.source_id,
        "country": member.country,
        "published_at": member.published_at,
        "crawled_at": min(former.crawled_at, member.crawled_at) if former else member.crawled_at,
        "words": member.words,
        "teaser": int(member.teaser),
    }
    number = connection.scalar(_ADD, own)
    if runs:
        rows = [(run, number, tenth) for run, tenth in sorted(runs.items())]
        insert_rows(connection, RUNS, rows)
    story = read(connection, story_id)
    assert story is not None  # it has this member at least
    return story, former.story_id if former else None


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


def move(
    connection: Connection, document_id: str, source_id: str, country: str | None
) -> Story | None:
    """Note that a document is another source's. Returns: its story as it is now, if it has one."""
    own = update(MEMBERS).where(MEMBERS.c.document_id == document_id)
    connection.execute(own.values(source_id=source_id, country=country))
    member = connection.execute(_OWN, {"own_id": document_id}).first()
    return None if member is None else read(connection, member.story_id)


def leave(connection: Connection, document_id: str) -> Row[Any] | None:
    """Take a document out of its story, as before its text is replaced. Returns: what it was."""
    member = connection.execute(_OWN, {"own_id": document_id}).first()
    if member is not None:
        connection.execute(delete(RUNS).where(RUNS.c.number == member.number))
        connection.execute(delete(MEMBERS).where(MEMBERS.c.number == member.number))
    return member


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


def _rare(connection: Connection, runs: Mapping[int, int]) -> dict[int, int]:
    """The runs that are not known as boilerplate."""
    query, common = _which_common(connection.dialect.name), set[int]()
    for chunk in _chunks(runs):
        common.update(connection.scalars(query, as_many(connection, chunk)))
    return {value: tenth for value, tenth in runs.items() if value not in common}


def _matching(connection: Connection, source_id: str, runs: dict[int, int]) -> list[str]:
    """Ids of the stories these runs belong to, the largest match first.

    Runs found to be boilerplate are forgotten on the way, here and in `runs`.
    """
    places: dict[RunHolder, dict[int, int]] = {}
    query = _occurrences(connection.dialect.name)
    for chunk in _chunks(runs):
        for run, tenth, *whose in connection.execute(query, as_many(connection, chunk)):
            places.setdefault(RunHolder(*whose), {})[run] = tenth
    common = blocks(source_id, places)
    _forget(connection, common)
    for value in common:
        runs.pop(value, None)
    sizes = _sizes(connection, [place.number for place in places])
    votes: Counter[str] = Counter()
    for place, shared in places.items():
        kept = {value: tenth for value, tenth in shared.items() if value in runs}
        same_source = place.source_id == source_id
        if is_copy(kept, runs, sizes.get(place.number, 0), same_source=same_source):
            votes[place.story_id] = max(votes[place.story_id], len(kept))
    return [story for story, _ in sorted(votes.items(), key=lambda item: (-item[1], item[0]))]


def _forget(connection: Connection, common: Collection[int]) -> None:
    for chunk in _chunks(common):
        connection.execute(delete(RUNS).where(RUNS.c.run.in_(chunk)))
        connection.execute(insert(COMMON), [{"shingle": value} for value in chunk])


@cache
def _which_common(dialect: str) -> Any:
    return select(COMMON.c.shingle).where(is_one_of_many(COMMON.c.shingle, dialect))


@cache
def _occurrences(dialect: str) -> Any:
    """Where runs stand: run, tenth, and the fields of a `RunHolder`."""
    whose = (MEMBERS.c.number, MEMBERS.c.story_id, MEMBERS.c.source_id)
    joined = RUNS.join(MEMBERS, MEMBERS.c.number == RUNS.c.number)
    query = select(RUNS.c.run, RUNS.c.tenth, *whose).select_from(joined)
    return query.where(is_one_of_many(RUNS.c.run, dialect))


def _sizes(connection: Connection, numbers: Collection[int]) -> dict[int, int]:
    """Runs of each document that count."""
    sizes: dict[int, int] = {}
    for chunk in _chunks(numbers):
        query = select(RUNS.c.number, func.count()).group_by(RUNS.c.number)
        rows = connection.execute(query.where(RUNS.c.number.in_(chunk)))
        sizes.update((row[0], row[1]) for row in rows)
    return sizes


def _merge(connection: Connection, story_id: str, *, into: str) -> None:
    own = update(MEMBERS).where(MEMBERS.c.story_id == story_id)
    connection.execute(own.values(story_id=into))


def _fresh_id(connection: Connection, wanted: str) -> str:
    """The document's own id, unless stories it once founded live on without it."""
    numbered = (f"{wanted}-{number}" for number in count(2))
    return next(name for name in chain([wanted], numbered) if read(connection, name) is None)


def _chunks(values: Collection[_T], size: int = 500) -> Iterator[list[_T]]:
    listed = list(dict.fromkeys(values))
    for start in range(0, len(listed), size):
        yield listed[start : start + size]
