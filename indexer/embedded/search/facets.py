"""Facet counts, statistics of numbers, and the search among facet values."""

from collections.abc import Mapping, Sequence
from typing import Any

from rapidfuzz.distance import OSA
from tantivy import Query

from indexer.embedded.index.layout import Layout, is_facet
from indexer.embedded.index.patterns import filterable_features, filterable_patterns, matches
from indexer.embedded.index.state import IndexState
from indexer.embedded.index.words import fold, normalise

MOST_KEPT = 64  # results remembered, of 5 to 50 kB each
LONGEST_KEPT = 2_000  # characters of a query and its filters
MANY = 1_000  # different values of an attribute: more are counted by their hashes
WIDE = 65_000  # values one segment may report: tantivy's own bound on buckets


def facet_paths(settings: Mapping[str, Any], layout: Layout, wanted: Sequence[str]) -> list[str]:
    """The attributes a request for facets speaks of; patterns and `*` are spelled out."""
    paths: dict[str, None] = {}
    for pattern in wanted:
        if filterable_features(settings, pattern) is not None and "*" not in pattern:
            inner = [path for path in layout.columns if matches(pattern, path)]
            paths.update(dict.fromkeys(inner or [pattern]))
        else:
            for path in layout.columns:
                if matches(pattern, path) and filterable_features(settings, path) is not None:
                    paths[path] = None
    return list(paths)


def order_of(settings: Mapping[str, Any], path: str) -> str:
    """`alpha` or `count`, by the most telling entry of sortFacetValuesBy."""
    orders = settings["faceting"]["sortFacetValuesBy"]
    return str(orders.get(path) or orders.get("*") or "alpha")


Counts = dict[str, int]
Stats = dict[str, float]


