"""Several searches in one request: each with its own answer, or federated into one list of hits.

Federated hits are ordered by weighted ranking score.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from indexer.embedded.http.calls import SearchCall
from indexer.embedded.http.routes_indexes import check_uid
from indexer.embedded.http.routes_search import with_details
from indexer.embedded.index.errors import ApiError
from indexer.embedded.search import parameters
from indexer.embedded.search.parameters import SearchParameters
from indexer.embedded.search.preparing import Prepared, prepare
from indexer.embedded.search.scoring import ranking_score
from indexer.embedded.search.search import count_facets, find, hits, search

MAX_QUERIES = 1_000
_FIELDS = {"offset", "limit", "facetsByIndex", "mergeFacets", "distinct", "page", "hitsPerPage",
           "showPerformanceDetails"}  # fmt: skip
_PAGING = ("limit", "offset", "page", "hitsPerPage")


def multi(call: SearchCall) -> Any:
    body = call.json()
    if not isinstance(body, dict) or not isinstance(body.get("queries"), list):
        raise ApiError("bad_request", "Missing field `queries`: expected an array of searches.")
    for name in body:
        if name not in ("queries", "federation"):
            raise ApiError(
                "bad_request", f"Unknown field `{name}`: expected one of `queries`, `federation`"
            )
    queries = body["queries"]
    if len(queries) > MAX_QUERIES:
        raise ApiError("bad_request", f"More than {MAX_QUERIES} queries in one request.")
    federation = body.get("federation")
    if federation is not None:
        return federated(call, queries, federation)
    results = []
    for number, query in enumerate(queries):
        try:
            uid, asked = read_query(call, query)
            found = search(call.indexes.get(uid), asked, call.access.filter_for(uid))
        except ApiError as error:
            raise inside(number, error) from None
        results.append({"indexUid": uid, **with_details(found, query)})
    return {"results": results}


def read_query(
    call: SearchCall, query: Any, extra: Mapping[str, Any] | None = None
) -> tuple[str, SearchParameters]:
    """One query of a multi-search: its index, and what it asks for. Raises: ApiError."""
    if not isinstance(query, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    if "indexUid" not in query:
        raise ApiError("missing_index_uid", "Missing field `indexUid`")
    if query.get("federationOptions") is not None and not (extra or {}).get("federationOptions"):
        raise ApiError(
            "invalid_multi_search_federation_options",
            "Using `federationOptions` is not allowed in a non-federated search. Hint: remove "
            "`federationOptions` from query #0 or add `federation` to the request.",
        )
    uid = check_uid(query["indexUid"])
    call.access.check(uid)
    return uid, parameters.read(query, extra={"indexUid": True, "federationOptions": True})


def inside(number: int, error: ApiError) -> ApiError:
    """An error of one query says which one; as in Meilisearch it is a 400 unless about access."""
    status = error.status if error.status in (401, 403) else 400
    return ApiError(error.code, f"Inside `.queries[{number}]`: {error.message}", status=status)


def federated(call: SearchCall, queries: list[Any], federation: Any) -> dict[str, Any]:
    """Answer a multi-search with `federation`. Raises: ApiError."""
    offset, limit = _page(federation)
    found: list[tuple[float, int, int, Prepared, Any, dict[str, Any]]] = []
    total = 0
    prepared_queries: list[tuple[str, Prepared]] = []
    for number, query in enumerate(queries):
        try:
            uid, prepared, weight = _prepare(call, query, number)
            rows, count = find(prepared, 0, min(offset + limit, 1_000))
        except ApiError as error:
            raise inside(number, error) from None
        prepared_queries.append((uid, prepared))
        total += count
        if prepared.parsed.terms:
            prepared.candidates.score(prepared.query, rows)
        for place, row in enumerate(rows):
            score = ranking_score(prepared.ranking, prepared.parsed, prepared.score(row))
            mark = {
                "indexUid": uid,
                "queriesPosition": number,
                "weightedRankingScore": score * weight,
            }
            found.append((-score * weight, place, number, prepared, row, mark))
    found.sort(key=lambda one: one[:3])
    answer: dict[str, Any] = {
        "hits": _hits(found[offset : offset + limit]),
        "processingTimeMs": 0,
        "limit": limit,
        "offset": offset,
        "estimatedTotalHits": total,
    }
    if isinstance(federation, dict) and federation.get("facetsByIndex"):
        answer["facetsByIndex"] = _facets(call, prepared_queries, federation)
        if federation.get("mergeFacets") is not None:
            answer.update(_merged(answer.pop("facetsByIndex")))
    return answer


def _page(federation: Any) -> tuple[int, int]:
    if not isinstance(federation, dict):
        raise ApiError(
            "invalid_multi_search_federated",
            "Invalid value type at `.federation`: expected an object",
        )
    for name in federation:
        if name not in _FIELDS:
            listed = ", ".join(f"`{one}`" for one in sorted(_FIELDS))
            raise ApiError(
                "bad_request",
                f"Unknown field `{name}` inside `.federation`: expected one of {listed}",
            )
    for name in _PAGING:
        value = federation.get(name)
        if value is not None and (
            not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53
        ):
            raise ApiError(
                f"invalid_search_{'hits_per_page' if name == 'hitsPerPage' else name}",
                f"Invalid value at `.federation.{name}`: expected a positive integer",
            )
    if federation.get("page") is not None or federation.get("hitsPerPage") is not None:
        limit = 20 if federation.get("hitsPerPage") is None else federation["hitsPerPage"]
        page = 1 if federation.get("page") is None else federation["page"]
        return max(0, page - 1) * limit, limit if page else 0
    limit = 20 if federation.get("limit") is None else federation["limit"]
    return federation.get("offset") or 0, limit


def _prepare(call: SearchCall, query: Any, number: int) -> tuple[str, Prepared, float]:
    uid, asked = read_query(call, query, {"federationOptions": True})
    for name in _PAGING:
        if query.get(name) is not None:
            raise ApiError(
                "invalid_multi_search_query_pagination",
                f"Using pagination options is not allowed in federated queries. Hint: remove "
                f"`{name}` from query #{number} or remove `federation` from the request.",
            )
    if query.get("facets"):
        raise ApiError(
            "invalid_multi_search_query_facets",
            "Using facet options is not allowed in federated queries. Hint: remove `facets` from "
            f"query #{number}, or use `federation.facetsByIndex`.",
        )
    prepared = prepare(call.indexes.get(uid), asked, call.access.filter_for(uid))
    return uid, prepared, _weight(query.get("federationOptions"))


def _weight(options: Any) -> float:
    if options is None:
        return 1.0
    if not isinstance(options, dict) or set(options) - {"weight", "remote", "queryPosition"}:
        raise ApiError(
            "invalid_multi_search_federation_options", "`federationOptions` takes `weight`."
        )
    if options.get("remote") is not None:
        raise ApiError(
            "invalid_multi_search_remote",
            "The embedded engine has no remotes: set MEILI_URL to a Meilisearch server.",
        )
    weight = options.get("weight")
    if weight is None:
        return 1.0
    if not isinstance(weight, (int, float)) or isinstance(weight, bool) or not 0 <= weight < 1e9:
        raise ApiError("invalid_multi_search_weight", "`weight` is a number from 0 on.")
    return float(weight)


def _hits(page: list[tuple[float, int, int, Prepared, Any, dict[str, Any]]]) -> list[Any]:
    shown = []
    for _, _, _, prepared, row, mark in page:
        for hit in hits(prepared, [row]):
            hit["_federation"] = mark
            shown.append(hit)
    return shown


def _facets(
    call: SearchCall, prepared_queries: list[tuple[str, Prepared]], federation: Mapping[str, Any]
) -> dict[str, Any]:
    wanted = federation["facetsByIndex"]
    if not isinstance(wanted, dict):
        raise ApiError(
            "invalid_multi_search_facets_by_index",
            "Invalid value type at `.federation.facetsByIndex`: expected an object",
        )
    found: dict[str, Any] = {}
    for uid, prepared in prepared_queries:
        names = wanted.get(uid)
        if names is None or uid in found:
            continue
        if not isinstance(names, list) or not all(isinstance(one, str) for one in names):
            raise ApiError(
                "invalid_multi_search_facets", f"`facetsByIndex.{uid}` is an array of strings."
            )
        asked = replace(prepared.asked, facets=names)
        counted = count_facets(replace(prepared, asked=asked))
        found[uid] = {
            "distribution": counted["facetDistribution"],
            "stats": counted["facetStats"],
        }
    return found


def _merged(by_index: Mapping[str, Any]) -> dict[str, Any]:
    counts: dict[str, dict[str, int]] = {}
    stats: dict[str, dict[str, float]] = {}
    for facets in by_index.values():
        for name, values in facets["distribution"].items():
            into = counts.setdefault(name, {})
            for value, count in values.items():
                into[value] = into.get(value, 0) + count
        for name, numbers in facets["stats"].items():
            old = stats.get(name, numbers)
            stats[name] = {
                "min": min(old["min"], numbers["min"]),
                "max": max(old["max"], numbers["max"]),
            }
    return {"facetDistribution": counts, "facetStats": stats}
