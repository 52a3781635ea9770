"""A state database moves to the other engine whole, or not at all."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Engine,
    Integer,
    LargeBinary,
    Table,
    create_engine,
    func,
    insert,
    select,
    text,
)

from crawler.state.migration import move
from crawler.state.tables import every_table
from indexer.foundation.database import META, connect
from indexer.foundation.errors import DatabaseError

TABLES = every_table().sorted_tables
ROWS = 1200  # more than two batches


def a_row(table: Table, number: int) -> dict[str, Any]:
    """Values of each column's kind, at its limits here and there."""
    row: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type
        if isinstance(kind, LargeBinary):
            row[column.name] = bytes([0, 255, number % 256])
        elif issubclass(kind.python_type, str):
            length = getattr(kind, "length", None) or 1_000
            row[column.name] = f"{number:x}·杭州🚀'%s"[:length] if length > 8 else "GB"
        elif isinstance(kind, Integer):
            most = 2**31 - 1 if type(kind) is Integer else 2**63 - 1
            row[column.name] = most - number if number % 2 else number
        else:
            row[column.name] = number / 8
        if column.nullable and number % 3 == 0:
            row[column.name] = None
    return row


def filled(url: str, rows: int = 12) -> dict[str, list[Any]]:
    """Fill every table of a new database. Returns: what they hold."""
    engine = connect(url)
    with engine.begin() as connection:
        for table in TABLES:
            number = ROWS if table.name == "seen" else rows
            if table is not META:
                connection.execute(insert(table), [a_row(table, n) for n in range(number)])
    engine.dispose()
    return held(url)


def held(url: str) -> dict[str, list[Any]]:
    engine = create_engine(url)
    with engine.begin() as connection:
        found = {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in TABLES
        }
    engine.dispose()
    return found


@pytest.fixture
def other_sqlite(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'other.db'}"


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


@pytest.mark.postgres
def test_a_laptops_state_moves_to_postgresql_and_back(
    sqlite_url: str, postgres_url: str, other_sqlite: str
) -> None:
    before = filled(sqlite_url)
    told: list[str] = []

    counts = move(sqlite_url, postgres_url, on_progress=told.append)
    move(postgres_url, other_sqlite)

    assert counts == {name: len(rows) for name, rows in before.items()}
    assert held(postgres_url) == held(other_sqlite) == held(sqlite_url) == before
    assert f"seen: {ROWS:,} rows, counted on both sides" in told


def test_a_crash_in_the_middle_leaves_the_target_empty_and_the_move_is_started_again(
    other_sqlite: str, database: Engine
) -> None:
    before = filled(other_sqlite)
    seen: list[str] = []

    def crash(words: str) -> None:
        seen.append(words)
        if words.startswith("seen:"):
            raise KeyError("a crash in the middle")

    with pytest.raises(KeyError):
        move(other_sqlite, address(database), on_progress=crash)
    after_crash = held(address(database))
    move(other_sqlite, address(database))

    assert len(seen) > 5
    assert [name for name, rows in after_crash.items() if rows and name != META.name] == []
    assert held(address(database)) == before


def test_a_target_that_holds_something_is_refused_and_stays_as_it_is(
    other_sqlite: str, database: Engine
) -> None:
    filled(other_sqlite)
    with database.begin() as connection:
        connection.execute(text("INSERT INTO story_common (shingle) VALUES (7)"))

    with pytest.raises(DatabaseError, match=r"is not empty \(table story_common holds rows\)"):
        move(other_sqlite, address(database))

    with database.begin() as connection:
        assert connection.scalar(select(func.count()).select_from(text("seen"))) == 0


def test_a_source_that_is_not_there_is_not_made(tmp_path: Path, other_sqlite: str) -> None:
    with pytest.raises(DatabaseError, match="there is no state database at"):
        move(f"sqlite:///{tmp_path}/nowhere.db", other_sqlite)

    assert list(tmp_path.iterdir()) == []


def test_a_database_that_is_not_ours_is_no_source(tmp_path: Path, other_sqlite: str) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/photos.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE photos (name TEXT)"))
    engine.dispose()

    with pytest.raises(DatabaseError, match="is no state database of techwire"):
        move(f"sqlite:///{tmp_path}/photos.db", other_sqlite)


@pytest.mark.parametrize(
    ("version", "words"),
    [(-1, "written by an older techwire .* run `techwire status`"), (999, "a newer techwire")],
)
def test_a_source_of_another_version_says_what_to_do(
    sqlite_url: str, other_sqlite: str, version: int, words: str
) -> None:
    engine = connect(sqlite_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE techwire_meta SET value = :v"), {"v": version})
    engine.dispose()

    with pytest.raises(DatabaseError, match=words):
        move(sqlite_url, other_sqlite)


@pytest.mark.postgres
def test_what_only_sqlite_takes_is_told_or_left_out(sqlite_url: str, postgres_url: str) -> None:
    engine = connect(sqlite_url)
    row = a_row(next(t for t in TABLES if t.name == "seen"), 1)
    with engine.begin() as connection:
        connection.execute(insert(every_table().tables["seen"]), [{**row, "reason": "a\0b"}])
    move(sqlite_url, postgres_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE seen SET kind = :long"), {"long": "x" * 99})
    engine.dispose()
    other = connect(postgres_url)
    with other.begin() as connection:
        assert connection.scalar(text("SELECT reason FROM seen")) == "ab"
        connection.execute(text("DELETE FROM seen"))
    other.dispose()

    with pytest.raises(DatabaseError, match="too long for type character varying"):
        move(sqlite_url, postgres_url)


def test_every_module_with_a_table_is_one_that_moves() -> None:
    """One that is missing belongs into crawler/state/tables.py: its rows would stay behind."""
    here = Path(__file__).parents[3]
    declared = {
        found
        for package in ("crawler", "indexer")
        for path in (here / package).rglob("*.py")
        for found in re.findall(r"= Table\(\s*\"(\w+)\",\s*METADATA", path.read_text())
    }

    listing = "from crawler.state.tables import every_table; print(*every_table().tables)"
    moved = subprocess.run(
        [sys.executable, "-c", listing], cwd=here, capture_output=True, text=True
    )

    assert declared >= {"seen", "outbox", "alerts"}
    assert declared - set(moved.stdout.split()) == set()


def test_no_table_counts_its_rows_by_a_sequence() -> None:
    """One that does must have its sequence moved on by `move` as well."""
    assert [table.name for table in TABLES if table.autoincrement_column is not None] == []
