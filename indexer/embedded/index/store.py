"""All that the engine keeps: one SQLite file with documents, settings, tasks and keys.

The tantivy folders are derived from it and can be thrown away. Every thread gets its own
connection, which ends with it; `write` is the one way to change anything. Nothing here knows HTTP
or tantivy.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexer.embedded.index.errors import StoreTooNew, StoreUnreadable
from indexer.embedded.index.json_text import load_stored

FORMAT = 3  # raise it when a table or a layout changes in a way older engines cannot read
CHUNK = 500  # SQLite's oldest limit on variables is 999

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS indexes (
  number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT UNIQUE NOT NULL, primary_key TEXT,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL, settings TEXT NOT NULL,
  layout TEXT NOT NULL, folder TEXT NOT NULL, fields TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS tasks (
  uid INTEGER PRIMARY KEY AUTOINCREMENT, batch_uid INTEGER, index_uid TEXT, status TEXT NOT NULL,
  type TEXT NOT NULL, details TEXT NOT NULL, error TEXT, canceled_by INTEGER,
  enqueued_at TEXT NOT NULL, started_at TEXT, finished_at TEXT, metadata TEXT);
CREATE INDEX IF NOT EXISTS tasks_status ON tasks (status, uid);
CREATE INDEX IF NOT EXISTS tasks_batch ON tasks (batch_uid);
CREATE TABLE IF NOT EXISTS payloads (task_uid INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS attempts (
  what TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS intents (number INTEGER NOT NULL, ns TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS keys (
  uid TEXT PRIMARY KEY, body TEXT NOT NULL, created_at TEXT NOT NULL);
"""
_BY_HASH = "CREATE INDEX IF NOT EXISTS {0}_hash ON {0} (attribute, hash)"


class _Held:
    """A thread's connection. It is closed when the thread ends, for then what is local to it goes.

    The server's threads come and go: a dozen clients at once, ten seconds after the last ones, left
    ten connections more each time.
    """

    def __init__(self, connection: sqlite3.Connection, held: dict[int, sqlite3.Connection]) -> None:
        self.connection = connection
        self._all = held
        self._all[id(connection)] = connection

    def __del__(self) -> None:
        self._all.pop(id(self.connection), None)
        self.connection.close()


