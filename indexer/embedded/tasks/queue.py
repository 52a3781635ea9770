"""The task queue: rows in the store, how they are filtered, and how clients read them.

The worker does the tasks; this module only records them.
"""

import json
import sqlite3
import threading
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.embedded.index import clock
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.store import Store

STATUSES = ("enqueued", "processing", "succeeded", "failed", "canceled")
TYPES = (
    "documentAdditionOrUpdate",
    "documentEdition",
    "documentDeletion",
    "settingsUpdate",
    "indexCreation",
    "indexDeletion",
    "indexUpdate",
    "indexSwap",
    "taskCancelation",
    "taskDeletion",
    "dumpCreation",
    "snapshotCreation",
    "export",
    "upgradeDatabase",
    "indexCompaction",
    "networkTopologyChange",
)
Row = Mapping[str, Any]
SETTLE_S = 5.0
TIDY_S = 0.1


class Tasks:
    """All tasks, waiting and ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._settled = threading.Event()
        self._settled.set()
        self._tidied = threading.Event()
        self._tidied.set()

    def settle(self) -> None:
        """What finished tasks did can be seen by searches now: they may be shown as finished."""
        self._settled.set()
        self._tidied.set()

    def _wait(self) -> None:
        """Lists show what was deleted or canceled just before, unless the worker is busy."""
        self._tidied.wait(TIDY_S)
        self._settled.wait(SETTLE_S)

    def add(
        self,
        type_: str,
        index_uid: str | None,
        details: Mapping[str, Any],
        *,
        payload: bytes | None = None,
        metadata: str | None = None,
    ) -> dict[str, Any]:
        """Accept a task: from here on it survives anything. Returns: the client's summary."""
        moment = clock.now()
        if type_ in ("taskCancelation", "taskDeletion"):
            self._tidied.clear()
        with self._store.write() as transaction:
            cursor = transaction.execute(
                "INSERT INTO tasks (index_uid, status, type, details, enqueued_at, metadata) "
                "VALUES (?, 'enqueued', ?, ?, ?, ?)",
                (index_uid, type_, json.dumps(details), moment, metadata),
            )
            uid = cursor.lastrowid
            if payload is not None:
                transaction.execute("INSERT INTO payloads VALUES (?, ?)", (uid, payload))
        summary = {
            "taskUid": uid,
            "indexUid": index_uid,
            "status": "enqueued",
            "type": type_,
            "enqueuedAt": moment,
        }
        if metadata is not None:
            summary["customMetadata"] = metadata
        return summary

    def get(self, uid: int) -> Row | None:
        self._settled.wait(SETTLE_S)
        found: Row | None = self._query("SELECT * FROM tasks WHERE uid=?", (uid,)).fetchone()
        return found

    def payload(self, uid: int) -> bytes:
        row = self._query("SELECT body FROM payloads WHERE task_uid=?", (uid,)).fetchone()
        return bytes(row["body"]) if row else b""

    def find(
        self,
        conditions: Mapping[str, Any],
        *,
        limit: int,
        start: int | None = None,
        reverse: bool = False,
        indexes: Sequence[str] | None = None,
    ) -> tuple[list[Row], int]:
        """Tasks by filter, newest first. Returns: the page, and how many match in all."""
        self._wait()
        where, values = condition_sql(conditions, indexes)
        total = self._query(f"SELECT count(*) AS c FROM tasks WHERE {where}", values).fetchone()[
            "c"
        ]
        if start is not None:
            where += " AND uid >= ?" if reverse else " AND uid <= ?"
            values = [*values, start]
        order = "ASC" if reverse else "DESC"
        sql = f"SELECT * FROM tasks WHERE {where} ORDER BY uid {order} LIMIT ?"
        return self._query(sql, [*values, limit]).fetchall(), total

    def uids(self, conditions: Mapping[str, Any], indexes: Sequence[str] | None) -> list[int]:
        where, values = condition_sql(conditions, indexes)
        return [row["uid"] for row in self._query(f"SELECT uid FROM tasks WHERE {where}", values)]

    def waiting(self, limit: int = 1_000) -> list[Row]:
        """Tasks to do, the ones about other tasks first, then by age."""
        return self._query(
            "SELECT * FROM tasks WHERE status IN ('enqueued', 'processing') ORDER BY "
            "type NOT IN ('taskCancelation', 'taskDeletion'), uid LIMIT ?",
            (limit,),
        ).fetchall()

    def unfinished(self, index_uid: str | None = None) -> bool:
        sql = "SELECT 1 FROM tasks WHERE status IN ('enqueued', 'processing')"
        if index_uid is None:
            return self._query(f"{sql} LIMIT 1", ()).fetchone() is not None
        return self._query(f"{sql} AND index_uid=? LIMIT 1", (index_uid,)).fetchone() is not None

    def start(self, uids: Sequence[int]) -> None:
        """Mark a batch as being worked on."""
        with self._store.write() as transaction:
            number = transaction.execute(
                "SELECT coalesce(max(batch_uid), -1) + 1 AS b FROM tasks"
            ).fetchone()["b"]
            transaction.executemany(
                "UPDATE tasks SET status='processing', batch_uid=?, started_at=? WHERE uid=?",
                [(number, clock.now(), uid) for uid in uids],
            )

    def put_back(self) -> None:
        """What was being worked on waits again."""
        with self._store.write() as transaction:
            transaction.execute(
                "UPDATE tasks SET status='enqueued', batch_uid=NULL, started_at=NULL "
                "WHERE status='processing'"
            )

    def backlog(self) -> tuple[int, str | None]:
        """How many tasks have not ended, and when the oldest of them was enqueued."""
        row = self._query(
            "SELECT count(*) AS c, min(enqueued_at) AS oldest FROM tasks "
            "WHERE status IN ('enqueued', 'processing')",
            (),
        ).fetchone()
        return row["c"], row["oldest"]

    def finish(
        self,
        transaction: sqlite3.Connection,
        uid: int,
        details: Mapping[str, Any],
        error: ApiError | None = None,
    ) -> None:
        """Write down a task's end, in the transaction that holds what it did.

        Readers of tasks wait from here until `settle`: a task that reads as succeeded has
        taken effect.
        """
        self._settled.clear()
        transaction.execute(
            "UPDATE tasks SET status=?, details=?, error=?, finished_at=? WHERE uid=?",
            (
                "failed" if error else "succeeded",
                json.dumps(details),
                json.dumps(error.as_json()) if error else None,
                clock.now(),
                uid,
            ),
        )
        transaction.execute("DELETE FROM payloads WHERE task_uid=?", (uid,))

    def batches(
        self,
        conditions: Mapping[str, Any],
        *,
        limit: int,
        start: int | None = None,
        reverse: bool = False,
        indexes: Sequence[str] | None = None,
    ) -> tuple[list[dict[str, Any]], int]:
        self._wait()
        where, values = condition_sql(conditions, indexes)
        where += " AND batch_uid IS NOT NULL"
        total = self._query(
            f"SELECT count(DISTINCT batch_uid) AS c FROM tasks WHERE {where}", values
        ).fetchone()["c"]
        if start is not None:
            where += " AND batch_uid >= ?" if reverse else " AND batch_uid <= ?"
            values = [*values, start]
        order = "ASC" if reverse else "DESC"
        rows = self._query(
            f"SELECT DISTINCT batch_uid FROM tasks WHERE {where} "
            f"ORDER BY batch_uid {order} LIMIT ?",
            [*values, limit],
        ).fetchall()
        return [self.batch(row["batch_uid"], indexes) for row in rows], total

    def batch(self, uid: int, indexes: Sequence[str] | None) -> dict[str, Any]:
        """What a batch did to these indexes, None for all. Raises: ApiError batch_not_found."""
        where, values = condition_sql({"batchUids": [uid]}, indexes)
        rows = self._query(f"SELECT * FROM tasks WHERE {where}", values).fetchall()
        if not rows:
            raise ApiError("batch_not_found", f"Batch `{uid}` not found.")
        return _batch_view(uid, rows)

    def _query(self, sql: str, values: Sequence[Any]) -> sqlite3.Cursor:
        return self._store.connection().execute(sql, values)


