"""The ledger holds every document made, and what the index has confirmed of it."""

from datetime import timedelta

from sqlalchemy import Engine, select

from indexer.delivery import ledger
from indexer.delivery.ledger import DOCUMENTS
from indexer.foundation.database import begin
from tests.factories import NOW, a_document


def test_a_document_is_read_back_as_it_would_be_sent(database: Engine) -> None:
    document = a_document("one", title="杭州 AI 🚀", geo={"lat": 30.3, "lng": 120.2})

    with begin(database) as connection:
        version = ledger.keep(connection, document, now=NOW)

    with begin(database) as connection:
        sent = {**document.as_record(), "revision": version}
        assert ledger.read(connection, document.id) == sent
        assert ledger.count(connection) == 1


def test_an_unknown_document_is_none(database: Engine) -> None:
    with begin(database) as connection:
        assert ledger.read(connection, "nobody") is None


def test_versions_rise_even_when_the_clock_stands_or_goes_back(database: Engine) -> None:
    with begin(database) as connection:
        versions = [
            ledger.keep(connection, a_document("one"), now=NOW + timedelta(seconds=offset))
            for offset in (0, 0, -60, 60)
        ]

    assert versions == sorted(set(versions))


def test_keeping_again_leaves_what_the_index_confirmed(database: Engine) -> None:
    document = a_document("one")
    with begin(database) as connection:
        first = ledger.keep(connection, document, now=NOW)
        ledger.confirm(connection, [(document.id, first)], task=7, at=99)
        second = ledger.keep(connection, a_document("one", text="New words."), now=NOW)

        row = connection.execute(select(DOCUMENTS)).one()
    assert (row.version, row.indexed_version, row.task_uid, row.indexed_at) == (
        second,
        first,
        7,
        99,
    )


def test_records_come_in_order_of_id_each_once(database: Engine) -> None:
    documents = [a_document(str(number)) for number in range(5)]
    with begin(database) as connection:
        for document in documents:
            ledger.keep(connection, document, now=NOW)

        first = [record["id"] for record in ledger.records(connection, limit=2)]
        rest = [record["id"] for record in ledger.records(connection, after=first[-1])]
    assert [*first, *rest] == sorted(document.id for document in documents)


def test_half_a_character_from_the_web_does_not_stop_a_document(database: Engine) -> None:
    document = a_document("one", title="broken \ud83d emoji", text="nul \x00 byte")

    with begin(database) as connection:
        ledger.keep(connection, document, now=NOW)
        record = ledger.read(connection, document.id)

    assert record is not None
    assert record["title"] == "broken ? emoji"


def test_confirming_says_how_many_are_new_to_the_index(database: Engine) -> None:
    with begin(database) as connection:
        pairs = [
            (document.id, ledger.keep(connection, document, now=NOW))
            for document in (a_document("one"), a_document("two"))
        ]

        assert ledger.confirm(connection, pairs[:1], task=1, at=1) == 1
        assert ledger.confirm(connection, pairs, task=2, at=2) == 1
        assert ledger.confirm(connection, [("nobody", 1)], task=3, at=3) == 0
