"""The `sort` parameter and custom ranking rules: `name:asc`, `name:desc`, `_geoPoint(..):asc`."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.patterns import any_matches
from indexer.embedded.index.state import IndexState
from indexer.embedded.search.filter_queries import EARTH_M, as_number
from indexer.embedded.search.levels import ByField, Level

_RULE = re.compile(r"^(?P<name>.+):(?P<order>asc|desc)$", re.DOTALL)
_POINT = re.compile(r"^_geoPoint\(\s*([^,()]+)\s*,\s*([^,()]+)\s*\):(asc|desc)$")


def sort_levels(
    state: IndexState,
    sort: Sequence[str],
    *,
    custom: bool = False,
    code: str = "invalid_search_sort",
) -> list[Level]:
    """The fields to order by; numbers come before texts, and what has neither comes last."""
    levels: list[Level] = []
    for one in sort:
        if _POINT.match(one):
            raise ApiError(
                code,
                "Sorting by `_geoPoint` is not supported by the embedded engine: filter with "
                "`_geoRadius(lat, lng, metres)`, or set MEILI_URL to a Meilisearch server.",
            )
        found = _RULE.match(one)
        if found is None:
            raise ApiError(
                code,
                f"Invalid syntax for the sort parameter: expected expression ending by "
                f"`:asc` or `:desc`, found `{one}`.",
            )
        name, descending = found.group("name"), found.group("order") == "desc"
        if not custom and not any_matches(state.settings["sortableAttributes"], name):
            raise ApiError(code, _not_sortable(state.settings, name))
        column = state.layout.columns.get(name)
        if column is None:
            continue
        if state.has_values(f"n{column}"):
            levels.append(ByField(f"n{column}", descending, numeric=True))
        if state.has_values(f"k{column}"):
            levels.append(ByField(f"k{column}", descending, numeric=False))
    return levels


def distance_to(document: Mapping[str, Any], sort: Sequence[str]) -> dict[str, Any]:
    """`_geoDistance` in metres, when sorted by a point."""
    for one in sort:
        found = _POINT.match(one)
        geo = document.get("_geo")
        if found and isinstance(geo, dict):
            lat, lng = as_number(found.group(1)), as_number(found.group(2))
            if lat is not None and lng is not None:
                return {"_geoDistance": round(_metres(geo, lat, lng))}
    return {}


def _metres(geo: Mapping[str, Any], lat: float, lng: float) -> float:
    one, other = math.radians(float(geo["lat"])), math.radians(lat)
    width = math.radians(float(geo["lng"]) - lng)
    inner = math.sin((one - other) / 2) ** 2
    inner += math.cos(one) * math.cos(other) * math.sin(width / 2) ** 2
    return 2 * EARTH_M * math.asin(min(1.0, math.sqrt(inner)))


def _not_sortable(settings: Mapping[str, Any], name: str) -> str:
    sortable = settings["sortableAttributes"]
    if not sortable:
        return (
            f"Attribute `{name}` is not sortable. This index does not have configured sortable "
            "attributes."
        )
    listed = ", ".join(f"`{one}`" for one in sortable)
    return f"Attribute `{name}` is not sortable. Available sortable attributes are: {listed}."
