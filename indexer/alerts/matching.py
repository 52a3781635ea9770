"""What an alert's search finds among lately crawled documents.

Each search begins a day before the last one, for documents that reached the index late; what was
told already is `store`'s to know. All words must be found: a near miss is no news.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from indexer.alerts.story import FIELDS, AlertStory, story_of
from indexer.search.contract import STORY, TIME
from indexer.search.query import Alternative, Meanings, Query, conditions_of
from indexer.search.search_server import SearchServer, plain_errors

LOOK_BACK = timedelta(days=1)
MOST_AGE = timedelta(days=7)  # an archive read today, or a new source's old entries, is no news
PAGE = 500
AHEAD = timedelta(days=3_660)  # of a clock that was wrong when a document was crawled


def matches(
    server: SearchServer,
    index: str,
    names: Meanings,
    *,
    wanted: Sequence[Alternative],
    since: datetime,
    now: datetime,
) -> Iterator[AlertStory]:
    """Stories with a copy crawled since then, one copy each, oldest first within an alternative.

    names: what the alert's names mean. wanted: what its words ask for, any of it.
    Raises: SearchError.
    """
    handle = server.client().index(index)
    oldest = int((now - MOST_AGE).timestamp())
    with plain_errors(server.url):
        conditions: list[Any] = [
            *conditions_of(Query(names=names)),
            [f"{TIME} >= {oldest}", f"{TIME} IS NULL"],
        ]
        present = int(now.timestamp())
        span = int(since.timestamp()), int((now + AHEAD).timestamp())
        told: set[Any] = set()
        for one in wanted:
            narrowed = [*one.conditions, *conditions]
            for hit in _hits(handle, one.words, narrowed, *span, middle=present):
                if hit[STORY] not in told:
                    told.add(hit[STORY])
                    yield story_of(hit)


def _hits(
    handle: Any, words: str, conditions: list[Any], begin: int, end: int, middle: int
) -> Iterator[dict[str, Any]]:
    """All hits crawled in [begin, end]; where they are many, up to the middle and behind it."""
    asked = {
        "filter": [*conditions, f"crawled_at >= {begin}", f"crawled_at <= {end}"],
        "sort": ["crawled_at:asc"],
        "distinct": STORY,
        "matchingStrategy": "all",
        "limit": PAGE,
        "attributesToRetrieve": list(FIELDS),
    }
    hits = handle.search(words, asked)["hits"]
    if len(hits) < PAGE or begin >= end:
        yield from hits
        return
    for first, last in ((begin, middle), (middle + 1, end)):
        yield from _hits(handle, words, conditions, first, last, (first + last) // 2)
