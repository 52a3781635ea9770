"""What an alert's search finds among lately crawled documents.

A look goes back behind the one before, for documents that reached the index late; what was told
already is `store`'s to know. All words must be found: a near miss is no news.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from indexer.alerts.alert import Alert
from indexer.alerts.story import FIELDS, Story, story_of
from indexer.search.query import Meanings, Query, conditions_of
from indexer.search.search_server import SearchServer, plain_errors

LOOK_BACK = timedelta(days=1)
MOST_AGE = timedelta(days=7)  # an archive read today, or a new source's old entries, is no news
PAGE = 500


def matches(
    server: SearchServer,
    index: str,
    alert: Alert,
    names: Meanings,
    *,
    since: datetime,
    now: datetime,
) -> Iterator[Story]:
    """Stories with a copy crawled since then, one copy each, oldest first.

    names: what the alert's names mean. Raises: SearchError.
    """
    handle = server.client().index(index)
    oldest = int((now - MOST_AGE).timestamp())
    with plain_errors(server.url):
        conditions: list[Any] = [
            *conditions_of(Query(names=names)),
            [f"published_at >= {oldest}", "published_at IS NULL"],
        ]
        begin, end = int(since.timestamp()), int(now.timestamp())
        for hit in _hits(handle, alert.words, conditions, begin, end):
            yield story_of(hit)


def _hits(
    handle: Any, words: str, conditions: list[Any], begin: int, end: int
) -> Iterator[dict[str, Any]]:
    """All hits crawled in [begin, end]; where they are many, half of the span at a time."""
    asked = {
        "filter": [*conditions, f"crawled_at >= {begin}", f"crawled_at <= {end}"],
        "sort": ["crawled_at:asc"],
        "distinct": "story_id",
        "matchingStrategy": "all",
        "limit": PAGE,
        "attributesToRetrieve": list(FIELDS),
    }
    hits = handle.search(words, asked)["hits"]
    if len(hits) < PAGE or begin >= end:
        yield from hits
        return
    middle = (begin + end) // 2
    yield from _hits(handle, words, conditions, begin, middle)
    yield from _hits(handle, words, conditions, middle + 1, end)
