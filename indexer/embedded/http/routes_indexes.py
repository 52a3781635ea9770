"""Routes of indexes themselves: list, make, change, delete, swap, fields, stats, compact."""

import re
from typing import Any

from indexer.embedded.http.access import visible
from indexer.embedded.http.calls import Answer, Call
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.layout import searchable_name
from indexer.embedded.index.patterns import any_matches, custom_rules, filterable_features, matches
from indexer.embedded.index.state import IndexState
from indexer.embedded.tasks.engine import folder_bytes, size_text

_UID = re.compile(r"^[A-Za-z0-9_-]{1,512}$")


def check_uid(uid: object) -> str:
    """Raises: ApiError unless this can be the name of an index."""
    if isinstance(uid, int) and not isinstance(uid, bool):
        uid = str(uid)
    if not isinstance(uid, str) or not _UID.match(uid):
        raise ApiError(
            "invalid_index_uid",
            f"`{str(uid)[:600]}` is not a valid index uid. Index uid can be an integer or a string "
            "containing only alphanumeric characters, hyphens (-) and underscores (_), and can "
            "not be more than 512 bytes.",
        )
    return uid


def enqueue(
    call: Call, type_: str, uid: str | None, details: dict[str, Any], **more: Any
) -> Answer:
    """Accept a task and wake the worker."""
    summary = call.engine.tasks.add(
        type_, uid, details, metadata=call.query.get("customMetadata"), **more
    )
    call.engine.wake.set()
    return Answer(summary, 202)


def list_indexes(call: Call) -> Any:
    call.known("offset", "limit")
    offset = call.number("offset", 0, "invalid_index_offset")
    limit = call.number("limit", 20, "invalid_index_limit")
    states = call.engine.states()
    uids = sorted(visible(list(states), call.access))
    page = uids[offset : offset + limit]
    return {
        "results": [states[uid].as_json() for uid in page],
        "offset": offset,
        "limit": limit,
        "total": len(uids),
    }


def create(call: Call) -> Any:
    body = _object(call.json(), {"uid", "primaryKey"})
    if "uid" not in body:
        raise ApiError("missing_index_uid", "Missing field `uid`")
    uid = check_uid(body["uid"])
    call.access.check(uid)
    return enqueue(call, "indexCreation", uid, {"primaryKey": _primary_key(body)})


def show(call: Call) -> Any:
    return call.engine.get(call.uid).as_json()


def update(call: Call) -> Any:
    body = call.json()
    for name in body if isinstance(body, dict) else ():
        if name in ("createdAt", "updatedAt"):
            code = (
                "immutable_index_created_at"
                if name == "createdAt"
                else "immutable_index_updated_at"
            )
            raise ApiError(code, f"Immutable field `{name}`: expected one of `primaryKey`, `uid`")
    body = _object(body, {"uid", "primaryKey"})
    details: dict[str, Any] = {"primaryKey": _primary_key(body)}
    if body.get("uid") is not None:
        new = check_uid(body["uid"])
        call.access.check(new)
        details.update(oldIndexUid=call.uid, newIndexUid=new)
    return enqueue(call, "indexUpdate", check_uid(call.uid), details)


def delete(call: Call) -> Any:
    return enqueue(call, "indexDeletion", check_uid(call.uid), {"deletedDocuments": None})


def compact(call: Call) -> Any:
    call.engine.get(call.uid)
    details = {"preCompactionSize": None, "postCompactionSize": None}
    return enqueue(call, "indexCompaction", call.uid, details)


def swap(call: Call) -> Any:
    body = call.json()
    if not isinstance(body, list):
        raise ApiError("bad_request", "Invalid value type: expected an array of swaps.")
    seen: set[str] = set()
    swaps = []
    for number, one in enumerate(body):
        one = _object(one, {"indexes", "rename"})
        if "indexes" not in one:
            raise ApiError("missing_swap_indexes", f"Missing field `indexes` inside `[{number}]`")
        pair = one["indexes"]
        if not isinstance(pair, list) or len(pair) != 2:
            raise ApiError(
                "invalid_swap_indexes",
                f"Two indexes must be given for each swap. The list `{str(pair)[:200]}` contains "
                f"{len(pair) if isinstance(pair, list) else 0} indexes.",
            )
        if not isinstance(one.get("rename") or False, bool):
            raise ApiError(
                "invalid_swap_rename", "Invalid value type at `.rename`: expected a boolean"
            )
        for uid in map(check_uid, pair):
            call.access.check(uid)
            if uid in seen:
                raise ApiError(
                    "invalid_swap_duplicate_index_found",
                    f"Indexes must be declared only once during a swap. `{uid}` was specified "
                    "several times.",
                )
            seen.add(uid)
        swaps.append({"indexes": pair, "rename": bool(one.get("rename"))})
    return enqueue(call, "indexSwap", None, {"swaps": swaps})


