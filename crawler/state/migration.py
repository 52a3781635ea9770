"""Moves a whole state database into another one: a laptop's SQLite to PostgreSQL, and back.

The source is read in one snapshot and never written. The target is filled in one transaction, so
that a crash leaves it empty and the move can simply be started again. Files beside the database
(the page archive) are not moved here.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, inspect, select

from crawler.state.tables import every_table
from indexer.foundation.addresses import Address
from indexer.foundation.database import (
    META,
    STATE_VERSION,
    begin,
    engine_at,
    one_writer,
    reading,
    state_database,
    too_new,
    where_is,
)
from indexer.foundation.errors import DatabaseError
from indexer.foundation.statements import upsert

BATCH_ROWS = 500
TOLD_EVERY_S = 5.0

OnProgress = Callable[[str], None]


def move(
    source_url: Address, target_url: Address, *, on_progress: OnProgress = lambda words: None
) -> dict[str, int]:
    """Copy every table into a database that holds nothing yet.

    on_progress: gets a line of progress now and then. Returns: table -> rows moved.
    Raises: DatabaseError in plain words; the target is as before, then.
    """
    tables = every_table().sorted_tables
    with _reading(source_url) as source:
        there = set(inspect(source).get_table_names())
        if strange := there - {table.name for table in tables}:
            on_progress(f"left behind, not techwire's: {', '.join(sorted(strange))}")
        with state_database(target_url) as engine, begin(engine) as target:
            one_writer(target)
            _refuse_unless_empty(target, tables)
            return {
                table.name: _copy(source, target, table, on_progress)
                for table in tables
                if table.name in there
            }


@contextmanager
def _reading(url: Address) -> Iterator[Connection]:
    """One snapshot of an existing state database of today's version."""
    engine = engine_at(url)
    where = where_is(engine)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        raise DatabaseError(f"there is no state database at {where}: name the one to move")
    try:
        with reading(engine) as connection:
            _check_version(connection, where)
            yield connection
    finally:
        engine.dispose()


def _check_version(connection: Connection, where: Address) -> None:
    found = None
    if inspect(connection).has_table(META.name):
        found = connection.scalar(select(META.c.value).where(META.c.name == "state_version"))
    if found is None:
        raise DatabaseError(f"{where} is no state database of techwire: name the one to move")
    if found > STATE_VERSION:
        raise DatabaseError(too_new(connection.engine, found))
    if found < STATE_VERSION:
        raise DatabaseError(
            f"{where} was written by an older techwire (state version {found}, today's is "
            f"{STATE_VERSION}): run `techwire status` on it, which brings it up to date, and "
            "migrate again"
        )


def _refuse_unless_empty(target: Connection, tables: list[Table]) -> None:
    for table in tables:
        if table is not META and target.execute(select(table).limit(1)).first() is not None:
            raise DatabaseError(
                f"{where_is(target.engine)} is not empty (table {table.name} holds rows): name a "
                "database without techwire's data, or drop what is there yourself"
            )


def _copy(source: Connection, target: Connection, table: Table, on_progress: OnProgress) -> int:
    total = _count(source, table)
    postgres = target.dialect.name == "postgresql"
    done, told_s = 0, time.monotonic()
    streamed = source.execution_options(yield_per=BATCH_ROWS)
    for part in streamed.execute(select(table)).mappings().partitions():
        rows = [_without_nul(dict(row)) if postgres else dict(row) for row in part]
        if table is META:  # the target has its version already
            for row in rows:
                upsert(target, table, row)
        else:
            target.execute(insert(table), rows)
        done += len(rows)
        if time.monotonic() - told_s > TOLD_EVERY_S:
            on_progress(f"{table.name}: {done:,} of {total:,} rows")
            told_s = time.monotonic()
    arrived = _count(target, table)
    if not total == done == arrived:
        raise DatabaseError(
            f"table {table.name} has {total} rows, {done} were read and {arrived} arrived in "
            f"{where_is(target.engine)}: nothing was kept there; start the move again"
        )
    if total:
        on_progress(f"{table.name}: {total:,} rows, counted on both sides")
    return total


def _without_nul(row: dict[str, Any]) -> dict[str, Any]:
    """PostgreSQL's text holds every character but this one; SQLite's holds it too."""
    return {
        name: value.replace("\0", "") if isinstance(value, str) else value
        for name, value in row.items()
    }


def _count(connection: Connection, table: Table) -> int:
    return int(connection.scalar(select(func.count()).select_from(table)) or 0)
