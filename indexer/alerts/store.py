"""What alerts remember: the alerts themselves, stories they found, messages they owe.

A story row is the promise that an alert tells it, once; a message bundles stories and stays until
it was handed over. Each step is one transaction, so a kill at any moment loses and doubles nothing
but the message under way, which goes out again under the same id.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.sql import ColumnElement

from indexer.alerts.alert import Alert, at, read_alert
from indexer.alerts.story import AlertStory, story_from
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.clock import believable, is_ahead, latest
from indexer.foundation.database import METADATA, begin, one_writer, reading
from indexer.foundation.errors import ConfigError

LEASE = timedelta(minutes=5)  # longer than any way takes; a killed sender's message waits so long
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=6)
GIVE_UP = timedelta(days=3)
LEAST_TRIES, MOST_TRIES = 8, 30  # whatever the clock says: in two hours, in five days
FORGET = timedelta(days=90)
LEAST_KEPT = 1_000  # messages an alert, likewise
STORIES_A_MESSAGE = 100
_AT_ONCE = 400  # ids in one question

ALERTS = Table(
    "alerts",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("options", Text),  # JSON; None: the alert stands in alerts.toml
    Column("since", BigInteger, nullable=False),  # UNIX seconds, as all times here
    Column("matched_at", BigInteger, nullable=False),
    Column("bundled_at", BigInteger, nullable=False),
)
STORIES = Table(
    "alert_stories",
    METADATA,
    Column("alert", String(64), primary_key=True),
    Column("story_id", String(128), primary_key=True),
    Column("document_id", String(64), nullable=False),
    Column("found_at", BigInteger, nullable=False),
    Column("message", String(32), index=True),  # None: in no message yet
    Column("body", Text, nullable=False),  # JSON of an AlertStory
    Index("alert_stories_by_document", "alert", "document_id"),
)
MESSAGES = Table(
    "alert_messages",
    METADATA,
    Column("id", String(32), primary_key=True),
    Column("alert", String(64), nullable=False, index=True),
    Column("made_at", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False, default=0),
    Column("next_at", BigInteger),  # None: sent, or given up
    Column("sent_at", BigInteger),
    Column("error", Text),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Where an alert stands. since: when it was made; matched_at: when it last looked."""

    since: datetime
    matched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message to hand over. id: the same at every try. tries: this one included."""

    id: str
    alert: str
    made_at: datetime
    tries: int
    stories: tuple[AlertStory, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertStatus:
    """What an alert has done. told: stories in sent messages; waiting, lost: messages."""

    told: int
    waiting: int
    lost: int
    error: str | None


class AlertStore:
    """The alerts of one state database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, alert: Alert, *, now: datetime) -> None:
        """Keep a new alert. Raises: ConfigError when its name is taken."""
        with begin(self._engine) as connection:
            one_writer(connection)
            if connection.scalar(select(ALERTS.c.name).where(ALERTS.c.name == alert.name)):
                raise ConfigError(
                    f"there is an alert {alert.name} already: `techwire alerts remove "
                    f"{alert.name}` first, or choose another name"
                )
            _make(connection, alert.name, json.dumps(alert.options()), now)

    def remove(self, name: str) -> bool:
        """Forget an alert with all it found. Returns: whether there was one."""
        with begin(self._engine) as connection:
            found = connection.execute(delete(ALERTS).where(ALERTS.c.name == name)).rowcount
            connection.execute(delete(STORIES).where(STORIES.c.alert == name))
            connection.execute(delete(MESSAGES).where(MESSAGES.c.alert == name))
            return found > 0

    def alerts(self) -> list[Alert]:
        """Those of the database, by name."""
        kept = select(ALERTS.c.name, ALERTS.c.options).where(ALERTS.c.options.is_not(None))
        with reading(self._engine) as connection:
            rows = connection.execute(kept.order_by(ALERTS.c.name)).all()
        return [read_alert(row.name, json.loads(row.options)) for row in rows]

    def state(self, name: str, *, now: datetime) -> AlertState:
        """Where an alert stands; one of the file begins when it is first seen.

        One that was made while the clock was ahead begins now.
        """
        with reading(self._engine) as connection:
            known = _stored_state(connection, name)
        if known is None:
            with begin(self._engine) as connection:
                one_writer(connection)
                known = _stored_state(connection, name)  # another may have been quicker
                if known is None:
                    _make(connection, name, None, now)
                    return AlertState(since=now, matched_at=now)
        since, matched = (
            int(believable(known[0], "beginnings of alerts", now=now)),
            int(believable(known[1], "times when alerts looked last", now=now)),
        )
        if (since, matched) != known:
            with begin(self._engine) as connection:
                one_writer(connection)
                own = ALERTS.c.name == name
                same = (own, ALERTS.c.since == known[0], ALERTS.c.matched_at == known[1])
                times = {"since": since, "matched_at": matched}
                connection.execute(update(ALERTS).where(*same).values(**times))  # not for ever
        return AlertState(since=at(since), matched_at=at(matched))

    def keep(self, name: str, stories: Sequence[AlertStory], *, now: datetime) -> int:
        """Write down what an alert has found by now. Returns: how many stories are news to it."""
        stamp = int(now.timestamp())
        with begin(self._engine) as connection:
            one_writer(connection)
            own = ALERTS.c.name == name
            since = connection.scalar(select(ALERTS.c.since).where(own))
            if since is None:
                return 0  # removed meanwhile
            told = _told_before(connection, name, [story.id for story in stories], since)
            fresh = {story.id: story for story in stories if story.id not in told}
            for story in fresh.values():
                row = {"alert": name, "story_id": story.id, "document_id": story.document_id}
                body = json.dumps(asdict(story), ensure_ascii=False)
                connection.execute(insert(STORIES).values(**row, found_at=stamp, body=body))
            connection.execute(update(ALERTS).where(own).values(matched_at=stamp))
        return len(fresh)

    def bundle(self, alert: Alert, *, now: datetime) -> None:
        """Put what was found into messages: one a story for webhooks, else many, when it is due."""
        one_each = alert.way == "webhook" and alert.digest is None
        with begin(self._engine) as connection:
            one_writer(connection)
            own = ALERTS.c.name == alert.name
            last = connection.scalar(select(ALERTS.c.bundled_at).where(own))
            if last is None:
                return
            ahead = is_ahead(last, "times when digests went out", now=now)
            if alert.digest and not ahead and alert.period(at(last)) == alert.period(now):
                return
            found = select(STORIES.c.story_id).where(
                STORIES.c.alert == alert.name, STORIES.c.message.is_(None)
            )
            ids = list(connection.scalars(found.order_by(STORIES.c.found_at, STORIES.c.story_id)))
            for some in _parts(ids, 1 if one_each else STORIES_A_MESSAGE):
                _bundle(connection, alert.name, some, now)
            stamp = int(now.timestamp())
            connection.execute(update(ALERTS).where(own).values(bundled_at=stamp))

    def claim(self, name: str, *, now: datetime) -> Message | None:
        """The alert's oldest message that is due, for this sender alone for a while."""
        stamp = int(now.timestamp())
        due = or_(MESSAGES.c.next_at <= stamp, MESSAGES.c.next_at > latest(now, LONGEST_WAIT))
        with reading(self._engine) as connection:
            own = select(MESSAGES).where(MESSAGES.c.alert == name, due)
            row = connection.execute(own.order_by(MESSAGES.c.made_at, MESSAGES.c.id)).first()
        if row is None:
            return None
        kind = "times when messages of alerts are tried again"
        is_ahead(row.next_at, kind, now=now, longest=LONGEST_WAIT)
        until = stamp + int(LEASE.total_seconds())
        mine = MESSAGES.c.id == row.id, MESSAGES.c.next_at == row.next_at
        took = update(MESSAGES).where(*mine).values(next_at=until, tries=row.tries + 1)
        with begin(self._engine) as connection:
            if not connection.execute(took).rowcount:
                return None  # another sender was quicker
            stories = _stories(connection, STORIES.c.message == row.id, most=STORIES_A_MESSAGE)
        return Message(
            id=row.id,
            alert=name,
            made_at=at(row.made_at),
            tries=row.tries + 1,
            stories=tuple(reversed(stories)),
        )

    def sent(self, message: Message, *, now: datetime) -> None:
        """The message was taken."""
        own = update(MESSAGES).where(MESSAGES.c.id == message.id)
        with begin(self._engine) as connection:
            connection.execute(own.values(sent_at=int(now.timestamp()), next_at=None, error=None))

    def failed(self, message: Message, words: str, *, now: datetime) -> None:
        """The message was not taken: later again, twice as long from try to try, or never."""
        wait = min(FIRST_WAIT * 2 ** min(message.tries - 1, 20), LONGEST_WAIT)
        over = now - message.made_at > GIVE_UP or message.tries >= MOST_TRIES
        over = over and message.tries >= LEAST_TRIES
        next_at = None if over else int((now + wait).timestamp())
        own = update(MESSAGES).where(MESSAGES.c.id == message.id)
        with begin(self._engine) as connection:
            connection.execute(own.values(next_at=next_at, error=words[:500]))

    def recent(self, name: str, *, most: int) -> list[AlertStory]:
        """The alert's stories that are in messages, newest first."""
        told = (STORIES.c.alert == name) & STORIES.c.message.is_not(None)
        with reading(self._engine) as connection:
            return _stories(connection, told, most=most)

    def standing(self, name: str) -> AlertStatus:
        """What an alert has done so far."""
        own = MESSAGES.c.alert == name
        unsent = own & MESSAGES.c.sent_at.is_(None)
        rest = select(func.count()).select_from(MESSAGES)
        joined = STORIES.join(MESSAGES, STORIES.c.message == MESSAGES.c.id)
        told = select(func.count()).select_from(joined)
        words = select(MESSAGES.c.error).where(unsent, MESSAGES.c.error.is_not(None))
        with reading(self._engine) as connection:
            return AlertStatus(
                told=connection.scalar(told.where(own, MESSAGES.c.sent_at.is_not(None))) or 0,
                waiting=connection.scalar(rest.where(unsent, MESSAGES.c.next_at.is_not(None))) or 0,
                lost=connection.scalar(rest.where(unsent, MESSAGES.c.next_at.is_(None))) or 0,
                error=connection.scalar(words.order_by(MESSAGES.c.made_at.desc()).limit(1)),
            )

    def forget_old(self, *, now: datetime) -> None:
        """Drop what is too old to be found again, but not an alert's last messages.

        A clock far ahead makes all of them old, and what they told would be told again.
        """
        before = int((now - FORGET).timestamp())
        some = select(MESSAGES.c.alert).where(MESSAGES.c.made_at < before).distinct()
        with reading(self._engine) as connection:
            names = connection.scalars(some).all()
        for name in names:
            with begin(self._engine) as connection:
                own = select(MESSAGES.c.id).where(MESSAGES.c.alert == name)
                kept = own.order_by(MESSAGES.c.made_at.desc(), MESSAGES.c.id).limit(LEAST_KEPT)
                old = (MESSAGES.c.alert == name, MESSAGES.c.made_at < before)
                gone = select(MESSAGES.c.id).where(*old, MESSAGES.c.id.not_in(kept))
                ids = connection.scalars(gone).all()
                for some_ids in _parts(ids, STORIES_A_MESSAGE):
                    connection.execute(delete(STORIES).where(STORIES.c.message.in_(some_ids)))
                    connection.execute(delete(MESSAGES).where(MESSAGES.c.id.in_(some_ids)))


