"""One search: parameters in, Meilisearch's answer out. The parts are in the modules it imports."""

import time
from collections.abc import Sequence
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.flatten import select
from indexer.embedded.index.patterns import filterable_features, matches
from indexer.embedded.index.state import IndexState
from indexer.embedded.search.distinct import find_distinct
from indexer.embedded.search.facets import FacetCounter, facet_paths, not_a_facet
from indexer.embedded.search.filter_queries import not_filterable
from indexer.embedded.search.formatting import Format, Formatter, crop_lengths
from indexer.embedded.search.levels import Row
from indexer.embedded.search.parameters import SearchParameters
from indexer.embedded.search.preparing import Prepared, prepare
from indexer.embedded.search.scoring import ranking_score, score_details
from indexer.embedded.search.sorting import distance_to


def search(state: IndexState, asked: SearchParameters, filter_: Any = None) -> dict[str, Any]:
    """Answer a search. Raises: ApiError."""
    started = time.perf_counter()
    prepared = prepare(state, asked, filter_)
    most = state.settings["pagination"]["maxTotalHits"]
    if asked.exhaustive:
        size = 20 if asked.hits_per_page is None else asked.hits_per_page
        page = 1 if asked.page is None else asked.page
        offset = (page - 1) * size if page > 0 else 0
        limit = size if page > 0 else 0
    else:
        offset, limit = asked.offset, asked.limit
    limit = max(0, min(limit, most - offset))
    rows, total = find(prepared, offset, limit)
    answer: dict[str, Any] = {"hits": hits(prepared, rows), "query": asked.q or ""}
    answer["processingTimeMs"] = 0
    total = min(total, most)
    if asked.exhaustive:
        pages = 0 if size == 0 else -(-total // size)
        answer.update(hitsPerPage=size, page=page, totalPages=pages, totalHits=total)
    else:
        answer.update(limit=asked.limit, offset=asked.offset, estimatedTotalHits=total)
    if asked.facets is not None:
        answer.update(count_facets(prepared))
    answer["processingTimeMs"] = int((time.perf_counter() - started) * 1000)
    return answer


def find(prepared: Prepared, offset: int, limit: int) -> tuple[list[Row], int]:
    """The rows of a page, and how many documents there are in all."""
    distinct = distinct_column(prepared.state, prepared.asked)
    if distinct is not None:
        return find_distinct(prepared, distinct, offset, limit)
    if limit == 0:
        return [], prepared.total()
    rows = list(prepared.best(offset + limit, offset))
    return rows[offset:], prepared.total()


def distinct_column(state: IndexState, asked: SearchParameters) -> str | None:
    """The attribute results shall be distinct by. Raises: ApiError."""
    if asked.distinct is None:
        found: str | None = state.settings["distinctAttribute"]
        return found
    if filterable_features(state.settings, asked.distinct) is None:
        raise ApiError("invalid_search_distinct", not_filterable(state.settings, asked.distinct))
    return asked.distinct


def hits(prepared: Prepared, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The documents of a page, cut, highlighted and scored as asked."""
    state, asked = prepared.state, prepared.asked
    bodies = prepared.bodies.of(rows)
    if asked.score or asked.score_details:
        prepared.candidates.score(prepared.query, rows)
    displayed = state.settings["displayedAttributes"]
    wanted = Format(
        frozenset(asked.highlight),
        crop_lengths(asked.crop, asked.crop_length),
        asked.pre_tag,
        asked.post_tag,
        asked.crop_marker,
    )
    formatter = Formatter(prepared.matcher, wanted)
    searchable = state.settings["searchableAttributes"]
    shown = [*asked.retrieve, *wanted.highlight, *wanted.crop]
    judged = prepared.ranking, prepared.parsed
    found = []
    for row in rows:
        if row.n not in bodies:
            continue
        document = select(bodies[row.n], displayed)
        hit = select(document, asked.retrieve)
        if asked.sort:
            hit.update(distance_to(document, asked.sort))
        if wanted.wanted:
            hit["_formatted"] = formatter.formatted(select(document, shown))
        if asked.positions:
            hit["_matchesPosition"] = formatter.positions(document, searchable)
        if asked.score:
            hit["_rankingScore"] = ranking_score(*judged, prepared.score(row))
        if asked.score_details:
            hit["_rankingScoreDetails"] = score_details(*judged, prepared.score(row))
        found.append(hit)
    return found


def count_facets(prepared: Prepared) -> dict[str, Any]:
    """facetDistribution and facetStats over all matches."""
    state, asked = prepared.state, prepared.asked
    wanted = asked.facets or []
    for name in wanted:
        known = name == "*" or filterable_features(state.settings, name) is not None
        if not known and not any(
            matches(name, path) and filterable_features(state.settings, path) is not None
            for path in state.layout.columns
        ):
            raise ApiError("invalid_search_facets", not_a_facet(state.settings, name))
    facets = FacetCounter(state)
    paths = facet_paths(state.settings, state.layout, wanted)
    counts, stats = facets.count(prepared.matching(), paths, prepared.matched_by)
    return {"facetDistribution": counts, "facetStats": stats}
