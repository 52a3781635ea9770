"""Which of the pages that need no fetch are kept."""

from dataclasses import dataclass
from datetime import datetime

from crawler.article import DateEvidence
from indexer.foundation.marks import REFUSED


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """since, until: aware UTC, between which an article was published; undated ones are kept.

    all_topics: stories off the tech topics too. refused: marks of rights that keep a page out.
    """

    since: datetime | None = None
    until: datetime | None = None
    all_topics: bool = False
    refused: frozenset[str] = REFUSED

    def lets_in(self, published: DateEvidence | None) -> bool:
        if published is None:
            return True
        return (self.since is None or published.instant >= self.since) and (
            self.until is None or published.instant <= self.until
        )
