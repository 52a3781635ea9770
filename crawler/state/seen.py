"""Seen URLs: every entry ever found in a listing, and what became of it.

Exact and on disk: no filter that forgets, no set that grows in memory. An entry is written down as
FOUND together with its listing's validators, so that a crash after a "304 Not Modified" loses
nothing; it is settled in the same transaction as its document. Functions take a Connection.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Integer,
    Row,
    String,
    Table,
    Text,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    update,
)

from crawler.article import Entry, Signal
from crawler.state import changes, page_retries
from crawler.state.page_retries import LONGEST_WAIT
from crawler.urls import canonical_url, document_id
from indexer.foundation.clock import believable, latest
from indexer.foundation.database import METADATA
from indexer.foundation.statements import insert_new, partial_index, upsert
from indexer.foundation.times import unix

REFUSALS = (401, 403, 451)  # HTTP statuses
MOST_REFUSED = 3  # pages waited for at a source that lets us read nothing
LATELY = timedelta(days=14)
_AT_ONCE = 500


class Outcome(StrEnum):
    """What became of an entry."""

    FOUND = "found"  # waits to be fetched
    STORED = "stored"
    DROPPED = "dropped"  # fetched, and no article for the index
    FAILED = "failed"  # could not be fetched; tried again later
    REMOVED = "removed"  # by hand, for good: whatever a listing says, it stays so


SEEN = Table(
    "seen",
    METADATA,
    Column("url_id", String(64), primary_key=True),  # of the entry's canonical URL
    Column("url", Text, nullable=False),  # as the listing gives it
    Column("source_id", String(128), nullable=False),
    Column("found_in", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("found_at", BigInteger, nullable=False),  # UNIX seconds, like all times here
    Column("published_at", BigInteger),  # as the listing says
    Column("entry", Text),  # JSON until settled
    Column("outcome", String(16), nullable=False, index=True),
    Column("reason", Text),
    Column("http_status", Integer),
    Column("fetched_at", BigInteger),
    Column("attempts", Integer, nullable=False, default=0),
    Column("retry_at", BigInteger),
    Column("document_id", String(64)),
    Column("title_mark", String(16)),  # of the headline in `found_in`
    Column("identity", String(24)),  # of the name its feed gives it
    Column("changes", Integer),  # how often its listing called it changed
)
# the words of a partial index stand in its queries as they stand here, or it is not used
WAITS = SEEN.c.entry.is_not(None)
IS_STORED = text("outcome = 'stored'")
IS_REFUSED = text(
    f"(http_status IN {REFUSALS} "
    "OR substr(reason, 1, 7) = 'robots:' OR substr(reason, 1, 4) = 'tdm:')"
)
HAS_IDENTITY = text("identity IS NOT NULL")
_IS_ANOTHERS = SEEN.c.document_id != SEEN.c.url_id  # of an entry beside the document's own
for _name, _columns, _where in (
    ("seen_waiting", ("source_id", "published_at"), WAITS),
    ("seen_stored", ("source_id", "fetched_at"), IS_STORED),
    ("seen_refused", ("outcome", "fetched_at"), IS_REFUSED),
    ("seen_anothers", ("document_id",), _IS_ANOTHERS),
    ("seen_identity", ("identity",), HAS_IDENTITY),
):
    partial_index(_name, [SEEN.c[column] for column in _columns], _where)

# statements of every page, made once
_STAYS = SEEN.c.outcome != Outcome.REMOVED
_KEEP_ENTRY = (
    update(SEEN)
    .where(SEEN.c.url_id == bindparam("settled_id"), _STAYS)
    .values(
        attempts=func.coalesce(bindparam("attempts"), SEEN.c.attempts),
        retry_at=func.coalesce(bindparam("retry_at"), SEEN.c.retry_at),
        document_id=func.coalesce(bindparam("document_id"), SEEN.c.document_id),
        **{name: bindparam(name) for name in ("outcome", "reason", "http_status", "fetched_at")},
    )
)
_MARK = (
    update(SEEN).where(SEEN.c.url_id == bindparam("own_id")).values(title_mark=bindparam("mark"))
)
_SETTLE = _KEEP_ENTRY.values(entry=None)
_REMOVED = select(SEEN.c.url_id).where(
    SEEN.c.url_id.in_(bindparam("ids", expanding=True)), SEEN.c.outcome == Outcome.REMOVED
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How one entry ended. reason: a slug, then words: "off-topic: rate decision"."""

    outcome: Outcome
    reason: str | None = None
    http_status: int | None = None
    document_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Noted:
    """The entries that wait because a listing showed them. again: those known before."""

    new: list[Entry]
    again: list[Entry]


