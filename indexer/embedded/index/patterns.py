"""Attribute patterns: which attributes a setting such as `topics.*` or `topics` speaks of."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


def matches(pattern: str, path: str) -> bool:
    """Does the pattern name this path: itself, an attribute that holds it, or by `*`?"""
    if pattern == "*" or pattern == path:
        return True
    if "*" not in pattern:
        return path.startswith(pattern + ".")
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern[1:-1] in path
    if pattern.endswith("*"):
        return path.startswith(pattern[:-1])
    if pattern.startswith("*"):
        return path.endswith(pattern[1:])
    return False


def any_matches(patterns: Iterable[str], path: str) -> bool:
    return any(matches(pattern, path) for pattern in patterns)


@dataclass(frozen=True, slots=True)
class Features:
    """What a filterable attribute allows."""

    facet_search: bool
    equality: bool
    comparison: bool


ALL_FEATURES = Features(True, True, True)


def filterable_features(settings: Mapping[str, Any], path: str) -> Features | None:
    """What may be done with this attribute; None when it is not filterable. First match wins."""
    for entry in settings["filterableAttributes"]:
        if isinstance(entry, str):
            if matches(entry, path):
                return ALL_FEATURES
        elif any_matches(entry["attributePatterns"], path):
            features = entry.get("features") or {}
            allowed = features.get("filter") or {}
            return Features(
                bool(features.get("facetSearch", False)),
                bool(allowed.get("equality", True)),
                bool(allowed.get("comparison", False)),
            )
    return None


def filterable_patterns(settings: Mapping[str, Any]) -> list[str]:
    patterns: list[str] = []
    for entry in settings["filterableAttributes"]:
        patterns.extend([entry] if isinstance(entry, str) else entry["attributePatterns"])
    return patterns


def custom_rules(settings: Mapping[str, Any]) -> list[str]:
    """The attributes named by ranking rules such as `published_day:desc`."""
    return [rule.rsplit(":", 1)[0] for rule in settings["rankingRules"] if ":" in rule]