def condition_sql(
    conditions: Mapping[str, Any], indexes: Sequence[str] | None
) -> tuple[str, list[Any]]:
    """The WHERE of a task filter; `indexes` are the ones the key may see, None for all."""
    parts, values = ["1"], []
    columns = {
        "uids": "uid",
        "batchUids": "batch_uid",
        "statuses": "status",
        "types": "type",
        "indexUids": "index_uid",
        "canceledBy": "canceled_by",
    }
    for name, column in columns.items():
        wanted = conditions.get(name)
        if wanted is not None:
            parts.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(wanted)))
    for moment in ("enqueuedAt", "startedAt", "finishedAt"):
        column = moment.replace("At", "_at")
        for prefix, sign in (("before", "<"), ("after", ">")):
            bound = conditions.get(f"{prefix}{moment[0].upper()}{moment[1:]}")
            if bound is not None:
                parts.append(f"{column} {sign} ?")
                values.append(bound)
    if indexes is not None and "*" not in indexes:
        tests = ["index_uid GLOB ?" for _ in indexes] or ["0"]
        parts.append("(" + " OR ".join(tests) + ")")
        values.extend(indexes)
    return " AND ".join(parts), values


def task_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A task as clients read it."""
    details = json.loads(row["details"])
    status = row["status"]
    if status in ("failed", "canceled"):
        for name in ("indexedDocuments", "deletedDocuments", "canceledTasks", "deletedTasks"):
            if name in details and details[name] is None:
                details[name] = 0
    found = {
        "uid": row["uid"],
        "batchUid": row["batch_uid"],
        "indexUid": row["index_uid"],
        "status": status,
        "type": row["type"],
        "canceledBy": row["canceled_by"],
        "details": details or None,
        "error": json.loads(row["error"]) if row["error"] else None,
        "duration": clock.duration(row["started_at"], row["finished_at"]),
        "enqueuedAt": row["enqueued_at"],
        "startedAt": row["started_at"],
        "finishedAt": row["finished_at"],
    }
    if row["metadata"] is not None:
        found["customMetadata"] = row["metadata"]
    return found


def _batch_view(uid: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    statuses: dict[str, int] = {}
    types: dict[str, int] = {}
    indexes: dict[str, int] = {}
    details: dict[str, Any] = {}
    for row in rows:
        statuses[row["status"]] = statuses.get(row["status"], 0) + 1
        types[row["type"]] = types.get(row["type"], 0) + 1
        if row["index_uid"] is not None:
            indexes[row["index_uid"]] = indexes.get(row["index_uid"], 0) + 1
        for name, value in json.loads(row["details"]).items():
            old = details.get(name)
            both = isinstance(old, int) and isinstance(value, int) and not isinstance(value, bool)
            details[name] = old + value if both and isinstance(old, int) else value
    started = min((row["started_at"] for row in rows if row["started_at"]), default=None)
    ends = [row["finished_at"] for row in rows]
    finished = None if None in ends else max(ends)
    return {
        "uid": uid,
        "progress": None,
        "details": details,
        "stats": {
            "totalNbTasks": len(rows),
            "status": statuses,
            "types": types,
            "indexUids": indexes,
        },
        "duration": clock.duration(started, finished),
        "startedAt": started,
        "finishedAt": finished,
        "batchStrategy": "tasks of one kind for one index, side by side in the queue",
    }
