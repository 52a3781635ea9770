"""Routes of documents: add, update, delete, and read them one by one or by pages."""

import json
from collections.abc import Mapping
from typing import Any

from tantivy import Query

from indexer.embedded.http.calls import Call, require_type
from indexer.embedded.http.routes_indexes import check_uid, enqueue
from indexer.embedded.index import payloads
from indexer.embedded.index.errors import ApiError, document_not_found
from indexer.embedded.index.flatten import select
from indexer.embedded.index.state import IndexState
from indexer.embedded.search.candidates import Candidates, both
from indexer.embedded.search.filters import parse
from indexer.embedded.search.ordering import Ordering
from indexer.embedded.search.preparing import restriction
from indexer.embedded.search.ranking import scale
from indexer.embedded.search.sorting import sort_levels

_WRITE = ("primaryKey", "csvDelimiter", "customMetadata", "skipCreation")
_LIST = ("offset", "limit", "fields", "retrieveVectors", "ids", "filter", "sort")


def replace(call: Call) -> Any:
    return _add(call, merge=False)


def update(call: Call) -> Any:
    return _add(call, merge=True)


def _add(call: Call, *, merge: bool) -> Any:
    uid = check_uid(call.uid)
    call.known(*_WRITE)
    require_type(call.content_type, payloads.TYPES)
    delimiter = call.query.get("csvDelimiter")
    if delimiter is not None and (call.content_type != "text/csv" or len(delimiter) != 1):
        raise ApiError(
            "invalid_document_csv_delimiter",
            "`csvDelimiter` is one ASCII character, and goes with the Content-Type `text/csv`.",
        )
    if not call.body.strip():
        kind = call.content_type.rsplit("/", 1)[-1].removeprefix("x-")
        raise ApiError("missing_payload", f"A {kind} payload is missing.")
    skip = call.query.get("skipCreation", "false")
    if skip not in ("true", "false"):
        raise ApiError("invalid_skip_creation", "`skipCreation` is `true` or `false`.")
    found = payloads.parse(call.body, call.content_type, delimiter or ",")
    options = {
        "type": call.content_type,
        "merge": merge,
        "primaryKey": call.query.get("primaryKey"),
        "delimiter": delimiter or ",",
        "skipCreation": skip == "true",
    }
    details = {"receivedDocuments": len(found), "indexedDocuments": None}
    payload = json.dumps(options).encode() + b"\n" + call.body
    return enqueue(call, "documentAdditionOrUpdate", uid, details, payload=payload)


def delete_one(call: Call) -> Any:
    call.known("customMetadata")
    return _delete_ids(call, [call.path["id"]])


def delete_batch(call: Call) -> Any:
    call.known("customMetadata")
    body = call.json()
    if not isinstance(body, list):
        raise ApiError("bad_request", "Invalid value type: expected an array of document ids.")
    return _delete_ids(call, body)


def _delete_ids(call: Call, ids: list[Any]) -> Any:
    checked = [payloads.document_id({"id": one}, "id") for one in ids]
    details = {"providedIds": len(checked), "deletedDocuments": None, "originalFilter": None}
    payload = json.dumps({"ids": checked}).encode()
    return enqueue(call, "documentDeletion", check_uid(call.uid), details, payload=payload)


def delete_by_filter(call: Call) -> Any:
    call.known("customMetadata")
    body = call.json()
    if not isinstance(body, dict) or set(body) - {"filter"}:
        raise ApiError("bad_request", "Expected an object with `filter`.")
    if body.get("filter") is None:
        raise ApiError("missing_document_filter", "Missing field `filter`")
    parse(body["filter"], code="invalid_document_filter")
    state = call.engine.find(call.uid)
    if state is not None:
        restriction(state, body["filter"], "invalid_document_filter")
    details = {
        "providedIds": 0,
        "deletedDocuments": None,
        "originalFilter": json.dumps(body["filter"]),
    }
    return enqueue(call, "documentDeletion", check_uid(call.uid), details)


