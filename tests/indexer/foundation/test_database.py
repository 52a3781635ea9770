"""The state database: made on first use, its troubles told in plain words, on both engines."""

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, String, inspect, select, text

from indexer.delivery.outbox import OUTBOX
from indexer.foundation.database import (
    CLASHES,
    METADATA,
    STATE_VERSION,
    begin,
    connect,
    reading,
    transact,
)
from indexer.foundation.errors import DatabaseAway, DatabaseError
from indexer.foundation.statements import upsert
from tests.together import all_at_once


def a_row(name: str, version: int = 1) -> dict[str, object]:
    return {
        "document_id": name,
        "version": version,
        "removal": 0,
        "put_at": 0,
        "attempts": 0,
        "quarantined": 0,
    }


def test_tables_come_into_being_and_stay(database_url: str) -> None:
    first = connect(database_url)
    with begin(first) as connection:
        upsert(connection, OUTBOX, a_row("one"))
    first.dispose()

    again = connect(database_url)
    with begin(again) as connection:
        assert connection.scalar(select(OUTBOX.c.document_id)) == "one"
    again.dispose()


def test_processes_that_start_at_once_all_find_the_tables(database_url: str) -> None:
    ends = all_at_once(lambda: connect(database_url).dispose())

    assert ends == ["well"] * 4


