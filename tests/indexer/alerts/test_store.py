"""What alerts remember, on SQLite and on PostgreSQL."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import Engine, func, select

from indexer.alerts.alert import Alert, read_alert
from indexer.alerts.store import FORGET, LEASE, MESSAGES, STORIES, AlertStore, Message
from indexer.alerts.story import AlertStory, story_of
from indexer.foundation.database import begin
from indexer.foundation.errors import ConfigError
from tests.factories import NOW, a_document
from tests.indexer.alerts.desk import SECRET


def an_alert(**options: object) -> Alert:
    return read_alert("mine", {"words": "chips", "feed": True, "secret": SECRET, **options})


def stories(count: int) -> list[AlertStory]:
    return [story_of(a_document(f"n{number:03}").as_record()) for number in range(count)]


@pytest.fixture
def store(database: Engine) -> AlertStore:
    store = AlertStore(database)
    store.add(an_alert(), now=NOW - timedelta(hours=1))
    return store


def test_an_alert_is_kept_whole(store: AlertStore) -> None:
    assert store.alerts() == [an_alert()]
    with pytest.raises(ConfigError, match="there is an alert mine already"):
        store.add(an_alert(), now=NOW)


def test_a_story_is_kept_once(store: AlertStore) -> None:
    assert store.keep("mine", stories(3), now=NOW) == 3
    assert store.keep("mine", stories(4), now=NOW) == 1


def test_many_stories_go_in_several_messages(store: AlertStore) -> None:
    found = stories(130)
    store.keep("mine", found, now=NOW)
    store.bundle(an_alert(), now=NOW)

    told: list[AlertStory] = []
    while message := store.claim("mine", now=NOW):
        told += message.stories
        store.sent(message, now=NOW)

    assert sorted(story.id for story in told) == sorted(story.id for story in found)
    assert store.standing("mine").told == 130
    assert len(store.recent("mine", most=100)) == 100


def test_a_message_belongs_to_one_sender_until_its_lease_ends(store: AlertStore) -> None:
    store.keep("mine", stories(1), now=NOW)
    store.bundle(an_alert(), now=NOW)
    claimed: list[Message | None] = []
    senders = [
        threading.Thread(target=lambda: claimed.append(store.claim("mine", now=NOW)))
        for _ in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    (first,) = [message for message in claimed if message is not None]
    again = store.claim("mine", now=NOW + LEASE)
    assert again is not None
    assert (again.id, again.stories, again.tries) == (first.id, first.stories, 2)


def test_writers_at_once_keep_a_story_once(store: AlertStore) -> None:
    kept: list[int] = []
    writers = [
        threading.Thread(target=lambda: kept.append(store.keep("mine", stories(20), now=NOW)))
        for _ in range(4)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert sorted(kept) == [0, 0, 0, 20]


def test_removing_an_alert_leaves_nothing(store: AlertStore, database: Engine) -> None:
    store.keep("mine", stories(2), now=NOW)
    store.bundle(an_alert(), now=NOW)

    assert store.remove("mine")
    assert not store.remove("mine")
    assert rows(database) == (0, 0)


def test_old_messages_are_forgotten_with_their_stories_but_for_the_last(
    store: AlertStore, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("indexer.alerts.store.LEAST_KEPT", 1)
    store.keep("mine", stories(2), now=NOW)
    store.bundle(an_alert(), now=NOW)
    store.keep("mine", stories(3), now=NOW + timedelta(minutes=1))
    store.bundle(an_alert(), now=NOW + timedelta(minutes=1))
    store.forget_old(now=NOW + FORGET - timedelta(hours=1))
    assert rows(database) == (3, 2)

    store.forget_old(now=NOW + FORGET + timedelta(days=400))

    assert rows(database) == (1, 1)


def rows(database: Engine) -> tuple[int, ...]:
    with begin(database) as connection:
        return tuple(
            connection.scalar(select(func.count()).select_from(table)) or 0
            for table in (STORIES, MESSAGES)
        )
