"""Whether a listing says that an article it showed before is another now. Pure deciders.

A changed headline is believed. Dates are not always: some listings date everything "now", so a
listing earns belief by changes that were real, and loses it by texts that were the same.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crawler.article import Entry
from crawler.discovery.listing import DATES_AHEAD
from indexer.foundation.clock import is_ahead, say_once, span_words
from indexer.foundation.times import unix

PREFIX = "changed"  # what a reason begins with, and a text that was looked at in vain
MOST_CHANGES = 8  # of one entry; a headline that turns for ever is no correction
MOST_TRUST, NO_TRUST = 5, -2
_SAME_DATE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChange:
    """What changed, in words. sure: believed whatever the listing is worth."""

    words: str
    sure: bool = False

    @property
    def reason(self) -> str:
        return f"{PREFIX}: {self.words}"


def title_mark(title: str | None) -> str | None:
    """A headline's fingerprint, whatever its case and spaces; None without one."""
    words = " ".join((title or "").casefold().split())
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16] if words else None


def identity_mark(entry: Entry) -> str | None:
    """A fingerprint of the name a feed gives an entry, whatever its address; None without one."""
    if not entry.guid:
        return None
    named = f"{entry.source_id} {entry.guid}"
    return hashlib.sha256(named.encode("utf-8", "replace")).hexdigest()[:24]


def believed(trust: int) -> int | None:
    """How many entries an answer may call changed without another headline; None: any number."""
    return None if trust > 0 else max(0, trust - NO_TRUST)


def trust_after(trust: int, *, real: bool) -> int:
    """What a listing is worth once a page it called changed was read."""
    return min(trust + 1, MOST_TRUST) if real else max(min(trust, 1) - 1, NO_TRUST)


def change_of(entry: Entry, row: Any, *, now: datetime) -> ListedChange | None:
    """What changed since the page of a stored entry was read. row: of `seen`.

    So when the clock was wrong then: dates were counted from that clock, or doubted by it.
    """
    fetched_at = int(row.fetched_at)
    if is_ahead(fetched_at, "times when pages were fetched", now=now):
        # without a date it may be our clock that is behind now
        return ListedChange(words="the clock was ahead", sure=True) if entry.published else None
    published_at = unix(entry.published) if entry.published else None
    if published_at is not None and row.published_at is None:
        early_s = published_at - fetched_at
        if early_s > DATES_AHEAD.total_seconds():
            words = "pages were fetched %s before they were published, so the clock was behind then"
            say_once("early pages", f"{words}; they are fetched again", span_words(early_s))
            return ListedChange(words="the clock was behind", sure=True)
    changes = row.changes or 0
    own = entry.found_in == row.found_in and changes < MOST_CHANGES
    if own and row.title_mark and title_mark(entry.title) not in (None, row.title_mark):
        return ListedChange(words="headline", sure=True)
    if entry.modified is not None and unix(entry.modified) > fetched_at:
        return ListedChange(words="said to be modified")
    dated = None not in (published_at, row.published_at)
    if own and dated and abs(published_at - row.published_at) > _SAME_DATE_S:
        return ListedChange(words="date")
    return None
