"""Tasks and batches as clients read them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.embedded.index import clock


def view(row: Mapping[str, Any]) -> dict[str, Any]:
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


def batch_view(uid: int, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
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
