"""Facet counts, statistics of numbers, and the search among facet values."""

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from rapidfuzz.distance import OSA
from tantivy import Query

from indexer.embedded.layout import Layout
from indexer.embedded.patterns import filterable_features, filterable_patterns, matches
from indexer.embedded.words import fold, normalise

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


class Facets:
    """Counts facet values over the matches of a query."""

    def __init__(
        self,
        searcher: tantivy.Searcher,
        settings: Mapping[str, Any],
        layout: Layout,
        spellings: Any,
    ) -> None:
        self._searcher = searcher
        self._settings = settings
        self._layout = layout
        self._spellings = spellings

    def count(
        self, query: Query, paths: Sequence[str], most: int | None = None
    ) -> tuple[dict[str, dict[str, int]], dict[str, dict[str, float]]]:
        """Returns: counts per attribute and value, and {min, max} of attributes with numbers."""
        size = self._settings["faceting"]["maxValuesPerFacet"] if most is None else most
        wanted: dict[str, Any] = {}
        for path in paths:
            column = self._layout.columns.get(path)
            if column is not None:
                wanted.update(self._requests(path, column, size))
        found = self._searcher.aggregate(query, wanted) if wanted and size else {}
        counts: dict[str, dict[str, int]] = {}
        stats: dict[str, dict[str, float]] = {}
        for path in paths:
            column = self._layout.columns.get(path)
            counts[path] = self._counts(found, path, column, size) if column is not None else {}
            numbers = found.get(f"s{column}")
            if numbers and numbers["count"]:
                stats[path] = {"min": numbers["min"], "max": numbers["max"]}
        return dict(sorted(counts.items())), dict(sorted(stats.items()))

    def _requests(self, path: str, column: int, size: int) -> dict[str, Any]:
        by_count = order_of(self._settings, path) == "count"
        order = {"_count": "desc"} if by_count else {"_key": "asc"}
        asked = min(size, WIDE)
        terms = {"size": asked, "segment_size": WIDE, "order": order}
        return {
            f"k{column}": {"terms": {"field": f"k{column}", **terms}},
            f"n{column}": {"terms": {"field": f"n{column}", **terms}},
            f"s{column}": {"stats": {"field": f"n{column}"}},
        }

    def _counts(
        self, found: Mapping[str, Any], path: str, column: int, size: int
    ) -> dict[str, int]:
        spellings = self._spellings(path)
        values: list[tuple[str, int, Any]] = []
        for bucket in found.get(f"n{column}", {}).get("buckets", ()):
            key = float(bucket["key"])
            values.append((number_text(key), bucket["doc_count"], (0, key)))
        for bucket in found.get(f"k{column}", {}).get("buckets", ()):
            key = bucket["key"]
            values.append((spellings.get(key, key), bucket["doc_count"], (1, key)))
        if order_of(self._settings, path) == "count":
            values.sort(key=lambda value: (-value[1], value[2]))
        else:
            values.sort(key=lambda value: value[2])
        return {shown: count for shown, count, _ in values[:size]}

    def search(
        self, query: Query, path: str, typed: str, most: int, typos: tuple[int, int]
    ) -> list[dict[str, Any]]:
        """Facet values that match what was typed, by prefix of any of their words, with typos."""
        column = self._layout.columns.get(path)
        if column is None:
            return []
        counts = self._counts(
            self._searcher.aggregate(query, self._requests(path, column, WIDE)), path, column, WIDE
        )
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
