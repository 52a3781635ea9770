"""One search: parameters in, Meilisearch's answer out. The parts are in the modules it imports."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tantivy import Query

from indexer.embedded.errors import ApiError
from indexer.embedded.facets import Facets, facet_paths, not_a_facet
from indexer.embedded.filter_queries import FilterQueries, both, not_filterable
from indexer.embedded.filters import parse as parse_filter
from indexer.embedded.flatten import select
from indexer.embedded.formatting import Format, Formatter, crop_lengths
from indexer.embedded.layout import searchable_name
from indexer.embedded.levels import ByScore, ByText, Level, Refine, Row
from indexer.embedded.matching import Matcher
from indexer.embedded.ordering import Ordering
from indexer.embedded.parameters import SearchParameters
from indexer.embedded.patterns import any_matches, filterable_features, matches
from indexer.embedded.query import ParsedQuery, parse
from indexer.embedded.ranking import TEXT_RULES, Field, Ranking, Scale
from indexer.embedded.refining import refiner
from indexer.embedded.sorting import distance_to, sort_levels
from indexer.embedded.state import State
from indexer.embedded.words import fold


@dataclass(slots=True)
class Prepared:
    """A search made ready: its query, what it restricts, and how its hits are ordered."""

    state: State
    asked: SearchParameters
    parsed: ParsedQuery
    ranking: Ranking
    query: Query
    levels: list[Level]
    ordering: Ordering
    matcher: Matcher
    refine: Refine

    def best(self, most: int, offset: int = 0) -> Iterator[Row]:
        """The first `most` rows, in the order of the ranking rules."""
        return self.ordering.best(self.query, self.levels, most, self.refine, offset)


def prepare(state: State, asked: SearchParameters, filter_: Any = None) -> Prepared:
    """Read query, filter and sort against the index. filter_: a further filter, of the key."""
    settings = state.settings
    parsed = parse(
        asked.q,
        state.words,
        stop_words=[fold(word) for word in settings["stopWords"]],
        prefix=settings["prefixSearch"] != "disabled",
    )
    rules = text_rules(settings["rankingRules"])
    fields = searched_fields(state, asked.search_on)
    ranking = Ranking(state.schema, settings, state.vocabulary, state.words, fields, rules)
    query = ranking.query(parsed, asked.strategy)
    for one in (asked.filter, filter_):
        query = restrict(state, query, one)
    levels = rule_levels(state, asked, ranking.scale, bool(parsed.terms))
    ordering = Ordering(state.searcher, state.schema, ranking.scale)
    typos = {at: ranking.spellings.allowed_typos(one) for at, one in enumerate(parsed.terms)}
    matcher = Matcher(state.words, parsed, typos, ranking.spellings.synonyms)
    refine = refiner(state, parsed, matcher, fields)
    return Prepared(state, asked, parsed, ranking, query, levels, ordering, matcher, refine)


def restrict(
    state: State, query: Query, filter_: Any, code: str = "invalid_search_filter"
) -> Query:
    node = parse_filter(filter_, code=code)
    if node is None:
        return query
    wanted = FilterQueries(state.settings, state.layout, state.schema, code).query(node)
    return both(query, Query.const_score_query(wanted, 0.0))


def text_rules(rules: Sequence[str]) -> list[str]:
    """The rules in order; the older `attribute` is attributeRank followed by wordPosition."""
    found: list[str] = []
    for rule in rules:
        found += ["attribute"] if rule == "attributeRank" else [rule]
        if rule == "attribute":
            found.append("wordPosition")
    return found


def searched_fields(state: State, search_on: Sequence[str] | None) -> list[Field]:
    """The attributes to search, ranked; `search_on` narrows them. Raises: ApiError."""
    found = state.layout.searchable(state.settings)
    no_typos = state.settings["typoTolerance"]["disableOnAttributes"]
    fields = [
        Field(name, slot, rank, not any_matches(no_typos, name))
        for rank, (name, slot) in enumerate(found)
    ]
    if search_on is None or "*" in search_on:
        return fields
    for name in search_on:
        if "*" not in name and searchable_name(state.settings, name) is None:
            listed = ", ".join(f"`{one.name}`" for one in fields)
            raise ApiError(
                "invalid_search_attributes_to_search_on",
                f"Attribute `{name}` is not searchable. Available searchable attributes are: "
                f"`{listed}`.",
            )
    return [
        one
        for one in fields
        if any(matches(name, one.name) or matches(one.name, name) for name in search_on)
    ]


def rule_levels(
    state: State, asked: SearchParameters, scale: Scale, has_query: bool
) -> list[Level]:
    """The ranking rules of the settings as levels to order by."""
    levels: list[Level] = []
    sorted_already = False
    for rule in text_rules(state.settings["rankingRules"]):
        if rule in TEXT_RULES:
            if has_query and rule in scale.rules:
                at = scale.rules.index(rule)
                if rule == "exactness":
                    levels.append(ByText("exact"))
                levels.append(ByScore(at, at + 1))
        elif rule == "wordPosition" and has_query:
            levels.append(ByText("position"))
        elif rule == "sort":
            levels += sort_levels(state, asked.sort)
            sorted_already = True
        elif ":" in rule:
            levels += sort_levels(state, [rule], custom=True)
    if asked.sort and not sorted_already:
        raise ApiError(
            "invalid_search_sort",
            "You must specify where `sort` is listed in the rankingRules setting to use the sort "
            "parameter at search time.",
        )
    return levels


def search(state: State, asked: SearchParameters, filter_: Any = None) -> dict[str, Any]:
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
    state, asked = prepared.state, prepared.asked
    distinct = distinct_column(state, asked)
    if distinct is not None:
        from indexer.embedded.distinct import find_distinct

        return find_distinct(prepared, distinct, offset, limit)
    total = state.count(prepared.query)
    if limit == 0 or offset >= total:
        return [], total
    rows = list(prepared.best(min(total, offset + limit), offset))
    return above_threshold(prepared, rows[offset:]), total


def above_threshold(prepared: Prepared, rows: list[Row]) -> list[Row]:
    least = prepared.asked.score_threshold
    if least is None:
        return rows
    return [row for row in rows if ranking_score(prepared, row) >= least]


def distinct_column(state: State, asked: SearchParameters) -> str | None:
    """The attribute results shall be distinct by. Raises: ApiError."""
    if asked.distinct is None:
        found: str | None = state.settings["distinctAttribute"]
        return found
    if filterable_features(state.settings, asked.distinct) is None:
        raise ApiError("invalid_search_distinct", not_filterable(state.settings, asked.distinct))
    return asked.distinct


def ranking_score(prepared: Prepared, row: Row) -> float:
    """Between 0 and 1: how good the match is under all text rules together."""
    scale = prepared.ranking.scale
    if not prepared.parsed.terms or not row.digits:
        return 1.0
    terms = len(prepared.parsed.terms)
    missing = terms - row.digits[scale.rules.index("words")] if "words" in scale.rules else 0
    rank, size = 1, 1
    for rule, digit, levels in zip(scale.rules, row.digits, scale.levels, strict=True):
        if rule == "words":  # at least one word always matched
            digit, levels = max(0, digit - 1), levels - 1
        elif rule == "typo":  # only the typos these words are forgiven count
            forgiven = prepared.ranking.spellings.allowed_typos
            allowed = sum(forgiven(one) for one in prepared.parsed.terms)
            digit, levels = max(0, digit + 2 * missing - 2 * terms + allowed), allowed + 1
        else:  # what a missing word could not earn is counted under words alone
            digit = min(levels - 1, digit + missing * ((levels - 1) // terms))
        rank = (rank - 1) * levels + digit + 1
        size *= levels
    return rank / size


def hits(prepared: Prepared, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """The documents of a page, cut, highlighted and scored as asked."""
    state, asked = prepared.state, prepared.asked
    bodies = state.documents.bodies([row.n for row in rows])
    displayed = state.settings["displayedAttributes"]
    wanted = Format(
        frozenset(asked.highlight),
        crop_lengths(asked.crop, asked.crop_length),
        asked.pre_tag,
        asked.post_tag,
        asked.crop_marker,
    )
    formatter = Formatter(state.words, prepared.matcher, wanted)
    searchable = state.settings["searchableAttributes"]
    found = []
    for row in rows:
        if row.n not in bodies:
            continue
        document = select(bodies[row.n], displayed)
        hit = select(document, asked.retrieve)
        hit.update(distance_to(document, asked.sort))
        if wanted.wanted:
            shown = [*asked.retrieve, *wanted.highlight, *wanted.crop]
            hit["_formatted"] = formatter.formatted(select(document, shown))
        if asked.positions:
            hit["_matchesPosition"] = formatter.positions(document, searchable)
        if asked.score:
            hit["_rankingScore"] = ranking_score(prepared, row)
        if asked.score_details:
            hit["_rankingScoreDetails"] = score_details(prepared, row)
        found.append(hit)
    return found


def score_details(prepared: Prepared, row: Row) -> dict[str, Any]:
    scale = prepared.ranking.scale
    names = {"attribute": "attributeRank"}
    details: dict[str, Any] = {}
    for order, (rule, digit, levels) in enumerate(
        zip(scale.rules, row.digits, scale.levels, strict=False)
    ):
        details[names.get(rule, rule)] = {
            "order": order,
            "score": (digit + 1) / levels,
        }
    return details


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
    facets = Facets(state.searcher, state.settings, state.layout, state.spellings)
    paths = facet_paths(state.settings, state.layout, wanted)
    counts, stats = facets.count(prepared.query, paths)
    return {"facetDistribution": counts, "facetStats": stats}