def delete_all(call: Call) -> Any:
    call.known("customMetadata")
    details = {"providedIds": 0, "deletedDocuments": None, "originalFilter": None}
    return enqueue(call, "documentDeletion", check_uid(call.uid), details)


def get_one(call: Call) -> Any:
    call.known("fields", "retrieveVectors")
    state = call.engine.get(call.uid)
    document_id = payloads.document_id({"id": call.path["id"]}, "id")
    found = state.documents.get(document_id)
    if found is None:
        raise document_not_found(call.path["id"])
    return _cut(state, found, call.names("fields"))


def list_documents(call: Call) -> Any:
    call.known(*_LIST)
    return _page(
        call,
        {
            "offset": call.number("offset", 0, "invalid_document_offset"),
            "limit": call.number("limit", 20, "invalid_document_limit"),
            "fields": call.names("fields"),
            "ids": call.names("ids"),
            "filter": call.query.get("filter"),
            "sort": call.names("sort"),
        },
    )


def fetch(call: Call) -> Any:
    body = call.json()
    if not isinstance(body, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    for name in body:
        if name not in _LIST:
            listed = ", ".join(f"`{one}`" for one in _LIST)
            raise ApiError("bad_request", f"Unknown field `{name}`: expected one of {listed}")
    for name in ("offset", "limit"):
        value = body.get(name)
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53
        ):
            raise ApiError(
                f"invalid_document_{name}",
                f"Invalid value at `.{name}`: expected a positive integer",
            )
    sort = body.get("sort")
    if isinstance(sort, str):
        body = {**body, "sort": [one for one in sort.split(",") if one]}
    for name in ("fields", "ids", "sort"):
        value = body.get(name)
        if value is not None and not isinstance(value, list):
            raise ApiError(
                f"invalid_document_{name}", f"Invalid value type at `.{name}`: expected an array"
            )
    return _page(call, body)


def _page(call: Call, asked: Mapping[str, Any]) -> Any:
    state = call.engine.get(call.uid)
    offset = asked.get("offset") or 0
    limit = 20 if asked.get("limit") is None else asked["limit"]
    ids, filter_, sort = asked.get("ids"), asked.get("filter"), asked.get("sort")
    if ids is None and filter_ is None and not sort:
        found = state.documents.page(offset, limit)
        total = state.documents.count()
    else:
        state = call.indexes.get(call.uid)
        found, total = _chosen(state, ids, filter_, sort or [], offset, limit)
    fields = asked.get("fields")
    return {
        "results": [_cut(state, one, fields) for one in found],
        "offset": offset,
        "limit": limit,
        "total": total,
    }


def _chosen(
    state: IndexState, ids: Any, filter_: Any, sort: list[str], offset: int, limit: int
) -> tuple[list[dict[str, Any]], int]:
    query = Query.const_score_query(Query.all_query(), 0.0)
    wanted = restriction(state, filter_, "invalid_document_filter")
    if wanted is not None:
        query = both(query, wanted)
    if ids is not None:
        checked = [payloads.document_id({"id": one}, "id") for one in ids]
        numbers = list(state.documents.numbers(checked).values())
        chosen = (
            Query.term_set_query(state.schema, "_n", numbers) if numbers else Query.empty_query()
        )
        query = query.and_must_match(Query.const_score_query(chosen, 0.0))
    if any(not isinstance(one, str) for one in sort):
        raise ApiError("invalid_document_sort", "Invalid value type at `.sort`: expected strings")
    levels = sort_levels(state, sort, code="invalid_document_sort")
    total = state.count(query)
    candidates = Candidates(state.searcher, state.schema, state.cache)
    ordering = Ordering(candidates, scale((), 1, 1), query)
    rows = list(ordering.best(levels, min(total, offset + limit)))[offset:]
    bodies = state.documents.bodies([row.n for row in rows])
    return [bodies[row.n] for row in rows if row.n in bodies], total


def _cut(state: IndexState, document: dict[str, Any], fields: list[str] | None) -> dict[str, Any]:
    """Reading documents shows all attributes: displayedAttributes concern searches only."""
    if fields is None or "*" in fields:
        return document
    return select(document, [one for one in fields if isinstance(one, str)])
