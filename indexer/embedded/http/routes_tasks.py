"""Routes of tasks and batches: read, filter, cancel, forget."""

import json
from typing import Any
from urllib.parse import urlencode

from indexer.embedded.http.access import Permissions
from indexer.embedded.http.calls import Call
from indexer.embedded.http.routes_indexes import enqueue
from indexer.embedded.index import clock
from indexer.embedded.index.errors import ApiError
from indexer.embedded.tasks.queue import STATUSES, TYPES, task_view

_LISTS = ("uids", "batchUids", "statuses", "types", "indexUids", "canceledBy")
_MOMENTS = tuple(
    f"{side}{moment}"
    for side in ("before", "after")
    for moment in ("EnqueuedAt", "StartedAt", "FinishedAt")
)
_FILTERS = (*_LISTS, *_MOMENTS)
_CODES = {"uids": "invalid_task_uids", "batchUids": "invalid_batch_uids"}


def list_tasks(call: Call) -> Any:
    conditions, paging = _asked(call)
    rows, total = call.engine.tasks.find(conditions, indexes=_indexes(call.access), **paging)
    return _page([task_view(row) for row in rows], total, paging, "uid")


def list_batches(call: Call) -> Any:
    conditions, paging = _asked(call)
    found, total = call.engine.tasks.batches(conditions, indexes=_indexes(call.access), **paging)
    return _page(found, total, paging, "uid")


def _asked(call: Call) -> tuple[dict[str, Any], dict[str, Any]]:
    call.known("limit", "from", "reverse", *_FILTERS)
    start = call.query.get("from")
    reverse = call.query.get("reverse", "false")
    if reverse not in ("true", "false"):
        raise ApiError("invalid_task_reverse", "`reverse` is `true` or `false`.")
    paging = {
        "limit": min(call.number("limit", 20, "invalid_task_limit"), 10_000) + 1,
        "start": None if start is None else call.number("from", 0, "invalid_task_from"),
        "reverse": reverse == "true",
    }
    return _conditions(call), paging


def _page(found: list[Any], total: int, paging: dict[str, Any], key: str) -> dict[str, Any]:
    limit = paging["limit"] - 1
    shown = found[:limit]
    return {
        "results": shown,
        "total": total,
        "limit": limit,
        "from": shown[0][key] if shown else None,
        "next": found[limit][key] if len(found) > limit else None,
    }


def _conditions(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _LISTS:
        values = call.names(name)
        if values is None or values == ["*"]:
            continue
        code = _CODES.get(name, "invalid_task_" + ("index_uids" if name == "indexUids" else
                          "canceled_by" if name == "canceledBy" else name))  # fmt: skip
        if name in ("uids", "batchUids", "canceledBy"):
            found[name] = [_number(name, one, code) for one in values]
        else:
            known = {"statuses": STATUSES, "types": TYPES}.get(name)
            for one in values:
                if known is not None and one not in known:
                    listed = ", ".join(f"`{each}`" for each in known)
                    raise ApiError(
                        code,
                        f"Invalid value in parameter `{name}`: `{one[:80]}` is not a valid value. "
                        f"Available values are {listed}.",
                    )
            found[name] = values
    for name in _MOMENTS:
        value = call.query.get(name)
        if value is not None and value != "*":
            found[name] = _moment(name, value)
    return found


def _number(name: str, value: str, code: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 15):
        raise ApiError(
            code,
            f"Invalid value in parameter `{name}`: could not parse `{value[:80]}` as a positive "
            "integer",
        )
    return int(value)


def _moment(name: str, value: str) -> str:
    try:
        return clock.normal(value.replace(" ", "+"))
    except (ValueError, OverflowError):
        snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name)
        raise ApiError(
            f"invalid_task_{snake}",
            f"Invalid value in parameter `{name}`: `{value[:80]}` is an invalid date-time. It "
            "should follow the YYYY-MM-DD or RFC 3339 date-time format.",
        ) from None


def _indexes(access: Permissions) -> tuple[str, ...] | None:
    return None if access.of_all else access.indexes


def show_task(call: Call) -> Any:
    uid = _number("taskUid", call.path["task"], "invalid_task_uids")
    row = call.engine.tasks.get(uid)
    if row is None or not _may_see(call.access, row["index_uid"]):
        raise ApiError("task_not_found", f"Task `{uid}` not found.")
    return task_view(row)


def show_batch(call: Call) -> Any:
    uid = _number("batchUid", call.path["batch"], "invalid_batch_uids")
    return call.engine.tasks.batch(uid, _indexes(call.access))


def _may_see(access: Permissions, index_uid: str | None) -> bool:
    """A task of no index may tell of any: swaps, dumps, what was canceled."""
    return access.of_all if index_uid is None else access.allows(index_uid)


def cancel(call: Call) -> Any:
    return _about_tasks(call, "taskCancelation", "canceledTasks")


def forget(call: Call) -> Any:
    return _about_tasks(call, "taskDeletion", "deletedTasks")


def _about_tasks(call: Call, type_: str, counted: str) -> Any:
    call.known("customMetadata", *_FILTERS)
    if not any(name in call.query for name in _FILTERS):
        listed = ", ".join(f"`{one}`" for one in _FILTERS)
        raise ApiError(
            "missing_task_filters",
            f"Query parameters to filter the tasks are missing. Available query parameters are: "
            f"{listed}.",
        )
    uids = call.engine.tasks.uids(_conditions(call), _indexes(call.access))
    details = {
        "matchedTasks": len(uids),
        counted: None,
        "originalFilter": f"?{urlencode(list(call.query.multi_items()))}",
    }
    payload = json.dumps({"uids": uids}).encode()
    return enqueue(call, type_, None, details, payload=payload)