def forget_document(connection: Connection, document_id: str) -> list[str]:
    """Drop what alerts hold of a document, told or not, and messages that had nothing else.

    Returns: names of the alerts that held it.
    """
    own = STORIES.c.document_id == document_id
    rows = connection.execute(select(STORIES.c.alert, STORIES.c.message).where(own)).all()
    connection.execute(delete(STORIES).where(own))
    messages = [row.message for row in rows if row.message is not None]
    full = select(STORIES.c.message).where(STORIES.c.message.in_(messages))
    empty = (MESSAGES.c.id.in_(messages), MESSAGES.c.sent_at.is_(None), MESSAGES.c.id.not_in(full))
    connection.execute(delete(MESSAGES).where(*empty))
    return sorted({str(row.alert) for row in rows})


def _stored_state(connection: Connection, name: str) -> tuple[int, int] | None:
    """Since when, and when it looked last, in UNIX seconds; None of an alert nobody knows."""
    own = select(ALERTS.c.since, ALERTS.c.matched_at).where(ALERTS.c.name == name)
    row = connection.execute(own).first()
    return None if row is None else (row.since, row.matched_at)


def _make(connection: Connection, name: str, options: str | None, now: datetime) -> None:
    stamp = int(now.timestamp())
    times = {"since": stamp, "matched_at": stamp, "bundled_at": stamp}
    connection.execute(insert(ALERTS).values(name=name, options=options, **times))


