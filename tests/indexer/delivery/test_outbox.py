"""The outbox keeps every document until the index has it, and never an older one over a newer."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.delivery.outbox import (
    OUTBOX,
    Outbox,
    OutboxCounts,
    OutboxRow,
    put,
    put_removal,
    put_removal_of_unknown,
    standing,
    waits,
)
from indexer.document import Document
from indexer.foundation.database import begin
from tests.factories import NOW, a_document

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def outbox(database: Engine) -> Outbox:
    return Outbox(database)


def put_all(outbox: Outbox, *documents: Document) -> None:
    with begin(outbox.engine) as connection:
        for document in documents:
            put(connection, document, now=NOW)


def remove(outbox: Outbox, document: Document) -> None:
    with begin(outbox.engine) as connection:
        put_removal(connection, document.id, now=NOW)


def waiting(outbox: Outbox) -> list[OutboxRow]:
    return outbox.waiting(limit=100, max_bytes=1_000_000)


def test_a_document_waits_until_its_task_succeeded(outbox: Outbox) -> None:
    document = a_document("one")
    put_all(outbox, document)
    assert len(outbox) == 1

    (row,) = waiting(outbox)
    assert row.record == {**document.as_record(), "revision": row.version}
    outbox.done([row], task_uid=7)

    assert len(outbox) == 0
    with begin(outbox.engine) as connection:
        known = connection.execute(select(DOCUMENTS)).one()
    assert (known.indexed_version, known.task_uid) == (row.version, 7)
    assert known.indexed_version == known.version


def test_a_document_of_a_failed_transaction_never_waits(outbox: Outbox) -> None:
    def fails() -> None:
        with begin(outbox.engine) as connection:
            put(connection, a_document("one"), now=NOW)
            raise KeyError("in the middle")

    with pytest.raises(KeyError):
        fails()

    assert len(outbox) == 0
    with begin(outbox.engine) as connection:
        assert ledger.count(connection) == 0


def test_a_newer_version_put_while_the_older_is_under_way_still_waits(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    sent = waiting(outbox)
    put_all(outbox, a_document("one", text="New words."))

    outbox.done(sent, task_uid=7)

    (row,) = waiting(outbox)
    assert row.record is not None
    assert row.record["text"] == "New words."
    assert row.version > sent[0].version


def test_many_changes_of_one_document_wait_as_one(outbox: Outbox) -> None:
    for number in range(3):
        put_all(outbox, a_document("one", text=f"Words {number}."))

    assert [row.record and row.record["text"] for row in waiting(outbox)] == ["Words 2."]


def test_a_removed_document_leaves_the_ledger_and_waits_for_its_removal(outbox: Outbox) -> None:
    document = a_document("one")
    put_all(outbox, document)
    outbox.done(waiting(outbox), task_uid=1)

    remove(outbox, document)

    (row,) = waiting(outbox)
    assert (row.document_id, row.record) == (document.id, None)
    with begin(outbox.engine) as connection:
        assert ledger.read(connection, document.id) is None
    outbox.done([row], task_uid=2)
    assert len(outbox) == 0


def test_a_removal_put_while_the_document_is_under_way_still_waits(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    sent = waiting(outbox)
    remove(outbox, a_document("one"))  # in the same moment, as far as the clock can tell

    outbox.done(sent, task_uid=7)

    assert [row.record for row in waiting(outbox)] == [None]


def test_a_document_put_again_while_its_removal_is_under_way_still_waits(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    remove(outbox, a_document("one"))
    sent = waiting(outbox)
    put_all(outbox, a_document("one", text="Back again."))

    outbox.done(sent, task_uid=7)

    (row,) = waiting(outbox)
    assert row.record is not None
    assert row.record["text"] == "Back again."


def test_the_oldest_go_first_and_a_batch_has_its_bounds(outbox: Outbox) -> None:
    with begin(outbox.engine) as connection:
        put(connection, a_document("late"), now=LATER)
        put(connection, a_document("early"), now=NOW)
        put(connection, a_document("last"), now=LATER + timedelta(minutes=1))

    two = outbox.waiting(limit=2, max_bytes=1_000_000)
    one = outbox.waiting(limit=100, max_bytes=1)

    names = [row.record["url"].rpartition("/")[2] for row in two if row.record]
    assert names == ["early", "late"]
    assert len(one) == 1  # one at least, however large


def test_a_failure_keeps_the_rows_with_the_servers_words(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))

    outbox.failed(waiting(outbox), "disk full over there")

    assert len(waiting(outbox)) == 1
    assert outbox.last_error() == "disk full over there"
    outbox.done(waiting(outbox), task_uid=7)
    assert outbox.last_error() is None


def test_a_quarantined_document_stands_aside_with_the_servers_words(outbox: Outbox) -> None:
    put_all(outbox, a_document("good"), a_document("bad"))
    bad = next(row for row in waiting(outbox) if row.document_id == a_document("bad").id)

    outbox.quarantine(bad, "field `x` is no number")

    assert [row.document_id for row in waiting(outbox)] == [a_document("good").id]
    assert len(outbox) == 1
    (held,) = outbox.quarantined()
    assert (held.url, held.error) == ("https://news.example/bad", "field `x` is no number")


def test_a_newer_version_leaves_quarantine(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    outbox.quarantine(waiting(outbox)[0], "refused")

    put_all(outbox, a_document("one", text="Mended."))

    assert outbox.quarantined() == []
    assert len(waiting(outbox)) == 1


def test_a_version_that_came_meanwhile_is_not_quarantined_for_the_older_one(
    outbox: Outbox,
) -> None:
    put_all(outbox, a_document("one"))
    sent = waiting(outbox)
    put_all(outbox, a_document("one", text="Mended."))

    outbox.quarantine(sent[0], "refused")

    assert outbox.quarantined() == []


def test_quarantine_can_be_released(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"), a_document("two"))
    outbox.quarantine(waiting(outbox)[0], "refused")

    assert outbox.release() == 1

    assert len(waiting(outbox)) == 2
    assert outbox.last_error() is None


def test_quarantine_can_be_dropped_and_the_rest_stays(outbox: Outbox) -> None:
    put_all(outbox, a_document("good"), a_document("bad"))
    bad = next(row for row in waiting(outbox) if row.document_id == a_document("bad").id)
    outbox.quarantine(bad, "refused")

    assert outbox.drop_quarantined() == 1

    assert outbox.quarantined() == []
    with begin(outbox.engine) as connection:
        assert ledger.read(connection, a_document("bad").id) is None
        assert ledger.read(connection, a_document("good").id) is not None


def test_an_older_version_sent_late_is_followed_by_the_newest_once_more(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    late = waiting(outbox)
    put_all(outbox, a_document("one", title="corrected"))
    outbox.done(waiting(outbox), task_uid=7)
    assert len(outbox) == 0

    outbox.done(late, task_uid=8)  # a sender that was stopped meanwhile

    (again,) = waiting(outbox)
    assert again.record is not None
    assert again.record["title"] == "corrected"
    outbox.done([again], task_uid=9)
    assert len(outbox) == 0


def test_a_document_removed_meanwhile_is_removed_again_after_a_late_sender(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    late = waiting(outbox)
    remove(outbox, a_document("one"))
    outbox.done(waiting(outbox), task_uid=7)

    outbox.done(late, task_uid=8)

    assert [row.record for row in waiting(outbox)] == [None]


def test_what_two_senders_sent_alike_is_done(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    same = waiting(outbox)
    outbox.done(same, task_uid=7)
    outbox.done(same, task_uid=8)

    assert len(outbox) == 0


def test_a_removal_takes_its_document_alone(outbox: Outbox) -> None:
    documents = sorted((a_document(name) for name in ("one", "two", "three")), key=lambda d: d.id)
    put_all(outbox, *documents)

    remove(outbox, documents[1])

    with begin(outbox.engine) as connection:
        kept = [ledger.read(connection, document.id) is not None for document in documents]
        assert kept == [True, False, True]
        assert [waits(connection, document.id) for document in documents] == [True] * 3
        assert not waits(connection, "another")


def test_what_waits_and_what_stands_aside_are_counted_apart(outbox: Outbox) -> None:
    with begin(outbox.engine) as connection:
        assert standing(connection) == OutboxCounts(waiting=0, quarantined=0, oldest_at=None)
        put(connection, a_document("two"), now=LATER)
        put(connection, a_document("three"), now=LATER)
    put_all(outbox, a_document("bad"))
    bad = next(row for row in waiting(outbox) if row.document_id == a_document("bad").id)
    outbox.quarantine(bad, "no")

    with begin(outbox.engine) as connection:
        oldest = int(LATER.timestamp())
        assert standing(connection) == OutboxCounts(waiting=2, quarantined=1, oldest_at=oldest)


def test_what_the_index_alone_holds_is_removed_unless_it_is_known_by_now(outbox: Outbox) -> None:
    one, sent = a_document("one"), a_document("sent")
    put_all(outbox, one, sent)
    outbox.done([row for row in waiting(outbox) if row.document_id == sent.id], task_uid=1)

    with begin(outbox.engine) as connection:
        assert put_removal_of_unknown(connection, "stray", now=NOW)
        assert not put_removal_of_unknown(connection, "stray", now=NOW)
        assert not put_removal_of_unknown(connection, one.id, now=NOW)
        assert not put_removal_of_unknown(connection, sent.id, now=NOW)

    left = {row.document_id: row.record is None for row in waiting(outbox)}
    assert left == {one.id: False, "stray": True}


def test_each_failure_is_counted_for_its_row(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    outbox.failed(waiting(outbox), "away")
    outbox.failed(waiting(outbox), "still away")

    with begin(outbox.engine) as connection:
        assert connection.execute(select(OUTBOX.c.attempts)).all() == [(2,)]


def test_a_late_sender_of_a_document_that_was_put_again_leaves_one_row(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"))
    late = waiting(outbox)
    put_all(outbox, a_document("one", title="corrected"))

    outbox.done(late, task_uid=8)

    (row,) = waiting(outbox)
    assert row.record is not None
    assert row.record["title"] == "corrected"


def test_removals_take_no_room_of_a_batch(outbox: Outbox) -> None:
    put_all(outbox, a_document("one"), a_document("two"))
    remove(outbox, a_document("one"))
    remove(outbox, a_document("two"))

    assert len(outbox.waiting(limit=100, max_bytes=1)) == 2
