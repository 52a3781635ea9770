"""An index's settings: the defaults, the checks, and how an update merges into what is there.

A settings object is a plain dict with Meilisearch's names. Nothing here touches an index.
"""

import copy
import re
from collections.abc import Callable, Mapping
from typing import Any

from indexer.embedded.index.errors import ApiError

RULES = (
    "words",
    "typo",
    "proximity",
    "attributeRank",
    "sort",
    "wordPosition",
    "exactness",
)
_OLD_RULES = (*RULES, "attribute")
_CUSTOM = re.compile(r"^(.+):(asc|desc)$")

DEFAULTS: dict[str, Any] = {
    "displayedAttributes": ["*"],
    "searchableAttributes": ["*"],
    "filterableAttributes": [],
    "sortableAttributes": [],
    "foreignKeys": [],
    "rankingRules": list(RULES),
    "stopWords": [],
    "nonSeparatorTokens": [],
    "separatorTokens": [],
    "dictionary": [],
    "synonyms": {},
    "distinctAttribute": None,
    "proximityPrecision": "byWord",
    "typoTolerance": {
        "enabled": True,
        "minWordSizeForTypos": {"oneTypo": 5, "twoTypos": 9},
        "disableOnWords": [],
        "disableOnAttributes": [],
        "disableOnNumbers": False,
    },
    "faceting": {"maxValuesPerFacet": 100, "sortFacetValuesBy": {"*": "alpha"}},
    "pagination": {"maxTotalHits": 1000},
    "embedders": {},
    "searchCutoffMs": None,
    "localizedAttributes": None,
    "facetSearch": True,
    "prefixSearch": "indexingTime",
    "chat": {
        "description": "",
        "documentTemplate": "{% for field in fields %}{{ field.name }}: {{ field.value }}\n"
        "{% endfor %}",
        "documentTemplateMaxBytes": 400,
        "searchParameters": {},
    },
}
HIDDEN = (
    "foreignKeys",
    "chat",
    "vectorStore",
)  # as in Meilisearch: only their own route shows them
# what the tantivy index is made from: a change of one of these builds it anew
STRUCTURAL = (
    "searchableAttributes",
    "filterableAttributes",
    "sortableAttributes",
    "distinctAttribute",
    "nonSeparatorTokens",
    "separatorTokens",
    "rankingRules",
)


def defaults() -> dict[str, Any]:
    return copy.deepcopy(DEFAULTS)