def _bundle(connection: Connection, name: str, ids: Sequence[str], now: datetime) -> None:
    stamp = int(now.timestamp())
    message = uuid.uuid4().hex
    row = {"id": message, "alert": name, "made_at": stamp, "next_at": stamp, "tries": 0}
    connection.execute(insert(MESSAGES).values(**row))
    own = STORIES.c.alert == name, STORIES.c.story_id.in_(ids)
    connection.execute(update(STORIES).where(*own).values(message=message))


def _stories(connection: Connection, which: ColumnElement[bool], *, most: int) -> list[AlertStory]:
    """Stories by when they were found, newest first."""
    found = select(STORIES.c.body).where(which)
    newest = found.order_by(STORIES.c.found_at.desc(), STORIES.c.story_id.desc()).limit(most)
    return [story_from(json.loads(body)) for body in connection.scalars(newest)]


def _told_before(connection: Connection, name: str, ids: Sequence[str], since: int) -> set[str]:
    """Stories that are no news: told already, under this id or by a copy, or begun before."""
    copies = DOCUMENTS.join(STORIES, DOCUMENTS.c.document_id == STORIES.c.document_id)
    found: set[str] = set()
    for some in _parts(ids, _AT_ONCE):
        own = STORIES.c.alert == name
        same = select(STORIES.c.story_id).where(own, STORIES.c.story_id.in_(some))
        merged = select(DOCUMENTS.c.story_id).select_from(copies)
        older = select(DOCUMENTS.c.story_id).where(DOCUMENTS.c.crawled_at < since)
        for known in (
            same,
            merged.where(own, DOCUMENTS.c.story_id.in_(some)),
            older.where(DOCUMENTS.c.story_id.in_(some)),
        ):
            found.update(connection.scalars(known))
    return found


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """The items, so many at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
