"""What leads an older state database to today's form, one step a version, with its data kept.

Step n of UPGRADES turns version n into version n + 1. `database` runs the missing ones in
the transaction that prepares the database: a crash in the middle leaves it as it was. Forward only.
A step speaks of the tables as they were then, so it names them instead of importing them, and a
released step is never changed. A new table needs none; a new column takes three lines:

    def leases_know_their_host(connection: Connection) -> None:
        add_column(connection, "schedule", Column("host", String(255), index=True))

and its name at the end of UPGRADES. A column that may not be null needs a `server_default`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    text,
)
from sqlalchemy.schema import CreateColumn

Upgrade = Callable[[Connection], None]


def stories_number_their_documents(connection: Connection) -> None:
    """A document's hundred runs name it by a number: two ids in each made 21 kB a document."""
    if not inspect(connection).has_table("story_members"):
        return
    then = MetaData()
    number = BigInteger().with_variant(Integer, "sqlite")
    Table(
        "story_documents",
        then,
        Column("number", number, primary_key=True, autoincrement=False),
        Column("document_id", String(64), nullable=False, unique=True, index=True),
        Column("story_id", String(64), nullable=False, index=True),
        Column("source_id", String(128), nullable=False),
        Column("country", String(2)),
        Column("published_at", BigInteger),
        Column("crawled_at", BigInteger, nullable=False),
        Column("words", Integer, nullable=False),
        Column("teaser", Integer, nullable=False),
    )
    Table(
        "story_runs",
        then,
        Column("run", BigInteger, primary_key=True, autoincrement=False),
        Column("number", number, primary_key=True, autoincrement=False, index=True),
        Column("tenth", Integer, nullable=False),
        sqlite_with_rowid=False,
    )
    then.create_all(connection)
    kept = "document_id, story_id, source_id, country, published_at, crawled_at, words, teaser"
    for statement in (
        f"INSERT INTO story_documents (number, {kept}) SELECT row_number() OVER "
        f"(ORDER BY crawled_at, document_id), {kept} FROM story_members",
        "INSERT INTO story_runs (run, number, tenth) SELECT shingle, number, tenth "
        "FROM story_shingles JOIN story_documents USING (document_id) ORDER BY shingle",
        "DROP TABLE story_shingles",
        "DROP TABLE story_members",
    ):
        connection.execute(text(statement))


def looks_read_what_they_look_for(connection: Connection) -> None:
    """A source's new pages cost as much as all it ever had; /metrics read every URL."""
    refused = (
        "(http_status IN (401, 403, 451) "
        "OR substr(reason, 1, 7) = 'robots:' OR substr(reason, 1, 4) = 'tdm:')"
    )
    for table, gone, name, columns, where in (
        (
            "seen",
            "ix_seen_source_id",
            "seen_waiting",
            "source_id published_at",
            "entry IS NOT NULL",
        ),
        ("seen", "", "seen_stored", "source_id fetched_at", "outcome = 'stored'"),
        ("seen", "", "seen_refused", "outcome fetched_at", refused),
        ("seen", "", "seen_anothers", "document_id", "document_id != url_id"),
        ("documents", "ix_documents_source", "documents_by_source", "source crawled_at", ""),
        ("outbox", "ix_outbox_put_at", "outbox_by_turn", "quarantined put_at document_id", ""),
        ("outbox", "ix_outbox_quarantined", "", "", ""),
    ):
        if not inspect(connection).has_table(table):
            continue
        if gone:
            connection.execute(text(f"DROP INDEX IF EXISTS {gone}"))
        if name:
            add_index(connection, table, name, *columns.split(), where=where)


def listings_say_what_they_leave_out(connection: Connection) -> None:
    """Foreign hosts, doubles and caps were left out in silence."""
    add_column(connection, "listings", Column("left_out", Text))


def entries_are_known_by_their_headline_and_name(connection: Connection) -> None:
    """A corrected headline was never seen, and a corrected address was another article."""
    for name, kind in (("title_mark", String(16)), ("identity", String(24)), ("changes", Integer)):
        add_column(connection, "seen", Column(name, kind))
    add_index(connection, "seen", "seen_identity", "identity", where="identity IS NOT NULL")
    add_column(connection, "paces", Column("trust", Integer))


def days_know_the_quality_of_texts(connection: Connection) -> None:
    """Nothing told a source whose texts are read badly."""
    for name in ("judged", "quality_percent"):
        add_column(
            connection, "source_days", Column(name, Integer, nullable=False, server_default="0")
        )


UPGRADES: tuple[Upgrade, ...] = (
    stories_number_their_documents,
    looks_read_what_they_look_for,
    listings_say_what_they_leave_out,
    entries_are_known_by_their_headline_and_name,
    days_know_the_quality_of_texts,
)


def version_of(upgrades: Sequence[Upgrade]) -> int:
    """The version that these steps lead to; the first had none."""
    return 1 + len(upgrades)


def add_column(connection: Connection, table: str, column: Column[Any]) -> None:
    """Add a column, with its index where it has `index=True`.

    A table that is missing is left to `connect`, which makes it in today's form.
    """
    if not inspect(connection).has_table(table):
        return
    shape = Table(table, MetaData(), column)
    words = CreateColumn(column).compile(dialect=connection.dialect)
    connection.exec_driver_sql(f"ALTER TABLE {table} ADD COLUMN {words}")
    for index in shape.indexes:
        index.create(connection)


def add_index(
    connection: Connection, table: str, name: str, *columns: str, where: str = ""
) -> None:
    """Add an index over columns that are there; `index=True` calls it ix_TABLE_COLUMN.

    where: of a partial index, as SQL.
    """
    if inspect(connection).has_table(table):
        shape = Table(table, MetaData(), *(Column(column) for column in columns))
        part = text(where) if where else None
        index = Index(name, *shape.columns, sqlite_where=part, postgresql_where=part)
        index.create(connection)
