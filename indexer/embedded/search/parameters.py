"""What a search request may say: names, types, defaults. Everything wrong is refused by name."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from indexer.embedded.index.errors import ApiError
from indexer.embedded.index.json_text import load

MAX_NUMBER = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchParameters:
    """A search as asked for. page and hits_per_page set: exhaustive paging, else offset, limit."""

    q: str | None = None
    offset: int = 0
    limit: int = 20
    page: int | None = None
    hits_per_page: int | None = None
    retrieve: list[str] = field(default_factory=lambda: ["*"])
    crop: list[str] = field(default_factory=list)
    crop_length: int = 10
    crop_marker: str = "…"
    highlight: list[str] = field(default_factory=list)
    pre_tag: str = "<em>"
    post_tag: str = "</em>"
    positions: bool = False
    filter: Any = None
    sort: list[str] = field(default_factory=list)
    facets: list[str] | None = None
    distinct: str | None = None
    strategy: str = "last"
    search_on: list[str] | None = None
    score: bool = False
    score_details: bool = False
    score_threshold: float | None = None

    @property
    def exhaustive(self) -> bool:
        return self.page is not None or self.hits_per_page is not None


class WrongType(Exception):
    """A value of the wrong type; the reader adds its name."""


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise WrongType("expected a string")
    return value


def _natural(value: Any) -> int:
    if isinstance(value, str) and re.fullmatch(r"\d{1,16}", value):
        return int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < MAX_NUMBER:
        raise WrongType("expected a positive integer")
    return value


def _flag(value: Any) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise WrongType("expected a boolean")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise WrongType("expected an array of strings")
    return value


def _crop_length(value: Any) -> int:
    return min(_natural(value), 100_000)


def _ratio(value: Any) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError, OverflowError):
        raise WrongType("expected a number between 0.0 and 1.0") from None
    if not 0.0 <= number <= 1.0:
        raise WrongType("the value of `rankingScoreThreshold` is invalid, expected 0.0 to 1.0")
    return number


def _strategy(value: Any) -> str:
    if value not in ("last", "all", "frequency"):
        raise WrongType("expected one of `last`, `all`, `frequency`")
    return str(value)


def _anything(value: Any) -> Any:
    return value


Reader = Callable[[Any], Any]
# name → (field of SearchParameters or None when accepted and unused, reader)
FIELDS: dict[str, tuple[str | None, Reader]] = {
    "q": ("q", _text),
    "vector": (None, _anything),
    "hybrid": (None, _anything),
    "media": (None, _anything),
    "offset": ("offset", _natural),
    "limit": ("limit", _natural),
    "page": ("page", _natural),
    "hitsPerPage": ("hits_per_page", _natural),
    "attributesToRetrieve": ("retrieve", _texts),
    "retrieveVectors": (None, _flag),
    "attributesToCrop": ("crop", _texts),
    "cropLength": ("crop_length", _crop_length),
    "attributesToHighlight": ("highlight", _texts),
    "showMatchesPosition": ("positions", _flag),
    "showRankingScore": ("score", _flag),
    "showRankingScoreDetails": ("score_details", _flag),
    "showPerformanceDetails": (None, _flag),
    "filter": ("filter", _anything),
    "sort": ("sort", _texts),
    "distinct": ("distinct", _text),
    "facets": ("facets", _texts),
    "highlightPreTag": ("pre_tag", _text),
    "highlightPostTag": ("post_tag", _text),
    "cropMarker": ("crop_marker", _text),
    "matchingStrategy": ("strategy", _strategy),
    "attributesToSearchOn": ("search_on", _texts),
    "rankingScoreThreshold": ("score_threshold", _ratio),
    "locales": (None, _anything),
    "personalize": (None, _anything),
    "useNetwork": (None, _anything),
    "exhaustiveFacetCount": (None, _anything),
}
_LISTS = {
    "attributesToRetrieve",
    "attributesToCrop",
    "attributesToHighlight",
    "sort",
    "facets",
    "attributesToSearchOn",
    "locales",
}


def error_code(name: str, place: str = "search") -> str:
    return f"invalid_{place}_" + re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def read(body: object, *, extra: Mapping[str, Any] | None = None) -> SearchParameters:
    """A JSON search body. `extra` names fields that are read elsewhere. Raises: ApiError."""
    if not isinstance(body, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object.")
    found: dict[str, Any] = {}
    for name, value in body.items():
        if extra is not None and name in extra:
            continue
        if name not in FIELDS:
            listed = ", ".join(f"`{one}`" for one in [*(extra or ()), *FIELDS])
            raise ApiError("bad_request", f"Unknown field `{name}`: expected one of {listed}")
        if value is None:
            continue
        target, reader = FIELDS[name]
        try:
            value = reader(value)
        except WrongType as refused:
            raise ApiError(error_code(name), f"Invalid value at `.{name}`: {refused}") from None
        if name in ("vector", "hybrid", "media"):
            raise ApiError(
                "feature_not_enabled",
                f"`{name}` is not supported by the embedded engine, which searches words only: "
                "leave it out, or set MEILI_URL to a Meilisearch server.",
            )
        if target is not None:
            found[target] = value
    return SearchParameters(**found)


def from_query(items: Mapping[str, str]) -> dict[str, Any]:
    """The query string of GET /search as the body POST would have had."""
    body: dict[str, Any] = {}
    for name, value in items.items():
        if name in _LISTS:
            body[name] = split_list(value)
        elif name == "filter":
            body[name] = _filter_text(value)
        else:
            body[name] = value
    return body


def split_list(value: str) -> list[str]:
    return [one for one in value.split(",") if one]


def _filter_text(value: str) -> Any:
    stripped = value.strip()
    if stripped.startswith("["):
        try:
            return load(stripped.encode("utf-8", "surrogatepass"))
        except ApiError:
            return value
    return value