def found(connection: Connection, entries: Iterable[Entry], *, now: datetime) -> int:
    """`note_found`, counted."""
    noted = note_found(connection, entries, now=now)
    return len(noted.new) + len(noted.again)


def note_found(
    connection: Connection,
    entries: Iterable[Entry],
    *,
    now: datetime,
    again: bool = False,
    trust: int = 0,
) -> Noted:
    """Write down entries not seen before, and those whose listing says they changed since.

    again: those fetched before too. trust: what the listing is worth (`changes`).
    """
    by_id = {document_id(entry.url): entry for entry in entries}
    known = _known(connection, list(by_id))
    by_id = _corrected(connection, by_id, known, now=now)
    places = {url_id: place for place, url_id in enumerate(by_id)}
    new: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    unmarked: list[dict[str, Any]] = []
    left = changes.believed(trust)
    for url_id, entry in sorted(by_id.items()):  # in one order, against deadlocks
        row = known.get(url_id)
        if row is not None and row.outcome == Outcome.REMOVED:
            continue
        place = places[url_id]
        if row is None:
            new.append(_values(entry, url_id, row, place=place, now=now))
            continue
        change = None
        if row.outcome == Outcome.STORED and row.fetched_at is not None:
            change = changes.change_of(entry, row, now=now)
        if change is not None and not change.sure and left is not None:
            left -= 1
            change = None if left < 0 else change
        if change is not None or (again and row.outcome != Outcome.FOUND):
            values = _values(entry, url_id, row, place=place, now=now)
            values["reason"] = change.reason if change else None
            values["changes"] = (row.changes or 0) + (change is not None)
            changed.append(values)
        elif row.title_mark is None and entry.title and entry.found_in == row.found_in:
            unmarked.append({"own_id": url_id, "mark": changes.title_mark(entry.title)})
    # what another crawler found in another source at this moment is theirs
    inserted = insert_new(connection, SEEN, new)
    for values in changed:
        upsert(connection, SEEN, values)
    if unmarked:
        connection.execute(_MARK, unmarked)
    waiting = [by_id[row["url_id"]] for row in new if row["url_id"] in inserted]
    return Noted(
        new=[entry for entry in waiting if not entry.instead_of],
        again=[entry for entry in waiting if entry.instead_of]
        + [by_id[row["url_id"]] for row in changed],
    )


def _values(
    entry: Entry, url_id: str, row: Row[Any] | None, *, place: int, now: datetime
) -> dict[str, Any]:
    return {
        "url_id": url_id,
        "url": entry.url,
        "source_id": entry.source_id,
        "found_in": entry.found_in,
        "kind": entry.kind,
        "found_at": unix(now) if row is None else min(row.found_at, unix(now)),
        "published_at": unix(entry.published) if entry.published else None,
        "entry": entry_to_json(entry, place=place),
        "outcome": Outcome.FOUND,
        "attempts": 0,
        "retry_at": None,
        "title_mark": changes.title_mark(entry.title),
        "identity": changes.identity_mark(entry),
    }


def _corrected(
    connection: Connection,
    by_id: dict[str, Entry],
    known: Mapping[str, Row[Any]],
    *,
    now: datetime,
) -> dict[str, Entry]:
    """The entries, those told which address they had before that have a new one now.

    A feed's name of an entry alone is no proof: some feeds call every entry alike. Its headline or
    its date stays the same, and its old address is listed no more.
    """
    named = Counter(mark for entry in by_id.values() if (mark := changes.identity_mark(entry)))
    fresh = {
        mark: url_id
        for url_id, entry in by_id.items()
        if url_id not in known and (mark := changes.identity_mark(entry)) and named[mark] == 1
    }
    if not fresh:
        return by_id
    told = dict(by_id)
    marks = list(fresh)
    for at in range(0, len(marks), _AT_ONCE):
        query = select(SEEN).where(SEEN.c.identity.in_(marks[at : at + _AT_ONCE]), HAS_IDENTITY)
        for row in connection.execute(query.order_by(SEEN.c.found_at)):
            entry = by_id[fresh[row.identity]]
            same = row.title_mark is not None and row.title_mark == changes.title_mark(entry.title)
            same |= entry.published is not None and unix(entry.published) == row.published_at
            if not same or row.url_id in by_id or row.outcome == Outcome.REMOVED:
                continue
            told[fresh[row.identity]] = replace(entry, instead_of=row.url)
            if row.outcome in (Outcome.FOUND, Outcome.FAILED):
                gone = {"outcome": Outcome.DROPPED, "reason": f"moved: to {entry.url}"}
                kept = update(SEEN).where(SEEN.c.url_id == row.url_id)
                connection.execute(kept.values(**gone, entry=None, fetched_at=unix(now)))
    return told