def merge(current: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    """What the settings become; None resets a setting, objects are merged key by key."""
    merged = dict(copy.deepcopy(dict(current)))
    for name, value in update.items():
        if value is None:
            merged[name] = copy.deepcopy(DEFAULTS.get(name))
        elif name in ("typoTolerance", "faceting", "pagination", "chat"):
            merged[name] = _merge_object(merged.get(name) or {}, value, DEFAULTS.get(name, {}))
        elif name == "embedders":
            merged[name] = _merge_embedders(merged.get(name) or {}, value)
        elif (
            name in ("stopWords", "nonSeparatorTokens", "separatorTokens", "dictionary")
            or name == "sortableAttributes"
        ):
            merged[name] = sorted(set(value))
        else:
            merged[name] = copy.deepcopy(value)
    return merged


def _merge_object(
    current: Mapping[str, Any], update: Mapping[str, Any], default: Mapping[str, Any]
) -> dict[str, Any]:
    merged = dict(current)
    for name, value in update.items():
        if value is None:
            merged[name] = copy.deepcopy(default.get(name))
        elif isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = {**merged[name], **{k: v for k, v in value.items() if v is not None}}
        elif name in ("disableOnWords", "disableOnAttributes"):
            merged[name] = sorted(set(value))
        else:
            merged[name] = copy.deepcopy(value)
    return merged


def _merge_embedders(current: Mapping[str, Any], update: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(current)
    for name, value in update.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = {**merged.get(name, {}), **value}
    return merged


def check(update: object) -> dict[str, Any]:
    """Refuse a settings update that Meilisearch would refuse. Raises: ApiError."""
    if not isinstance(update, dict):
        raise ApiError("bad_request", "Invalid value type: expected an object of settings.")
    for name, value in update.items():
        if name not in CHECKS:
            known = ", ".join(f"`{one}`" for one in CHECKS)
            raise ApiError("bad_request", f"Unknown field `{name}`: expected one of {known}")
        if value is not None:
            problem = CHECKS[name](value)
            if problem:
                raise ApiError(error_code(name), f"Invalid value at `.{name}`: {problem}")
    return update


def error_code(name: str) -> str:
    return "invalid_settings_" + re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def _strings(value: object) -> str | None:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return "expected an array of strings"
    return None


def _boolean(value: object) -> str | None:
    return None if isinstance(value, bool) else "expected a boolean"


def _embedders(value: object) -> str | None:
    fine = isinstance(value, dict) and all(
        one is None or type(one) is dict for one in value.values()
    )
    return None if fine else "expected an object of objects"


def _chat(value: object) -> str | None:
    if not isinstance(value, dict):
        return "expected an object"
    unknown = [name for name in value if name not in DEFAULTS["chat"]]
    return f"unknown field `{unknown[0][:80]}`" if unknown else None


def _anything(value: object) -> str | None:
    return None


def _string(value: object) -> str | None:
    return None if isinstance(value, str) else "expected a string"


def _positive(value: object) -> str | None:
    fine = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    return None if fine else "expected a positive integer"


def _one_of(*choices: str) -> Callable[[object], str | None]:
    def checked(value: object) -> str | None:
        listed = ", ".join(f"`{one}`" for one in choices)
        return None if value in choices else f"expected one of {listed}"

    return checked


def _ranking_rules(value: object) -> str | None:
    if _strings(value) is not None or not isinstance(value, list):
        return "expected an array of strings"
    for rule in value:
        if rule not in _OLD_RULES and not _CUSTOM.match(rule):
            return (
                f"`{rule}` ranking rule is invalid. Valid ranking rules are words, typo, sort, "
                "proximity, attribute, attributeRank, wordPosition, exactness and custom ranking "
                "rules such as `published_at:desc`."
            )
    return None


def _filterable(value: object) -> str | None:
    if not isinstance(value, list):
        return "expected an array"
    for one in value:
        if isinstance(one, str):
            continue
        if not isinstance(one, dict) or _strings(one.get("attributePatterns")) is not None:
            return "expected strings or objects with `attributePatterns`"
        unknown = set(one) - {"attributePatterns", "features"}
        if unknown or not isinstance(one.get("features", {}), dict):
            return "expected only `attributePatterns` and `features`"
    return None


def _typo_tolerance(value: object) -> str | None:
    if not isinstance(value, dict):
        return "expected an object"
    unknown = set(value) - set(DEFAULTS["typoTolerance"])
    if unknown:
        return f"unknown field `{min(unknown)}`"
    sizes = value.get("minWordSizeForTypos") or {}
    if not isinstance(sizes, dict):
        return "expected an object at `minWordSizeForTypos`"
    one, two = sizes.get("oneTypo"), sizes.get("twoTypos")
    for size in (one, two):
        if size is not None and (_positive(size) is not None or size > 255):
            return "`minWordSizeForTypos` wants integers from 0 to 255"
    if one is not None and two is not None and one > two:
        return "`minWordSizeForTypos`: `oneTypo` must be at most `twoTypos`"
    for name in ("disableOnWords", "disableOnAttributes"):
        if value.get(name) is not None and _strings(value[name]) is not None:
            return f"expected an array of strings at `{name}`"
    for name in ("enabled", "disableOnNumbers"):
        if value.get(name) is not None and not isinstance(value[name], bool):
            return f"expected a boolean at `{name}`"
    return None


def _faceting(value: object) -> str | None:
    if not isinstance(value, dict) or set(value) - {"maxValuesPerFacet", "sortFacetValuesBy"}:
        return "expected an object with `maxValuesPerFacet` and `sortFacetValuesBy`"
    most = value.get("maxValuesPerFacet")
    if most is not None and _positive(most) is not None:
        return "expected a positive integer at `maxValuesPerFacet`"
    orders = value.get("sortFacetValuesBy")
    if orders is None:
        return None
    if not isinstance(orders, dict) or set(map(str, orders.values())) - {"alpha", "count", "None"}:
        return "expected `alpha` or `count` at `sortFacetValuesBy`"
    return None


def _pagination(value: object) -> str | None:
    if not isinstance(value, dict) or set(value) - {"maxTotalHits"}:
        return "expected an object with `maxTotalHits`"
    most = value.get("maxTotalHits")
    return None if most is None else _positive(most)


def _synonyms(value: object) -> str | None:
    if not isinstance(value, dict) or any(_strings(one) for one in value.values()):
        return "expected an object of arrays of strings"
    return None


def _locales(value: object) -> str | None:
    if not isinstance(value, list):
        return "expected an array"
    for one in value:
        if not isinstance(one, dict) or _strings(one.get("attributePatterns")):
            return "expected objects with `attributePatterns` and `locales`"
        if _strings(one.get("locales")):
            return "expected objects with `attributePatterns` and `locales`"
    return None


CHECKS: dict[str, Callable[[object], str | None]] = {
    "displayedAttributes": _strings,
    "searchableAttributes": _strings,
    "filterableAttributes": _filterable,
    "sortableAttributes": _strings,
    "foreignKeys": _anything,
    "rankingRules": _ranking_rules,
    "stopWords": _strings,
    "nonSeparatorTokens": _strings,
    "separatorTokens": _strings,
    "dictionary": _strings,
    "synonyms": _synonyms,
    "distinctAttribute": _string,
    "proximityPrecision": _one_of("byWord", "byAttribute"),
    "typoTolerance": _typo_tolerance,
    "faceting": _faceting,
    "pagination": _pagination,
    "embedders": _embedders,
    "searchCutoffMs": _positive,
    "localizedAttributes": _locales,
    "facetSearch": _boolean,
    "prefixSearch": _one_of("indexingTime", "disabled"),
    "chat": _chat,
    "vectorStore": _string,
}
