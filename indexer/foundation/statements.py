"""Statements that SQLite and PostgreSQL word differently, and those that must be quick."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Table,
    TextClause,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite


def partial_index(
    name: str, columns: Sequence[Column[Any]], where: ColumnElement[bool] | TextClause
) -> Index:
    """An index of the rows alone for which `where` holds, on SQLite and PostgreSQL alike."""
    return Index(name, *columns, sqlite_where=where, postgresql_where=where)


def upsert(connection: Connection, table: Table, row: Mapping[str, Any]) -> None:
    """Insert a row, or overwrite the one with its primary key; on SQLite and PostgreSQL alike."""
    statement = _upsert(connection.engine.dialect.name, table, tuple(row))
    connection.execute(statement, dict(row))


def add(
    connection: Connection, table: Table, keys: Mapping[str, Any], numbers: Mapping[str, int]
) -> None:
    """Insert a row of counts, or add them to the one with its primary key."""
    row = {**keys, **numbers}
    statement = _upsert(connection.engine.dialect.name, table, tuple(row), adding=True)
    connection.execute(statement, row)


@cache  # making the statement costs more than running it
def _upsert(dialect: str, table: Table, names: tuple[str, ...], *, adding: bool = False) -> Any:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    keys = [column.name for column in table.primary_key]
    statement = make(table).values({name: bindparam(name) for name in names})
    new = statement.excluded
    changes = {
        name: table.c[name] + new[name] if adding else new[name]
        for name in names
        if name not in keys
    }
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


def is_one_of_many(column: Column[int], dialect: str) -> ColumnElement[bool]:
    """Whether a column holds one of many numbers; the statement is run with `as_many`'s values.

    One parameter however many they are: a parameter each costs more than the search. PostgreSQL
    would read the whole table for numbers that come from a query.
    """
    numbers: Any = bindparam("many")
    if dialect == "sqlite":
        return column.in_(select(func.json_each(numbers).table_valued("value").c.value))
    return column == any_(cast(numbers, postgresql.ARRAY(BigInteger)))


def as_many(connection: Connection, numbers: Sequence[int]) -> dict[str, Any]:
    """The parameters of a statement made with `is_one_of_many`."""
    is_sqlite = connection.engine.dialect.name == "sqlite"
    return {"many": json.dumps(numbers) if is_sqlite else numbers}


def insert_rows(connection: Connection, table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert many small rows, their values in the order of the table's columns.

    Past SQLAlchemy's making ready of each row, which costs as much as writing it.
    """
    into = f"INSERT INTO {table.name} ({', '.join(column.name for column in table.columns)})"
    dialect = connection.dialect
    if dialect.name == "sqlite":
        marks = ", ".join("?" for _ in table.columns)
        connection.exec_driver_sql(f"{into} VALUES ({marks})", list(rows))
    else:  # an array a column: there each row of its own costs a round of the protocol
        marks = ", ".join(f"%s::{column.type.compile(dialect)}[]" for column in table.columns)
        columns = tuple(map(list, zip(*rows, strict=True)))
        connection.exec_driver_sql(f"{into} SELECT * FROM unnest({marks})", columns)


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> set[Any]:
    """Insert rows unless their key is taken, by now or by another's transaction just ending.

    Returns: the keys inserted, of a table whose primary key is one column.
    """
    if not rows:
        return set()
    statement = _insert_new(connection.dialect.name, table)
    return set(connection.scalars(statement, [dict(row) for row in rows]))


@cache
def _insert_new(dialect: str, table: Table) -> Any:
    make = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table).on_conflict_do_nothing().returning(*table.primary_key)