def pending(
    connection: Connection,
    source_id: str,
    *,
    now: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int | None = None,
) -> list[Entry]:
    """Entries of a source that wait to be fetched, newest first.

    Undated ones come last, as their listings order them, those of the latest answer first.
    """
    due = or_(SEEN.c.retry_at <= unix(now), SEEN.c.retry_at > latest(now, LONGEST_WAIT))
    wait = or_(SEEN.c.outcome == Outcome.FOUND, and_(SEEN.c.outcome == Outcome.FAILED, due))
    waiting = and_(SEEN.c.source_id == source_id, wait, WAITS)
    columns = (SEEN.c.entry, SEEN.c.retry_at, SEEN.c.found_at)
    dated = select(*columns).where(waiting, SEEN.c.published_at.is_not(None))
    if since is not None:
        dated = dated.where(SEEN.c.published_at >= unix(since))
    if until is not None:
        dated = dated.where(SEEN.c.published_at <= unix(until))
    dated = dated.order_by(SEEN.c.published_at.desc(), SEEN.c.url_id).limit(limit)
    found = list(connection.execute(dated))
    if limit is None or len(found) < limit:
        undated = select(*columns).where(waiting, SEEN.c.published_at.is_(None))
        rows = connection.execute(undated.order_by(SEEN.c.url_id)).all()
        found += sorted(rows, key=lambda row: (-row.found_at, _place(row.entry)))
    for row in found[:limit]:
        believed_retry(row.retry_at, now=now)  # else nobody hears why it is tried now
    return [entry_from_json(row.entry) for row in found[:limit]]


def first_retry(connection: Connection, source_id: str, *, now: datetime) -> int | None:
    """When a failed page of a source is tried again first, in UNIX seconds; None without one."""
    failed = (SEEN.c.source_id == source_id, WAITS, SEEN.c.outcome == Outcome.FAILED)
    retry_at = connection.scalar(select(func.min(SEEN.c.retry_at)).where(*failed))
    return None if retry_at is None else believed_retry(retry_at, now=now)


def believed_retry(retry_at: int | None, *, now: datetime) -> int:
    """When a failed page is tried again; now if that was put off while the clock was ahead."""
    kind = "times when failed pages are tried again"
    return int(believable(retry_at or 0, kind, now=now, longest=LONGEST_WAIT))


def settle(connection: Connection, entry: Entry, end: Settlement, *, now: datetime) -> Outcome:
    """Write down how an entry ended. Returns: its outcome.

    A failed one is tried again, later each time, then dropped; so is one that would be dropped but
    is so young that its page may only be late (`page_retries`).
    """
    url_id = document_id(entry.url)
    outcome, attempts, retry_at = end.outcome, None, None
    late = outcome is Outcome.DROPPED and page_retries.may_come(end.http_status, end.reason)
    if late or outcome is Outcome.FAILED:
        query = select(SEEN.c.attempts, SEEN.c.found_at).where(SEEN.c.url_id == url_id)
        row = connection.execute(query).first()
        attempts = 1 + (row.attempts if row else 0)
        found_at = datetime.fromtimestamp(min(row.found_at, unix(now)), UTC) if row else now
        given_up = late and not _is_waited_for(connection, entry, end, found=found_at, now=now)
        wait = None if given_up else page_retries.wait_of(attempts, end.reason)
        outcome = Outcome.DROPPED if wait is None else Outcome.FAILED
        retry_at = None if wait is None else unix(now + wait)
    values = {
        "settled_id": url_id,
        "outcome": outcome,
        "reason": end.reason,
        "http_status": end.http_status,
        "fetched_at": unix(now),
        "document_id": end.document_id,
        "attempts": attempts,
        "retry_at": retry_at,
    }
    settling = _KEEP_ENTRY if outcome is Outcome.FAILED else _SETTLE
    if connection.execute(settling, values).rowcount == 0:  # never listed; or removed, so left
        note_found(connection, [entry], now=now)
        connection.execute(settling, values)
    return outcome


