"""How the index treats each field of the document: searched, filtered, counted, sorted, ranked.

The fields are `indexer.document`'s; the pusher brings a server to this state before it sends.
"""

from typing import Any

SEARCHABLE = ("title", "alternative_titles", "summary", "companies", "text", "authors")

# counted in facets, filtered by equality, searched for within the facet
FACETS = (
    "topics.*",
    "regions.*",
    "countries",
    "source",
    "source_name",
    "source_country",
    "source_region",
    "publisher",
    "audience",
    "language",
    "companies",
    "tickers",
    "agencies",
    "authors",
    "section",
    "tags",
    "access",
    "rights",
    "funding_stage",
    "published.precision",
    "published.source",
)

# filtered by comparison too; numbers only, since strings compare wrongly
RANGES = (
    "published_at",
    "published_day",
    "crawled_at",
    "funding_usd",
    "outlets",
    "word_count",
    "quality",
)

# filtered by equality, never listed as a facet of its own
IDENTITIES = ("id", "url", "story_id", "story_lead", "version", "revision", "schema")

SORTABLE = ("published_at", "crawled_at", "outlets", "funding_usd")

# `published_day` above word position: of two hits alike in words, the newer day comes first
RANKING_RULES = (
    "sort",
    "words",
    "typo",
    "proximity",
    "attributeRank",
    "published_day:desc",
    "wordPosition",
    "exactness",
    "published_at:desc",
)


def index_settings() -> dict[str, Any]:
    """The settings object of the news index, as Meilisearch's API takes it."""
    return {
        "searchableAttributes": list(SEARCHABLE),
        "filterableAttributes": [
            _filterable(FACETS, facet_search=True, comparison=False),
            _filterable(RANGES, facet_search=False, comparison=True),
            _filterable((*IDENTITIES, "_geo"), facet_search=False, comparison=False),
        ],
        "sortableAttributes": [*SORTABLE, "_geo"],
        "rankingRules": list(RANKING_RULES),
        "typoTolerance": {
            "enabled": True,
            "disableOnNumbers": True,
            "disableOnAttributes": ["authors", "companies"],
        },
        "faceting": {"maxValuesPerFacet": 500, "sortFacetValuesBy": {"*": "count"}},
        "pagination": {"maxTotalHits": 10_000},
    }


def differing(wanted: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """Names of the settings a server holds otherwise; keys it adds of its own do not count."""
    return [name for name, value in wanted.items() if not _same(name, value, found.get(name))]


def _filterable(names: tuple[str, ...], *, facet_search: bool, comparison: bool) -> dict[str, Any]:
    return {
        "attributePatterns": list(names),
        "features": {
            "facetSearch": facet_search,
            "filter": {"equality": True, "comparison": comparison},
        },
    }


def _same(name: str, wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return all(_same(name, value, found.get(key)) for key, value in wanted.items())
    if name == "sortableAttributes" and isinstance(found, list):  # a set: servers sort it
        return sorted(wanted) == sorted(found)
    return bool(wanted == found)