def test_a_new_file_that_another_process_is_writing_is_waited_for(sqlite_url: str) -> None:
    other = sqlite3.connect(
        sqlite_url.removeprefix("sqlite:///"), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")  # SQLite refuses to turn the file to WAL now, at once
    release = threading.Timer(0.2, other.commit)
    release.start()

    connect(sqlite_url).dispose()

    release.join()
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_upsert_overwrites_what_it_names_and_nothing_else(database: Engine) -> None:
    with begin(database) as connection:
        upsert(connection, OUTBOX, {**a_row("one"), "error": "kept"})
        upsert(connection, OUTBOX, a_row("one", version=2))

        row = connection.execute(select(OUTBOX)).one()
    assert (row.version, row.error) == (2, "kept")


def test_an_exception_inside_begin_leaves_nothing(database: Engine) -> None:
    def fails() -> None:
        with begin(database) as connection:
            upsert(connection, OUTBOX, a_row("one"))
            raise KeyError("in the middle")

    with pytest.raises(KeyError):
        fails()

    with begin(database) as connection:
        assert connection.scalar(select(OUTBOX.c.document_id)) is None


def test_a_database_of_a_newer_version_is_left_as_it_is(database_url: str) -> None:
    engine = connect(database_url)
    with begin(engine) as connection:
        newer = {"version": STATE_VERSION + 1}
        connection.execute(text("UPDATE techwire_meta SET value = :version"), newer)
        connection.execute(text("DROP TABLE outbox"))  # what a newer version may have done

    with pytest.raises(DatabaseError) as caught:
        connect(database_url)

    assert f"state version {STATE_VERSION + 1}" in str(caught.value)
    assert "update techwire" in str(caught.value)
    assert "outbox" not in inspect(engine).get_table_names()
    engine.dispose()


def test_a_locked_database_says_who_is_waited_for_and_what_to_do(sqlite_url: str) -> None:
    engine = connect(sqlite_url, busy_timeout_s=0.05)
    other = sqlite3.connect(engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseError) as caught, begin(engine):
        pass

    assert "locked by another process: wait for it to end" in str(caught.value)
    other.close()
    engine.dispose()


def test_tables_that_are_missing_wait_for_the_writer(sqlite_url: str) -> None:
    engine = connect(sqlite_url)
    with begin(engine) as connection:
        connection.execute(text("DROP TABLE outbox"))
    other = sqlite3.connect(engine.url.database or "")
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(DatabaseError, match="locked by another process"):
        connect(sqlite_url, busy_timeout_s=0.05)

    other.close()
    connect(sqlite_url).dispose()
    assert "outbox" in inspect(engine).get_table_names()
    engine.dispose()


def test_who_only_reads_opens_and_reads_while_another_writes(database: Engine) -> None:
    with begin(database) as connection:
        upsert(connection, OUTBOX, a_row("one"))
    url = database.url.render_as_string(hide_password=False)

    with begin(database) as writer:
        upsert(writer, OUTBOX, a_row("two"))
        engine = connect(url, busy_timeout_s=0.05)
        with reading(engine) as connection:
            found = connection.scalars(select(OUTBOX.c.document_id)).all()
        engine.dispose()

    assert found == ["one"]


def test_a_slow_reader_keeps_nobody_waiting_and_sees_one_moment(database: Engine) -> None:
    own = select(OUTBOX.c.document_id).order_by(OUTBOX.c.document_id)
    with begin(database) as connection:
        upsert(connection, OUTBOX, a_row("one"))
    url = database.url.render_as_string(hide_password=False)
    others = connect(url, busy_timeout_s=0.05)

    with reading(database) as slow:
        before = slow.scalars(own).all()
        with begin(others) as connection:
            upsert(connection, OUTBOX, a_row("two"))
        with reading(others) as connection:
            now = connection.scalars(own).all()
        again = slow.scalars(own).all()
    others.dispose()

    assert (before, again, now) == (["one"], ["one"], ["one", "two"])


def test_a_write_is_refused_where_one_only_reads(database: Engine) -> None:
    with (
        pytest.raises(DatabaseError, match="where it only reads, and wrote nothing"),
        reading(database) as connection,
    ):
        upsert(connection, OUTBOX, a_row("one"))

    with begin(database) as connection:  # the same connection, from the pool
        assert connection.scalar(select(OUTBOX.c.document_id)) is None
        upsert(connection, OUTBOX, a_row("two"))
    with reading(database) as connection:
        assert connection.scalar(select(OUTBOX.c.document_id)) == "two"


def test_a_writer_waits_for_the_one_before_it(sqlite_url: str) -> None:
    engine = connect(sqlite_url, busy_timeout_s=10)
    inside = threading.Event()
    order: list[str] = []

    def second() -> None:
        inside.wait()
        with begin(engine):
            order.append("second")

    thread = threading.Thread(target=second)
    thread.start()
    with begin(engine):
        inside.set()
        thread.join(0.05)  # gives it the chance to be wrong
        order.append("first")
    thread.join()

    assert order == ["first", "second"]
    engine.dispose()


def test_a_full_disk_is_told_as_such(sqlite_url: str) -> None:
    engine = connect(sqlite_url)

    def fill() -> None:
        with begin(engine) as connection:
            connection.exec_driver_sql("PRAGMA max_page_count = 20")
            for number in range(1000):
                upsert(connection, OUTBOX, {**a_row(str(number)), "error": "x" * 1000})

    with pytest.raises(DatabaseError, match="no room left on the disk"):
        fill()

    with begin(engine) as connection:
        assert connection.scalar(select(OUTBOX.c.document_id)) is None
    engine.dispose()


def test_a_read_only_database_points_at_its_rights(sqlite_url: str) -> None:
    connect(sqlite_url).dispose()
    file = sqlite_url.removeprefix("sqlite:///")

    engine = connect(f"sqlite:///file:{file}?mode=ro&uri=true")

    with (
        pytest.raises(DatabaseError, match="check TECHWIRE_HOME and its rights"),
        begin(engine) as connection,
    ):
        upsert(connection, OUTBOX, a_row("one"))
    engine.dispose()


def test_a_folder_that_is_not_there_points_at_its_rights(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="check TECHWIRE_HOME and its rights"):
        connect(f"sqlite:///{tmp_path}/nowhere/state.db")


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "state.db"
    file.write_text("shopping list\n" * 100)

    with pytest.raises(DatabaseError, match="not a database"):
        connect(f"sqlite:///{file}")

    assert file.read_text() == "shopping list\n" * 100


@pytest.mark.postgres
def test_a_database_server_that_is_down_is_told_without_its_password(postgres_server: str) -> None:
    nobody = postgres_server.replace("techwire@", "techwire:geheim@").rpartition(":")[0] + ":1/x"

    with pytest.raises(DatabaseError) as caught:
        connect(nobody)

    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "does not answer" in str(caught.value)


def test_an_address_that_cannot_be_read_is_told_without_its_password() -> None:
    with pytest.raises(DatabaseError) as caught:
        connect("postgresql+psycopg://user:geheim@host:port/techwire")

    assert "TECHWIRE_DATABASE_URL" in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_rows_keep_what_any_language_writes(database: Engine) -> None:
    words = "杭州 · 서울 · São Paulo · 🚀"
    with begin(database) as connection:
        upsert(connection, OUTBOX, {**a_row("one"), "error": words})

    with begin(database) as connection:
        assert connection.scalar(select(OUTBOX.c.error)) == words


def test_tables_name_their_columns_with_sizes_both_engines_take() -> None:
    unsized = [
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if type(column.type) is String and column.type.length is None
    ]

    assert unsized == []


def test_a_transaction_that_clashes_is_done_anew(database: Engine) -> None:
    tries = 0

    def work(connection: Connection) -> str:
        nonlocal tries
        tries += 1
        if tries < CLASHES:
            raise DatabaseAway("deadlock detected", clash=True)
        return "done"

    assert transact(database, work) == "done"
    tries = -CLASHES
    with pytest.raises(DatabaseAway):
        transact(database, work)


@pytest.mark.postgres
def test_two_transactions_that_wait_for_each_other_both_get_done(postgres_url: str) -> None:
    engine = connect(postgres_url)
    with begin(engine) as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS two (id int primary key, n int)"))
        connection.execute(text("DELETE FROM two"))
        connection.execute(text("INSERT INTO two VALUES (1, 0), (2, 0)"))
    both_have_one = threading.Barrier(2, timeout=20)

    def add(first: int, second: int) -> None:
        met = False

        def work(connection: Connection) -> None:
            nonlocal met
            for row in (first, second):
                connection.execute(text(f"UPDATE two SET n = n + 1 WHERE id = {row}"))
                if not met:
                    met = True
                    both_have_one.wait()

        transact(engine, work)

    threads = [threading.Thread(target=add, args=rows) for rows in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with begin(engine) as connection:
        assert connection.execute(text("SELECT n FROM two ORDER BY id")).all() == [(2,), (2,)]
        connection.execute(text("DROP TABLE two"))
    engine.dispose()