def _is_waited_for(
    connection: Connection, entry: Entry, end: Settlement, *, found: datetime, now: datetime
) -> bool:
    """Whether a page that gave no article is asked again: young, of a source that lets us read."""
    if not page_retries.is_young(entry.published or entry.modified, found, now):
        return False
    if end.http_status not in REFUSALS:
        return True
    own = SEEN.c.source_id == entry.source_id
    lately = SEEN.c.fetched_at.between(unix(now - LATELY), latest(now))
    if connection.scalar(select(SEEN.c.url_id).where(own, lately, IS_STORED).limit(1)):
        return True
    refused = (own, WAITS, SEEN.c.outcome == Outcome.FAILED, SEEN.c.http_status.in_(REFUSALS))
    others = (*refused, SEEN.c.url_id != document_id(entry.url))
    waiting = connection.scalar(select(func.count()).select_from(SEEN).where(*others))
    return int(waiting or 0) < MOST_REFUSED


def mark_stored(connection: Connection, url: str, entry: Entry, *, now: datetime) -> None:
    """Write down that this URL is another address of an entry just stored."""
    if document_id(url) != document_id(entry.url):
        other = replace(entry, url=canonical_url(url))
        end = Settlement(outcome=Outcome.STORED, document_id=document_id(url))
        settle(connection, other, end, now=now)


def outcome_counts(connection: Connection) -> dict[str, int]:
    """How many entries ended how."""
    query = select(SEEN.c.outcome, func.count()).group_by(SEEN.c.outcome)
    return {row[0]: int(row[1]) for row in connection.execute(query)}


def waiting_count(connection: Connection) -> int:
    """How many entries wait to be fetched the first time."""
    waiting = select(func.count()).where(SEEN.c.outcome == Outcome.FOUND)
    return int(connection.scalar(waiting) or 0)


def _known(connection: Connection, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """What is known of these ids, asked a few hundred at a time."""
    names = (
        "url_id", "outcome", "fetched_at", "found_at", "published_at", "found_in", "title_mark",
        "changes",
    )  # fmt: skip
    columns = [SEEN.c[name] for name in names]
    known: dict[str, Row[Any]] = {}
    for at in range(0, len(ids), _AT_ONCE):
        query = select(*columns).where(SEEN.c.url_id.in_(ids[at : at + _AT_ONCE]))
        known |= {row.url_id: row for row in connection.execute(query)}
    return known


def entry_to_json(entry: Entry, *, place: int = 0) -> str:
    """An entry as it is stored: in ASCII, since the web writes NUL and half characters too.

    place: in its listing, from 0.
    """
    return json.dumps({**asdict(entry), "place": place}, default=lambda when: when.isoformat())


def entry_from_json(text: str) -> Entry:
    """`entry_to_json` backwards."""
    values = json.loads(text)
    values.pop("place", None)
    for name in ("published", "modified"):
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name]).astimezone(UTC)
    rights = tuple(Signal(*pair) for pair in values.pop("rights", ()))
    return Entry(**{**values, "authors": tuple(values["authors"]), "rights": rights})


def _place(text: str) -> int:
    return int(json.loads(text).get("place", 0))


def is_settled(connection: Connection, url: str) -> bool:
    """Whether this URL was stored, dropped or removed before."""
    query = select(SEEN.c.outcome).where(SEEN.c.url_id == document_id(url))
    return connection.scalar(query) in (Outcome.STORED, Outcome.DROPPED, Outcome.REMOVED)


def removed_among(connection: Connection, ids: Collection[str]) -> set[str]:
    """Which of these entries or documents were removed by hand, for good."""
    return set(connection.scalars(_REMOVED, {"ids": list(ids)}))


def document_of_entry(connection: Connection, url: str) -> str | None:
    """Id of the document an entry became, or None."""
    query = select(SEEN.c.document_id).where(SEEN.c.url_id == document_id(url))
    return connection.scalar(query)


def source_of_document(connection: Connection, stored_id: str) -> str | None:
    """Id of the source whose listing announced a document, or None."""
    return connection.scalar(select(SEEN.c.source_id).where(became([stored_id])).limit(1))


def became(document_ids: Sequence[str]) -> ColumnElement[bool]:
    """Whether an entry became one of these documents: its own, or another's at its address."""
    own = and_(SEEN.c.url_id.in_(document_ids), SEEN.c.document_id == SEEN.c.url_id)
    return or_(own, and_(SEEN.c.document_id.in_(document_ids), _IS_ANOTHERS))


def settle_document(
    connection: Connection, stored_id: str, end: Settlement, *, now: datetime
) -> None:
    """Settle anew every entry that became this document."""
    own = update(SEEN).where(became([stored_id]), _STAYS)
    values = {"outcome": end.outcome, "reason": end.reason, "document_id": None}
    connection.execute(own.values(**values, fetched_at=unix(now)))
