"""The state database: one SQLAlchemy engine, its pragmas, its schema version.

`state_database` is the way in, open for a block; `connect` is for who lives from one signal to
another, as a spider does, and closes it then. Inside, `reading` is for who only looks, and `begin`
(`transact`, where others may get in the way) for who writes: readers neither wait for a writer nor
keep one waiting. Rooms that keep tables declare them on `METADATA`; SQLite (WAL, synchronous FULL)
by default, PostgreSQL for several machines, with the same code. A database of an older version is
brought to today's form by `indexer.foundation.upgrades`.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    create_engine,
    event,
    func,
    insert,
    inspect,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import ArgumentError, DBAPIError

from indexer.foundation.addresses import Address
from indexer.foundation.errors import DatabaseAway, DatabaseError
from indexer.foundation.upgrades import UPGRADES, Upgrade, version_of

STATE_VERSION = version_of(UPGRADES)
BUSY_TIMEOUT_S = 30
CACHE_KB = 16_000
WAL_RETRY_S = 0.01
CLASHES = 3  # tries of a transaction that others keep getting in the way of
_CLASHED = ("40001", "40P01")  # serialization failure, deadlock
_AWAY = ("08", "57P", "53300", "25P03")  # connection lost, server ending, full, idle too long
_DIALLING = {  # seconds but where named: a host that is gone must not hold anybody up for minutes
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,  # milliseconds
}
# a stopped process must not keep its locks from all others
_IDLE_IN_TRANSACTION_MS = 30_000
_PREPARING, _WRITING = 0x7465636877697265, 0x7465636877697266  # the same for every techwire
_READ_ONLY_TRANSACTION = "25006"

_T = TypeVar("_T")
# SQLite's engine -> the one that only reads its file: a connection that turns from one to the other
# must prepare all its statements anew
_READERS: WeakKeyDictionary[Engine, Engine] = WeakKeyDictionary()
_log = logging.getLogger("techwire")

METADATA = MetaData()
META = Table(
    "techwire_meta",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Integer, nullable=False),
)
_VERSION_ROW = META.c.name == "state_version"


@contextmanager
def state_database(
    url: Address | str, *, busy_timeout_s: float = BUSY_TIMEOUT_S
) -> Iterator[Engine]:
    """The state database at an SQLAlchemy URL; its connections are closed when the block ends.

    Raises: as `connect`.
    """
    engine = connect(url, busy_timeout_s=busy_timeout_s)
    try:
        yield engine
    finally:
        engine.dispose()


def connect(
    url: Address | str,
    *,
    busy_timeout_s: float = BUSY_TIMEOUT_S,
    upgrades: Sequence[Upgrade] = UPGRADES,
) -> Engine:
    """Open the state database at an SQLAlchemy URL, upgrading it and creating missing tables.

    Nothing is written, and no writer waited for, where nothing is missing. Tables come into being
    for the rooms imported so far. upgrades: all there are, the first one
    leads from version 1 to 2. Whoever calls it disposes of the engine. Raises: DatabaseError in
    plain words.
    """
    engine = engine_at(url, busy_timeout_s=busy_timeout_s)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
    else:
        event.listen(engine, "connect", _postgres_settings)
    try:
        _prepare(engine, upgrades)
    except BaseException:
        engine.dispose()
        raise
    return engine


def engine_at(url: Address | str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> Engine:
    """An engine that nothing was asked yet. Raises: DatabaseError when the URL names none."""
    url = Address.of(url).reveal()
    try:
        options = _options(url, busy_timeout_s)
        engine = create_engine(url, **options)
    except (ArgumentError, ValueError) as error:  # its words may hold the password
        raise DatabaseError(
            "this is no address of a database: write sqlite:///FILE or "
            "postgresql+psycopg://USER:PASSWORD@HOST:PORT/NAME (TECHWIRE_DATABASE_URL in .env)"
        ) from error
    except ModuleNotFoundError as error:
        raise DatabaseError(
            f"{error.name} is missing: run pip install 'techwire[postgres]' to use PostgreSQL"
        ) from error
    if engine.dialect.name == "sqlite":
        event.listen(engine, "begin", _sqlite_begin)
        if engine.url.database not in (None, "", ":memory:"):
            _READERS[engine] = _sqlite_reader(engine, options)
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """What the database holds at one moment, whoever writes meanwhile; a write is refused.

    Neither waits for writers nor keeps them waiting. Raises: DatabaseError in plain words.
    """
    try:
        with _READERS.get(engine, engine).connect() as connection:
            if engine.dialect.name == "postgresql":
                moment = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
                connection.execution_options(**moment)
            with connection.begin():
                yield connection
    except DBAPIError as error:
        if _is_refused_write(error):
            where = where_is(engine)
            raise DatabaseError(
                f"techwire tried to write {where} where it only reads, and wrote nothing: "
                "please report this"
            ) from error
        raise plain_words(error, engine) from error


@contextmanager
def begin(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; on SQLite it waits for the writer before it, and is then alone.

    Who only looks takes `reading`. Raises: DatabaseError in plain words.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except DBAPIError as error:
        raise plain_words(error, engine) from error


def transact(engine: Engine, work: Callable[[Connection], _T]) -> _T:
    """Do `work` in one transaction, anew when another got in its way. Raises: as `begin`.

    A connection lost at the very end may have been too late to undo anything: `work` must bear
    being done twice.
    """
    for _ in range(CLASHES - 1):
        try:
            with begin(engine) as connection:
                return work(connection)
        except DatabaseAway as error:
            if not error.clash:
                raise
    with begin(engine) as connection:
        return work(connection)


def one_writer(connection: Connection) -> None:
    """Let no other transaction that asks for the same go on before this one has ended.

    SQLite has one writer anyway.
    """
    if connection.engine.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_WRITING)))


def plain_words(error: DBAPIError, engine: Engine) -> DatabaseError:
    """What the driver's error means to the person who runs techwire, and what to do."""
    where = where_is(engine)
    text = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
    state = getattr(error.orig, "sqlstate", None)
    if state in _CLASHED:
        return DatabaseAway(f"the state database {where} has its hands full: {text}", clash=True)
    if "locked" in text:
        return DatabaseAway(
            f"the state database {where} is locked by another process: "
            "wait for it to end, or stop it, and run this again"
        )
    if "disk is full" in text or "No space left" in text:
        return DatabaseError(f"no room left on the disk of {where}: free some and run this again")
    if "readonly" in text or "unable to open" in text:
        return DatabaseError(f"cannot write {where} ({text}): check TECHWIRE_HOME and its rights")
    if "not a database" in text or "malformed" in text:
        return DatabaseError(
            f"the state database {where} is damaged ({text}): restore a backup into an empty "
            "TECHWIRE_HOME, or move the file away and begin anew"
        )
    lost = engine.dialect.name == "postgresql" and state is None
    if error.connection_invalidated or lost or (state or "").startswith(_AWAY):
        return DatabaseAway(
            f"the state database {where} does not answer ({text}): start it, or correct "
            "TECHWIRE_DATABASE_URL in .env"
        )
    return DatabaseError(f"the state database {where} failed: {text}")


