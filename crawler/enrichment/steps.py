"""Steps of other packages: their entry points of the group `techwire.enrichers`, run after ours.

A step is a pure function of the article and its facets that gives facets. One that fails is left
out of that article and named in its evidence.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from crawler.article import Article, Facets

GROUP = "techwire.enrichers"
_MOST_WORDS = 200

_log = logging.getLogger(__name__)


def run_steps(article: Article, facets: Facets) -> Facets:
    """The facets after every installed step, in the order of their names."""
    for name, step in _steps():
        try:
            facets = _taken(step(article, facets))
        except Exception as error:  # noqa: BLE001 -- a stranger's code must not cost the article
            words = f"left out: {type(error).__name__}: {error}"[:_MOST_WORDS]
            facets = replace(facets, evidence={**facets.evidence, name: words})
    return facets


@cache
def _steps() -> tuple[tuple[str, Callable[[Article, Facets], Any]], ...]:
    steps = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            steps.append((point.name, point.load()))
        except Exception as error:  # noqa: BLE001 -- whatever an import can raise
            words = "the enrichment step %s (%s) cannot be loaded and is left out: %s"
            _log.error(words, point.name, point.value, error)
    return tuple(steps)


def _taken(result: Any) -> Facets:
    if not isinstance(result, Facets):
        raise TypeError(f"a step gives Facets, not {type(result).__name__}")
    return result