class FacetCounter:
    """Counts facet values over the matches of a query."""

    def __init__(self, state: IndexState) -> None:
        self._state = state
        self._settings = state.settings
        self._columns = state.layout.columns

    def count(
        self, query: Query, paths: Sequence[str], matched_by: str
    ) -> tuple[dict[str, Counts], dict[str, Stats]]:
        """Counts per attribute and value, and {min, max} of attributes with numbers.

        matched_by: what decides which documents match. What was counted last is kept until the
        next commit: the next page and another order have the same counts.
        """
        kept: dict[Any, dict[str, tuple[Counts, Stats | None]]]
        kept = self._state.cache.setdefault("facets", {})
        key = (matched_by, *paths)
        found = kept.get(key)
        if found is None:
            found = self._count(query, paths)
            if len(kept) >= MOST_KEPT:
                kept.clear()
            if len(matched_by) <= LONGEST_KEPT:
                kept[key] = found
        ordered = sorted(found.items())
        counts = {path: counted for path, (counted, _) in ordered}
        return counts, {path: stats for path, (_, stats) in ordered if stats is not None}

    def _count(self, query: Query, paths: Sequence[str]) -> dict[str, tuple[Counts, Stats | None]]:
        size = self._settings["faceting"]["maxValuesPerFacet"]
        wanted: dict[str, Any] = {}
        for path in paths:
            wanted.update(self._requests(path, size, hashed=self._by_hash(path)))
        found = self._state.searcher.aggregate(query, wanted) if wanted and size else {}
        counted: dict[str, tuple[Counts, Stats | None]] = {}
        for path in paths:
            numbers = found.get(f"s{self._columns.get(path)}")
            stats: Stats | None = None
            if numbers and numbers["count"]:
                stats = {"min": numbers["min"], "max": numbers["max"]}
            counted[path] = (self._counts(found, path, size), stats)
        return counted

    def _by_hash(self, path: str) -> bool:
        """Are there many values, and is their own order of no account?"""
        hashed = self._state.layout.hashed and is_facet(self._settings, path)
        by_count = order_of(self._settings, path) == "count"
        return hashed and by_count and self._state.has_many(path, MANY)

    def _requests(self, path: str, size: int, *, hashed: bool = False) -> dict[str, Any]:
        column = self._columns.get(path)
        if column is None:
            return {}
        by_count = order_of(self._settings, path) == "count"
        order = {"_count": "desc"} if by_count else {"_key": "asc"}
        terms = {"size": min(size, WIDE), "segment_size": WIDE, "order": order}
        wanted: dict[str, Any] = {}
        for kind in ("h" if hashed else "k", "n"):
            if self._state.has_values(f"{kind}{column}"):
                wanted[f"{kind}{column}"] = {"terms": {"field": f"{kind}{column}", **terms}}
        if f"n{column}" in wanted:
            wanted[f"s{column}"] = {"stats": {"field": f"n{column}"}}
        return wanted

    def _counts(self, found: Mapping[str, Any], path: str, size: int) -> Counts:
        column = self._columns.get(path)
        values: list[tuple[str, int, Any]] = []
        for bucket in found.get(f"n{column}", {}).get("buckets", ()):
            number = float(bucket["key"])
            values.append((number_text(number), bucket["doc_count"], (0, number)))
        if buckets := found.get(f"k{column}", {}).get("buckets"):
            spellings = self._state.spellings(path)
            for bucket in buckets:
                key = bucket["key"]
                values.append((spellings.get(key, key), bucket["doc_count"], (1, key)))
        if buckets := found.get(f"h{column}", {}).get("buckets"):
            known = self._state.hashed_values(path, [one["key"] for one in buckets])
            for bucket in buckets:
                if bucket["key"] in known:
                    key, shown = known[bucket["key"]]
                    values.append((shown, bucket["doc_count"], (1, key)))
        if order_of(self._settings, path) == "count":
            values.sort(key=lambda value: (-value[1], value[2]))
        else:
            values.sort(key=lambda value: value[2])
        return {shown: count for shown, count, _ in values[:size]}

    def search(
        self, query: Query, path: str, typed: str, most: int, typos: tuple[int, int]
    ) -> list[dict[str, Any]]:
        """Facet values that match what was typed, by prefix of any of their words, with typos."""
        requests = self._requests(path, WIDE)
        if not requests:
            return []
        counts = self._counts(self._state.searcher.aggregate(query, requests), path, WIDE)
        wanted = [fold(word) for word in normalise(typed).split()]
        hits = [
            {"value": value, "count": count}
            for value, count in counts.items()
            if _value_matches(wanted, value, typos)
        ]
        if wanted and order_of(self._settings, path) != "count":
            hits.sort(key=lambda hit: normalise(str(hit["value"])))
        return hits[:most]


def _value_matches(wanted: Sequence[str], value: str, typos: tuple[int, int]) -> bool:
    normal = fold(normalise(value))
    if not wanted or normal.startswith(" ".join(wanted)):
        return True
    words = normal.replace(">", " ").replace("-", " ").split()
    return all(any(_begins(word, one, typos) for word in words) for one in wanted)


def _begins(word: str, typed: str, typos: tuple[int, int]) -> bool:
    if word.startswith(typed) or (not typed.isascii() and typed in word):
        return True
    one, two = typos
    allowed = 2 if len(typed) >= two else 1 if len(typed) >= one else 0
    if not allowed:
        return False
    lengths = range(max(1, len(typed) - allowed), len(typed) + allowed + 1)
    nearest = min(OSA.distance(typed, word[:length]) for length in lengths)
    return nearest + (word[0] != typed[0]) <= allowed


def number_text(number: float) -> str:
    """A number as a facet value: whole numbers without a point."""
    return str(int(number)) if number.is_integer() and abs(number) < 1e16 else repr(number)


def not_a_facet(settings: Mapping[str, Any], name: str) -> str:
    patterns = filterable_patterns(settings)
    if not patterns:
        return (
            f"Invalid facet distribution: Attribute `{name}` is not filterable. This index does "
            "not have configured filterable attributes."
        )
    listed = ", ".join(f"`{one}`" for one in patterns)
    return (
        f"Invalid facet distribution: Attribute `{name}` is not filterable. Available filterable "
        f"attributes patterns are: `{listed}`."
    )
