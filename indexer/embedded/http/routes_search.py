"""Routes of searching in one index: its documents, and its facet values."""

from collections.abc import Mapping
from typing import Any

from indexer.embedded.http.calls import SearchCall
from indexer.embedded.http.routes_indexes import check_uid
from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.patterns import filterable_features
from indexer.embedded.search import parameters
from indexer.embedded.search.facets import FacetCounter
from indexer.embedded.search.preparing import prepare
from indexer.embedded.search.search import search


def get(call: SearchCall) -> Any:
    return _search(call, parameters.from_query(call.query))


def post(call: SearchCall) -> Any:
    return _search(call, {} if not call.body.strip() else call.json())


def _search(call: SearchCall, body: Any) -> Any:
    asked = parameters.read(body)
    state = call.indexes.get(check_uid(call.uid))
    found = search(state, asked, call.access.filter_for(call.uid))
    return with_details(found, body)


def with_details(found: dict[str, Any], body: Mapping[str, Any]) -> dict[str, Any]:
    if body.get("showPerformanceDetails") in (True, "true"):
        found["performanceDetails"] = {"search": f"{found['processingTimeMs']} ms"}
    return found


def facet_search(call: SearchCall) -> Any:
    body = call.json()
    if not isinstance(body, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    if body.get("facetName") is None:
        raise ApiError("missing_facet_search_facet_name", "Missing field `facetName`")
    name, typed = body["facetName"], body.get("facetQuery")
    if not isinstance(name, str):
        raise ApiError(
            "invalid_facet_search_facet_name",
            "Invalid value type at `.facetName`: expected a string",
        )
    if typed is not None and not isinstance(typed, str):
        raise ApiError(
            "invalid_facet_search_facet_query",
            "Invalid value type at `.facetQuery`: expected a string",
        )
    asked = parameters.read(
        {key: value for key, value in body.items() if key in parameters.FIELDS},
        extra={},
    )
    state = call.indexes.get(call.uid)
    _check_facet(state.settings, name)
    prepared = prepare(state, asked, call.access.filter_for(call.uid))
    facets = FacetCounter(state)
    sizes = state.settings["typoTolerance"]["minWordSizeForTypos"]
    found = facets.search(
        prepared.matching(),
        name,
        (typed or "")[:1_000],
        state.settings["faceting"]["maxValuesPerFacet"],
        (sizes["oneTypo"], sizes["twoTypos"]),
    )
    return {"facetHits": found, "facetQuery": typed, "processingTimeMs": 0}


def _check_facet(settings: Mapping[str, Any], name: str) -> None:
    if not settings["facetSearch"]:
        raise ApiError(
            "facet_search_disabled", "The facet search is disabled for this index", status=400
        )
    features = filterable_features(settings, name)
    if features is None or not features.facet_search:
        raise ApiError(
            "invalid_facet_search_facet_name",
            f"Attribute `{name}` is not facet-searchable. Make it filterable, with the feature "
            "`facetSearch`, in filterableAttributes.",
        )