def stats(call: Call) -> Any:
    call.known("showInternalDatabaseSizes", "sizeFormat")
    return index_stats(call, call.engine.get(call.uid))


def all_stats(call: Call) -> Any:
    call.known("showInternalDatabaseSizes", "sizeFormat")
    states = call.engine.states()
    seen = [states[uid] for uid in visible(list(states), call.access)]
    if call.access.of_all:
        size = call.engine.size_bytes()
    else:  # the store itself grows with every index
        size = sum(folder_bytes(call.engine.root / state.folder) for state in seen)
    condition = call.engine.condition
    return {
        "databaseSize": _size(call, size),
        "usedDatabaseSize": _size(call, size),
        "lastUpdate": max((one.updated_at for one in seen), default=None),
        "indexes": {state.uid: index_stats(call, state) for state in seen},
        "readers": {"running": condition.readers, "wanted": condition.readers_wanted},
    }


def index_stats(call: Call, state: IndexState) -> dict[str, Any]:
    size = folder_bytes(call.engine.root / state.folder)
    count = state.searcher.num_docs
    found = {
        "numberOfDocuments": count,
        "rawDocumentDbSize": _size(call, size),
        "avgDocumentSize": _size(call, size // count if count else 0),
        "isIndexing": call.engine.tasks.unfinished(state.uid),
        "numberOfEmbeddings": 0,
        "numberOfEmbeddedDocuments": 0,
        "fieldDistribution": dict(sorted(state.fields.items())),
    }
    if call.query.get("showInternalDatabaseSizes") == "true":
        found["internalDatabaseSizes"] = {"tantivy": _size(call, size)}
    return found


def _size(call: Call, size: int) -> Any:
    wanted = call.query.get("sizeFormat", "raw")
    if wanted not in ("raw", "human"):
        raise ApiError("invalid_stats_size_format", "`sizeFormat` is `raw` or `human`.")
    return size_text(size) if wanted == "human" else size


def fields(call: Call) -> Any:
    """The attributes of an index and what the settings make of each."""
    state = call.engine.get(call.uid)
    body = call.json() if call.body.strip() else {}
    body = _object(body, {"offset", "limit", "filter"})
    offset, limit = body.get("offset") or 0, body.get("limit")
    limit = 20 if limit is None else limit
    if not all(isinstance(one, int) and 0 <= one < 2**53 for one in (offset, limit)):
        raise ApiError("invalid_index_limit", "`offset` and `limit` are positive integers.")
    wanted = _object(body.get("filter") or {}, _FIELD_FILTERS)
    names = sorted({*state.layout.paths, *state.fields})
    found = [one for one in (_field(state, name) for name in names) if _passes(one, wanted)]
    return {
        "results": found[offset : offset + limit],
        "offset": offset,
        "limit": limit,
        "total": len(found),
    }


_FIELD_FILTERS = {
    "attributePatterns",
    "displayed",
    "searchable",
    "sortable",
    "distinct",
    "rankingRule",
    "filterable",
}


def _field(state: IndexState, name: str) -> dict[str, Any]:
    settings = state.settings
    features = filterable_features(settings, name)
    rules = [rule for rule in settings["rankingRules"] if rule.rsplit(":", 1)[0] == name]
    order = rules[0].rsplit(":", 1)[1] if rules and name in custom_rules(settings) else None
    return {
        "name": name,
        "displayed": {"enabled": any_matches(settings["displayedAttributes"], name)},
        "searchable": {"enabled": searchable_name(settings, name) is not None},
        "sortable": {"enabled": any_matches(settings["sortableAttributes"], name)},
        "distinct": {"enabled": settings["distinctAttribute"] == name},
        "rankingRule": {"enabled": order is not None, "order": order},
        "filterable": {
            "enabled": features is not None,
            "sortBy": "alpha",
            "facetSearch": features is not None and features.facet_search,
            "equality": features is not None and features.equality,
            "comparison": features is not None and features.comparison,
        },
        "localized": {"locales": []},
    }


def _passes(field: dict[str, Any], wanted: dict[str, Any]) -> bool:
    for name, value in wanted.items():
        if value is None:
            continue
        if name == "attributePatterns":
            if not isinstance(value, list) or not any(
                isinstance(one, str) and matches(one, field["name"]) for one in value
            ):
                return False
        elif field[name]["enabled"] is not value:
            return False
    return True


def _object(body: object, known: set[str]) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    for name in body:
        if name not in known:
            listed = ", ".join(f"`{one}`" for one in sorted(known))
            raise ApiError("bad_request", f"Unknown field `{name}`: expected one of {listed}")
    return body


def _primary_key(body: dict[str, Any]) -> str | None:
    key = body.get("primaryKey")
    if key is not None and not isinstance(key, str):
        raise ApiError(
            "invalid_index_primary_key", "Invalid value type at `.primaryKey`: expected a string"
        )
    return key
