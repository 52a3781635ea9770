"""Searches of the page with the query language in their words, put into the search server's.

A text with OR becomes several queries, whose answers are joined again; every answer to such a text
has `understood`: its chips and notes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from indexer.search.contract import STORY
from indexer.search.language import read
from indexer.search.query import Names, Query, united
from indexer.search.understanding import Understood, understand

FEW_HITS = 20  # Meilisearch's own default
MOST_HITS = 1000  # of one alternative
_PAGING = ("limit", "offset", "page", "hitsPerPage")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageQuery:
    """One query of the page. understood: None where its words are the server's as they stand."""

    asked: Mapping[str, Any]
    understood: Understood | None

    @property
    def several(self) -> bool:
        return self.understood is not None and len(self.understood.alternatives) > 1

    @property
    def sent(self) -> list[dict[str, Any]]:
        """What the server is asked instead."""
        if self.understood is None:
            return [dict(self.asked)]
        made = []
        for one in self.understood.alternatives:
            given = self.asked.get("filter") or []
            filters = [*one.conditions, *([given] if isinstance(given, str) else given)]
            made.append({**self.asked, "q": one.words, "filter": filters})
        if not self.several:
            return made
        begin, count = self._span
        paging = {"limit": min(begin + count, MOST_HITS), "showRankingScore": True}
        return [
            {name: value for name, value in one.items() if name not in _PAGING} | paging
            for one in made
        ]

    def answer(self, answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """The server's answers as one."""
        if self.understood is None:
            return answers[0]
        told = {"understood": self.understood.told}
        if not self.several:
            return {**answers[0], "query": self.asked.get("q"), **told}
        begin, count = self._span
        every_copy = self.asked.get("distinct") != STORY
        newest = bool(self.asked.get("sort"))
        joined = united(answers, Query(limit=begin + count, newest=newest, copies=every_copy))
        joined |= {"hits": joined["hits"][begin:], "query": self.asked.get("q"), **told}
        if "hitsPerPage" in self.asked or "page" in self.asked:
            total = joined.pop("estimatedTotalHits")
            pages = -(-total // count) if count else 0
            joined |= {"totalHits": total, "totalPages": pages, "hitsPerPage": count}
            joined["page"] = self.asked.get("page") or 1
        else:
            joined |= {"offset": begin, "limit": count}
        return {**answers[0], **joined}

    @property
    def _span(self) -> tuple[int, int]:
        """The first hit wanted, and how many."""
        count = _number(self.asked.get("hitsPerPage", self.asked.get("limit")), FEW_HITS)
        page = _number(self.asked.get("page"), 1)
        return (page - 1) * count if page > 1 else _number(self.asked.get("offset"), 0), count


def page_query(asked: Mapping[str, Any], names: Names, now: datetime) -> PageQuery:
    """One query understood. Raises: what `names` raises when it asks the index."""
    text = asked.get("q")
    has_filter = isinstance(asked.get("filter"), str | list | None)
    if not isinstance(text, str) or not has_filter:
        return PageQuery(asked=asked, understood=None)
    reading = read(text)
    if reading.plain and not reading.notes:
        return PageQuery(asked=asked, understood=None)
    return PageQuery(asked=asked, understood=understand(text, names, now=now, patient=True))


def _number(value: Any, default: int) -> int:
    return value if isinstance(value, int) and 0 <= value <= MOST_HITS else default