class Store:
    """The SQLite file of one data folder, open until `close`."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self._path = path
        self._read_only = read_only
        self._local = threading.local()
        self._open: dict[int, sqlite3.Connection] = {}  # of all threads
        self._lock = threading.Lock()  # writers queue here instead of in SQLite's busy loop
        if read_only:
            return
        try:
            self._open_or_make()
        except sqlite3.DatabaseError as error:
            self.close()
            code = getattr(error, "sqlite_errorcode", None)
            if code not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            raise StoreUnreadable(
                f"{path} cannot be read ({error}): put a snapshot in its place, or move it away to "
                "begin without documents"
            ) from error
        except BaseException:
            self.close()
            raise

    def _open_or_make(self) -> None:
        fresh = not self._path.exists()
        connection = self.connection()
        if fresh:
            connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.executescript(_SCHEMA)
        found = self.meta("format")
        if found is not None and int(found) > FORMAT:
            raise StoreTooNew(
                f"{self._path} was written by a newer version (format {found}, this one reads "
                f"{FORMAT}): update the program, or use another folder"
            )
        if found != str(FORMAT):
            with self.write() as transaction:
                if found == "1":
                    _add_hashes(transaction)
                transaction.execute("REPLACE INTO meta VALUES ('format', ?)", (str(FORMAT),))

    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        held: _Held | None = getattr(self._local, "held", None)
        if held is not None:
            return held.connection
        opened = sqlite3.connect(
            self._path, timeout=30, isolation_level=None, check_same_thread=False
        )
        self._local.held = _Held(opened, self._open)
        opened.row_factory = sqlite3.Row
        opened.execute("PRAGMA synchronous=FULL")  # an accepted task survives a power cut
        if self._read_only:
            opened.execute("PRAGMA query_only=1")
        return opened

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all of it, or nothing."""
        connection = self.connection()
        with self._lock:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._roll_back(connection)
                raise

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        """Leave no transaction open; SQLite has ended some itself, as on a full disk."""
        try:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        except sqlite3.Error:  # the thread's next transaction begins on a new connection
            self._local.held = None

    def close(self) -> None:
        """Close the connections of all threads; none of them may ask for anything any more."""
        for connection in list(self._open.values()):
            connection.close()
        self._open.clear()

    def meta(self, name: str) -> str | None:
        row = self.connection().execute("SELECT value FROM meta WHERE name=?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_meta(self, name: str, value: str) -> None:
        with self.write() as transaction:
            transaction.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def size_bytes(self) -> int:
        return self._path.stat().st_size if self._path.exists() else 0

    def give_back_space(self) -> None:
        """Return free pages to the file system."""
        with self._lock:
            self.connection().execute("PRAGMA incremental_vacuum").fetchall()
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


class Documents:
    """The documents of one index: `n` counts them in order of arrival and never changes."""

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self._table = f"documents_{number}"
        self._facets = f"facets_{number}"

    def create(self, transaction: sqlite3.Connection) -> None:
        transaction.execute(
            f"CREATE TABLE IF NOT EXISTS {self._table} "
            "(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, body BLOB NOT NULL)"
        )
        transaction.execute(
            f"CREATE TABLE IF NOT EXISTS {self._facets} (attribute TEXT NOT NULL, "
            "value TEXT NOT NULL, shown TEXT NOT NULL, hash INTEGER, "
            "PRIMARY KEY (attribute, value)) WITHOUT ROWID"
        )
        transaction.execute(_BY_HASH.format(self._facets))

    def drop(self, transaction: sqlite3.Connection) -> None:
        transaction.execute(f"DROP TABLE IF EXISTS {self._table}")
        transaction.execute(f"DROP TABLE IF EXISTS {self._facets}")

    def numbers(self, ids: Sequence[str]) -> dict[str, int]:
        """n of each id that exists."""
        found: dict[str, int] = {}
        for part in _chunks(ids):
            rows = self._query(
                f"SELECT id, n FROM {self._table} WHERE id IN ({_marks(part)})", part
            )
            found.update((row["id"], row["n"]) for row in rows)
        return found

    def bodies(self, ns: Sequence[int]) -> dict[int, dict[str, Any]]:
        """The documents with these n, as far as they exist."""
        found: dict[int, dict[str, Any]] = {}
        for part in _chunks(ns):
            rows = self._query(
                f"SELECT n, body FROM {self._table} WHERE n IN ({_marks(part)})", part
            )
            found.update((row["n"], load_stored(row["body"])) for row in rows)
        return found

    def get(self, document_id: str) -> dict[str, Any] | None:
        rows = self._query(f"SELECT body FROM {self._table} WHERE id=?", (document_id,))
        return load_stored(rows[0]["body"]) if rows else None

    def page(self, offset: int, limit: int) -> list[dict[str, Any]]:
        sql = f"SELECT body FROM {self._table} ORDER BY n LIMIT ? OFFSET ?"
        return [load_stored(row["body"]) for row in self._query(sql, (limit, offset))]

    def after(self, n: int, limit: int) -> list[tuple[int, dict[str, Any]]]:
        """The next documents with a greater n: the way to walk through all of them."""
        sql = f"SELECT n, body FROM {self._table} WHERE n>? ORDER BY n LIMIT ?"
        return [(row["n"], load_stored(row["body"])) for row in self._query(sql, (n, limit))]

    def count(self) -> int:
        return int(self._query(f"SELECT count(*) AS c FROM {self._table}", ())[0]["c"])

    def next_n(self) -> int:
        rows = self._query("SELECT seq FROM sqlite_sequence WHERE name=?", (self._table,))
        return int(rows[0]["seq"]) + 1 if rows else 1

    def put(self, transaction: sqlite3.Connection, rows: Iterable[tuple[int, str, bytes]]) -> None:
        transaction.executemany(
            f"INSERT INTO {self._table} (n, id, body) VALUES (?, ?, ?) "
            "ON CONFLICT (n) DO UPDATE SET body=excluded.body",
            rows,
        )

    def delete(self, transaction: sqlite3.Connection, ns: Sequence[int]) -> None:
        for part in _chunks(ns):
            transaction.execute(f"DELETE FROM {self._table} WHERE n IN ({_marks(part)})", part)

    def clear(self, transaction: sqlite3.Connection) -> None:
        transaction.execute(f"DELETE FROM {self._table}")
        transaction.execute(f"DELETE FROM {self._facets}")

    def put_facets(
        self,
        transaction: sqlite3.Connection,
        rows: Iterable[tuple[str, str, str, int | None]],
    ) -> None:
        """Remember facet values in one spelling: (attribute, normal value, as written, hash)."""
        transaction.executemany(
            f"INSERT INTO {self._facets} (attribute, value, shown, hash) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET hash=excluded.hash WHERE hash IS NULL",
            rows,
        )

    def facets(self, attribute: str) -> dict[str, str]:
        """Normal value → as written, for the values where the two differ."""
        rows = self._query(
            f"SELECT value, shown FROM {self._facets} WHERE attribute=? AND value<>shown",
            (attribute,),
        )
        return {row["value"]: row["shown"] for row in rows}

    def hashed_facets(self, attribute: str, hashes: Sequence[int]) -> dict[int, tuple[str, str]]:
        """Hash → (normal value, as written)."""
        found: dict[int, tuple[str, str]] = {}
        for part in _chunks(hashes):
            rows = self._query(
                f"SELECT hash, value, shown FROM {self._facets} "
                f"WHERE attribute=? AND hash IN ({_marks(part)})",
                (attribute, *part),
            )
            found.update((row["hash"], (row["value"], row["shown"])) for row in rows)
        return found

    def has_many_facets(self, attribute: str, many: int) -> bool:
        sql = f"SELECT 1 FROM {self._facets} WHERE attribute=? AND hash NOT NULL LIMIT 1 OFFSET ?"
        return bool(self._query(sql, (attribute, many)))

    def _query(self, sql: str, values: Sequence[Any]) -> list[sqlite3.Row]:
        return self._store.connection().execute(sql, values).fetchall()


def _add_hashes(transaction: sqlite3.Connection) -> None:
    """From format 1: facet values had no hashes; an index has them once it is built anew."""
    tables = "SELECT name FROM sqlite_master WHERE type='table' AND name GLOB 'facets_[0-9]*'"
    for (name,) in transaction.execute(tables).fetchall():
        transaction.execute(f"ALTER TABLE {name} ADD COLUMN hash INTEGER")
        transaction.execute(_BY_HASH.format(name))


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
