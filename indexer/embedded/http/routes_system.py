"""Routes of the server itself: health, version, keys, features, dumps, and what is out of scope."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from indexer.embedded.http.calls import Answer, Call
from indexer.embedded.http.routes_indexes import enqueue
from indexer.embedded.index.errors import ApiError
from indexer.embedded.tasks.engine import FEATURES, VERSION, Engine


def health(call: Call) -> Any:
    """Meilisearch's answer, and more only where something is amiss: searches go on meanwhile."""
    condition = call.engine.condition
    found: dict[str, Any] = {"status": "available"}
    stall = condition.stall()
    if stall is not None:
        found["tasks"] = {"stalledSince": stall.since, "reason": stall.why}
        with suppress(sqlite3.Error):  # it may be the store that fails
            waiting, oldest = call.engine.tasks.backlog()
            found["tasks"].update(waiting=waiting, oldestEnqueuedAt=oldest)
    if amiss := _amiss(call.engine):
        found["indexes"] = amiss
    if condition.readers < condition.readers_wanted:
        found["readers"] = {"running": condition.readers, "wanted": condition.readers_wanted}
    return found


def _amiss(engine: Engine) -> dict[str, str]:
    """Index → what is wrong with it: it is being rebuilt, or could not be."""
    found = {}
    for uid, state in engine.states().items():
        words = engine.unready(state) or engine.condition.given_up.get(state.folder)
        if words is not None:
            found[uid] = words
    return found


def root(call: Call) -> Any:
    return {"status": "Meilisearch is running"}


def version(call: Call) -> Any:
    return {"commitSha": "embedded", "commitDate": "unknown", "pkgVersion": VERSION}


def list_keys(call: Call) -> Any:
    call.known("offset", "limit")
    offset = call.number("offset", 0, "invalid_api_key_offset")
    limit = call.number("limit", 20, "invalid_api_key_limit")
    keys = call.engine.keys.all()
    return {
        "results": keys[offset : offset + limit],
        "offset": offset,
        "limit": limit,
        "total": len(keys),
    }


def create_key(call: Call) -> Any:
    return Answer(call.engine.keys.create(call.json()), 201)


def show_key(call: Call) -> Any:
    return call.engine.keys.get(call.path["key"])


def update_key(call: Call) -> Any:
    return call.engine.keys.update(call.path["key"], call.json())


def delete_key(call: Call) -> Any:
    call.engine.keys.delete(call.path["key"])
    return Answer(None, 204)


def features(call: Call) -> Any:
    return call.engine.features()


def update_features(call: Call) -> Any:
    body = call.json()
    if not isinstance(body, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    for name, value in body.items():
        if name not in FEATURES:
            listed = ", ".join(f"`{one}`" for one in FEATURES)
            raise ApiError("bad_request", f"Unknown field `{name}`: expected one of {listed}")
        if value is not None and not isinstance(value, bool):
            raise ApiError("bad_request", f"Invalid value type at `.{name}`: expected a boolean")
    return call.engine.set_features(
        {name: value for name, value in body.items() if value is not None}
    )


def dump(call: Call) -> Any:
    return enqueue(call, "dumpCreation", None, {"dumpUid": None})


def snapshot(call: Call) -> Any:
    return enqueue(call, "snapshotCreation", None, {})


def webhooks(call: Call) -> Any:
    return {"results": []}


def unsupported(what: str, instead: str) -> Callable[[Call], Any]:
    """A route of Meilisearch that this engine leaves out, with what to use instead."""

    def refuse(call: Call) -> Any:
        raise ApiError("feature_not_enabled", f"The embedded engine has no {what}: {instead}.")

    return refuse


REAL_SERVER = "set MEILI_URL to a Meilisearch server"
OUT_OF_SCOPE = {
    "/network": ("network of servers", f"for more than one machine {REAL_SERVER}"),
    "/chats": ("chats", f"search with POST /indexes/{{uid}}/search, or {REAL_SERVER}"),
    "/export": ("export to other servers", "use POST /dumps, or read /indexes/{uid}/documents"),
    "/dynamic-search-rules": (
        "dynamic search rules",
        f"use ranking rules and filters, or {REAL_SERVER}",
    ),
    "/webhooks": ("webhooks", "ask GET /tasks until the task has finished"),
    "/render-template": ("templates", f"render the hits yourself, or {REAL_SERVER}"),
    "/metrics": ("metrics", "use GET /stats"),
    "/logs": ("log routes", "read the standard error of the engine's process"),
    "/indexes/{uid}/similar": ("similar documents", f"search by words or facets, or {REAL_SERVER}"),
    "/indexes/{uid}/documents/edit": (
        "editing of documents by function",
        "send changed documents with PUT /indexes/{uid}/documents",
    ),
}
