"""What a filter means: its tree becomes a tantivy query over the columns."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.layout import Layout
from indexer.embedded.index.patterns import filterable_features, filterable_patterns
from indexer.embedded.index.words import normalise
from indexer.embedded.index.writing import MAX_VALUE
from indexer.embedded.search.filters import And, Condition, Node, Not

EARTH_M = 6_371_008.8
FEW = 30  # values looked up one by one: a set costs 0.2 ms before its first value
_EQUALITY = {"=", "!=", "IN", "CONTAINS", "STARTS"}
_COMPARISON = {">", ">=", "<", "<=", "TO"}


class FilterQueries:
    """Translates filters for one index."""

    def __init__(
        self,
        settings: Mapping[str, Any],
        layout: Layout,
        schema: tantivy.Schema,
        code: str = "invalid_search_filter",
    ) -> None:
        self._settings = settings
        self._layout = layout
        self._schema = schema
        self._code = code

    def query(self, node: Node) -> Query:
        if isinstance(node, Condition):
            return self._condition(node)
        if isinstance(node, Not):
            return negate(self.query(node.inner))
        occur = Occur.Must if isinstance(node, And) else Occur.Should
        return Query.boolean_query([(occur, self.query(part)) for part in node.parts])

    def _condition(self, condition: Condition) -> Query:
        self._check(condition)
        column = self._layout.columns.get(condition.attribute)
        operator = condition.operator
        if operator == "!=":
            return negate(self._equal(column, condition.values[0]))
        if operator == "=":
            return self._equal(column, condition.values[0])
        if operator == "IN":
            return self._in(column, condition.values)
        if operator == "EXISTS":
            return self._exists(condition.attribute)
        if operator in ("NULL", "EMPTY"):
            return self._mark(operator, condition.attribute)
        if operator == "GEO_RADIUS":
            return self._radius(condition.values)
        if operator == "GEO_BOX":
            return self._box(condition.values)
        if operator in ("CONTAINS", "STARTS"):
            return self._part(column, condition.values[0], anywhere=operator == "CONTAINS")
        return self._range(column, condition)

    def _mark(self, operator: str, attribute: str) -> Query:
        kind = "n" if operator == "NULL" else "m"
        return Query.term_query(self._schema, "_marks", f"{kind}:{attribute}", "basic")

    def _exists(self, attribute: str) -> Query:
        """An attribute exists when it, or anything inside it, has a value, is null or is empty."""
        inner = attribute + "."
        found: list[Query] = []
        for path, column in self._layout.columns.items():
            if path == attribute or path.startswith(inner):
                found += [Query.exists_query(f"k{column}"), Query.exists_query(f"n{column}")]
        for path in self._layout.paths:
            if path == attribute or path.startswith(inner):
                found += [self._mark("NULL", path), self._mark("EMPTY", path)]
        if not found:
            return Query.empty_query()
        return Query.boolean_query([(Occur.Should, one) for one in found])

    def _check(self, condition: Condition) -> None:
        attribute = condition.attribute
        features = filterable_features(self._settings, attribute)
        if features is None:
            raise ApiError(self._code, not_filterable(self._settings, attribute))
        refused = (condition.operator in _EQUALITY and not features.equality) or (
            condition.operator in _COMPARISON and not features.comparison
        )
        if refused:
            kind = "equality" if condition.operator in _EQUALITY else "comparison"
            raise ApiError(
                self._code,
                f"Filter operator `{condition.operator}` is not allowed for the attribute "
                f"`{attribute}`: allow `{kind}` in its filterableAttributes features.",
            )

    def _equal(self, column: int | None, value: str) -> Query:
        if column is None:
            return Query.empty_query()
        text = Query.term_query(self._schema, f"k{column}", normalise(value)[:MAX_VALUE], "basic")
        number = as_number(value)
        if number is None:
            return text
        return either(text, Query.term_query(self._schema, f"n{column}", number))

    def _in(self, column: int | None, values: tuple[str, ...]) -> Query:
        if column is None or not values:
            return Query.empty_query()
        texts = [normalise(value)[:MAX_VALUE] for value in values]
        text = self._one_of(f"k{column}", texts)
        numbers = [number for number in map(as_number, values) if number is not None]
        return either(text, self._one_of(f"n{column}", numbers)) if numbers else text

    def _one_of(self, name: str, values: Sequence[str] | Sequence[float]) -> Query:
        if len(values) > FEW:
            return Query.term_set_query(self._schema, name, values)
        found = [Query.term_query(self._schema, name, value, "basic") for value in values]
        return Query.boolean_query([(Occur.Should, one) for one in found])

    def _part(self, column: int | None, value: str, *, anywhere: bool) -> Query:
        normal = normalise(value)[:MAX_VALUE]
        if column is None:
            return Query.empty_query()
        if not normal:
            return Query.exists_query(f"k{column}")
        literal = re.sub(r"([\\.+*?()|\[\]{}^$#&\-~])", r"\\\1", normal)
        before = "(?s:.)*" if anywhere else ""
        return Query.regex_query(self._schema, f"k{column}", f"{before}{literal}(?s:.)*")

    def _range(self, column: int | None, condition: Condition) -> Query:
        bounds = [self._number(condition, value) for value in condition.values]
        if column is None:
            return Query.empty_query()
        name = f"n{column}"
        low: float | None = None
        high: float | None = None
        if condition.operator == "TO":
            low, high = bounds
        elif condition.operator in (">", ">="):
            low = bounds[0]
        else:
            high = bounds[0]
        if low is not None and high is not None and low > high:
            return Query.empty_query()
        strict = condition.operator in (">", "<")
        return Query.range_query(
            self._schema,
            name,
            FieldType.Float,
            low,
            high,
            not (strict and low is not None),
            not (strict and high is not None),
        )

    def _number(self, condition: Condition, value: str) -> float:
        number = as_number(value)
        if number is None:
            raise ApiError(
                self._code,
                f"The `{condition.operator}` operator compares numbers, and "
                f"`{value}` at `{condition.attribute}` is none.",
            )
        return number

    def _geo_numbers(self, values: tuple[str, ...], wanted: tuple[int, ...]) -> list[float]:
        numbers = [as_number(value) for value in values]
        if len(numbers) not in wanted or any(number is None for number in numbers):
            raise ApiError(
                self._code,
                "Use `_geoRadius(lat, lng, metres)` or "
                "`_geoBoundingBox([topLat, rightLng], [bottomLat, leftLng])` with numbers.",
            )
        return [number for number in numbers if number is not None]

    def _span(self, path: str, low: float, high: float) -> Query:
        column = self._layout.columns.get(path)
        if column is None:
            return Query.empty_query()
        return Query.range_query(self._schema, f"n{column}", FieldType.Float, low, high)

    def _box(self, values: tuple[str, ...]) -> Query:
        top, right, bottom, left = self._geo_numbers(values, (4,))
        if bottom > top:
            raise ApiError(self._code, f"The top latitude `{top}` is below the bottom `{bottom}`.")
        height = self._span("_geo.lat", bottom, top)
        if left <= right:
            return both(height, self._span("_geo.lng", left, right))
        across = either(self._span("_geo.lng", left, 180.0), self._span("_geo.lng", -180.0, right))
        return both(height, across)

    def _radius(self, values: tuple[str, ...]) -> Query:
        """The box around the circle, in slices as high as a twentieth of it."""
        lat, lng, metres = self._geo_numbers(values, (3, 4))[:3]
        reach = math.degrees(abs(metres) / EARTH_M)
        slices: list[Query] = []
        steps = 20
        for step in range(steps):
            low = lat - reach + 2 * reach * step / steps
            high = low + 2 * reach / steps
            off = 0.0 if low <= lat <= high else min(abs(low - lat), abs(high - lat))
            half = math.sqrt(max(0.0, reach * reach - off * off))
            width = half / max(0.01, math.cos(math.radians(min(89.0, abs((low + high) / 2)))))
            slices.append(
                both(
                    self._span("_geo.lat", low, high),
                    self._span("_geo.lng", lng - width, lng + width),
                )
            )
        return Query.boolean_query([(Occur.Should, one) for one in slices])


def negate(query: Query) -> Query:
    return Query.boolean_query([(Occur.Must, Query.all_query()), (Occur.MustNot, query)])


def both(one: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])


def either(one: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Should, one), (Occur.Should, other)])


def as_number(value: str) -> float | None:
    """The finite number a text spells, or None."""
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def not_filterable(settings: Mapping[str, Any], attribute: str) -> str:
    patterns = sorted(filterable_patterns(settings))
    if not patterns:
        return (
            f"Attribute `{attribute}` is not filterable. This index does not have configured "
            "filterable attributes."
        )
    listed = ", ".join(f"`{one}`" for one in patterns)
    many = "patterns are" if len(patterns) > 1 else "pattern is"
    return (
        f"Attribute `{attribute}` is not filterable. Available filterable attribute {many}: "
        f"{listed}."
    )