def where_is(engine: Engine) -> Address:
    """The database's address, for people."""
    return Address(engine.url.render_as_string(hide_password=False))


def _options(url: str, busy_timeout_s: float) -> dict[str, Any]:
    asked = make_url(url).query
    if url.startswith("sqlite"):
        patience = {} if "timeout" in asked else {"timeout": busy_timeout_s}
        return {"connect_args": {**patience, "isolation_level": None}}
    dialling = {name: value for name, value in _DIALLING.items() if name not in asked}
    return {"pool_pre_ping": True, "connect_args": dialling}


def _sqlite_pragmas(connection: sqlite3.Connection, _record: Any) -> None:
    _to_wal(connection)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", f"cache_size=-{CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")


def _to_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait for its busy timeout here when several processes turn a new file to WAL
    (timeout_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
    deadline = time.monotonic() + timeout_ms / 1000
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(WAL_RETRY_S)


def _postgres_settings(connection: Any, _record: Any) -> None:
    connection.execute(f"SET idle_in_transaction_session_timeout = {_IDLE_IN_TRANSACTION_MS}")
    connection.commit()


def _sqlite_begin(connection: Connection) -> None:
    # IMMEDIATE: a reader that turns writer would fail at once instead of waiting its turn
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _sqlite_reader(engine: Engine, options: dict[str, Any]) -> Engine:
    reader = create_engine(engine.url, **options)
    event.listen(reader, "connect", _sqlite_only_reads)
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    event.listen(engine, "engine_disposed", lambda _: reader.dispose())
    return reader


def _sqlite_only_reads(connection: sqlite3.Connection, _record: Any) -> None:
    for pragma in ("query_only=ON", f"cache_size=-{CACHE_KB}"):
        connection.execute(f"PRAGMA {pragma}")


def _is_refused_write(error: DBAPIError) -> bool:
    refused = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY
    return refused or getattr(error.orig, "sqlstate", None) == _READ_ONLY_TRANSACTION


def _prepare(engine: Engine, upgrades: Sequence[Upgrade]) -> None:
    with reading(engine) as connection:
        if _is_ready(connection, upgrades):
            return
    with begin(engine) as connection:
        if engine.dialect.name == "postgresql":  # CREATE ... IF NOT EXISTS still races there
            connection.execute(select(func.pg_advisory_xact_lock(_PREPARING)))
        META.create(connection, checkfirst=True)
        _bring_up(connection, upgrades)
        METADATA.create_all(connection)


def _is_ready(connection: Connection, upgrades: Sequence[Upgrade]) -> bool:
    """Whether version and tables are today's. Raises: DatabaseError when it is a newer one."""
    there = set(inspect(connection).get_table_names())
    if META.name not in there or _version(connection, upgrades) != version_of(upgrades):
        return False
    return there >= METADATA.tables.keys()


def _version(connection: Connection, upgrades: Sequence[Upgrade]) -> int | None:
    found: int | None = connection.scalar(select(META.c.value).where(_VERSION_ROW))
    newest = version_of(upgrades)
    if found is not None and found > newest:  # before its tables are touched
        raise DatabaseError(too_new(connection.engine, found, newest))
    return found


def _bring_up(connection: Connection, upgrades: Sequence[Upgrade]) -> None:
    found, newest = _version(connection, upgrades), version_of(upgrades)
    if found is None:
        connection.execute(insert(META).values(name="state_version", value=newest))
    elif found < newest:
        words = "bringing the state database from version %d to %d: a minute where it is large"
        _log.warning(words, found, newest)
        for upgrade in upgrades[found - 1 :]:
            upgrade(connection)
        connection.execute(update(META).where(_VERSION_ROW).values(value=newest))


def too_new(engine: Engine, found: int, newest: int = STATE_VERSION) -> str:
    """What to say of a database whose version is beyond the newest this program knows."""
    where = where_is(engine)
    return (
        f"{where} was written by a newer techwire (state version {found}, this one knows "
        f"{newest}): update techwire, or point TECHWIRE_HOME at another folder"
    )
