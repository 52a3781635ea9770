"""One transaction an article: seen mark, story and outbox row, or none of them."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from crawler.article import Article, Entry, Facets, Signal, Site
from crawler.discovery.listing import DATES_AHEAD
from crawler.errors import LeaseLost
from crawler.rights.signals import marks_of
from crawler.sources.publishers import bundled, site_of_story
from crawler.sources.registry import Registry
from crawler.state import archive, baselines, polls, revisits, rights, schedule, seen, stories
from crawler.state.canonicals import with_right_address
from crawler.state.documents import document_of, is_teaser, word_count
from crawler.state.leaving import retell, withdraw
from crawler.state.page_files import Location
from crawler.state.schedule import Lease
from crawler.state.seen import Outcome, Settlement
from crawler.state.stories import StoryMember
from crawler.urls import document_id
from indexer.delivery import ledger, outbox
from indexer.document import Document
from indexer.foundation.clock import is_ahead
from indexer.foundation.database import begin, one_writer
from indexer.foundation.times import unix

_REMOVED = "removed: by hand, under this or another address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What storing a page came to. documents: into the outbox. reason: why none, a slug first.

    removed: all it holds was removed by hand, so that its page may not stay archived either.
    """

    documents: int
    reason: str | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page's harvest, ready to be stored.

    articles: one, or several of an aggregator. location: where the page was archived. lease: what
    gave the right to fetch it, of a watch. registry: knows the publishers of an aggregator's
    stories; the bundled one when None.
    """

    entry: Entry
    site: Site
    http_status: int
    articles: tuple[tuple[Article, Facets], ...]
    location: Location | None = None
    lease: Lease | None = None
    unread: str | None = None
    registry: Registry | None = None

    def site_of(self, article: Article) -> Site:
        """Whose one of the articles is: the page's, unless an aggregator carries it.

        What a list of links was seen at is the listing; what an aggregator carries, a page.
        """
        if not article.seen_at or self.entry.found_in in article.seen_at:
            return self.site
        return site_of_story(article, self.site, self.registry or bundled())


def fence(connection: Connection, lease: Lease | None) -> None:
    """Let nothing be written for a source that another crawler has meanwhile. Raises: LeaseLost."""
    if lease is not None and not schedule.holds(connection, lease):
        raise LeaseLost(f"{lease.source_id} went to another crawler meanwhile")


def store(engine: Engine, found: Found, *, now: datetime, all_topics: bool = False) -> int:
    """Store a page's articles. Off-topic ones are settled as dropped, unless `all_topics`.

    Returns: how many documents went into the outbox.
    """
    with begin(engine) as connection:
        return store_in(connection, found, now=now, all_topics=all_topics).documents


def store_in(
    connection: Connection,
    found: Found,
    *,
    now: datetime,
    all_topics: bool = False,
    replayed: bool = False,
) -> Stored:
    """`store` inside the caller's transaction.

    replayed: the page was fetched before and only the rules are new, so a new date is believed.
    Raises: LeaseLost before anything is written.
    """
    fence(connection, found.lease)
    stored: list[str] = []
    news: list[bool] = []  # of each stored: whether it says anything new
    reasons: list[str] = []
    gone = _removed(connection, found)
    for harvested, facets in found.articles:
        article = with_right_address(connection, found.entry, harvested, now=now)
        if document_id(article.url) in gone:
            reasons.append(_REMOVED)
        elif facets.tech_relevant or all_topics:
            own_id, is_new = _store_article(connection, found, article, facets, now, replayed)
            stored.append(own_id)
            news.append(is_new)
        else:
            reasons.append(facets.reason or "off-topic: no tech topic")
    own_id = document_id(found.entry.url)
    if stored and found.entry.instead_of:
        before = document_id(found.entry.instead_of)
        before = seen.document_of_entry(connection, found.entry.instead_of) or before
        if before not in stored:
            withdraw(connection, before, f"moved: to {found.entry.url}", now=now)
    elif stored and found.unread is None:
        former = _from_feed(connection, found.entry)
        if former is not None and former not in stored:
            withdraw(connection, former, "read: from its page now", now=now)
    only_removed = not stored and set(reasons) == {_REMOVED}
    outcome = Outcome.REMOVED if only_removed else Outcome.DROPPED
    ids = stored or (sorted(gone) if only_removed else [])
    reason = None if stored else "; ".join(dict.fromkeys(reasons)) or "no article"
    if stored and found.unread is not None:
        reason = f"{revisits.FROM_FEED}: {found.unread}"
    end = Settlement(
        outcome=Outcome.STORED if stored else outcome,
        reason=reason,
        http_status=found.http_status,
        document_id=own_id if own_id in stored else next(iter(ids), None),
    )
    if stored and not replayed:
        polls.note_change(connection, found.entry, real=any(news))
    seen.settle(connection, found.entry, end, now=now)
    if stored and found.unread is not None:
        revisits.note_unread(connection, found.entry, now=now)
    elif stored and not replayed:
        revisits.note_stored(connection, found.entry, now=now)
    if found.location is not None and not only_removed:
        archive.note(connection, found.entry, found.location, now=now)
    if not replayed:
        read = tuple(article for article, _ in found.articles)
        baselines.note(connection, found.entry.source_id, read, now=now)
    return Stored(documents=len(stored), reason=reason, removed=only_removed)


def _from_feed(connection: Connection, entry: Entry) -> str | None:
    """Id of the document that was made of the entry's feed, for want of its page."""
    known = seen.document_of_entry(connection, entry.url)
    record = ledger.read(connection, known) if known else None
    return known if record is not None and record.get("text_from") == "feed" else None


def _with_longer_text(article: Article, before: dict[str, Any] | None) -> Article:
    """The article with the feed's text that is stored, where its page shows only a teaser."""
    if before is None or before.get("text_from") != "feed" or not is_teaser(article):
        return article
    if len(before["text"]) <= len(article.text):
        return article
    return replace(article, text=before["text"], text_share=1.0, text_from="feed")


def _removed(connection: Connection, found: Found) -> set[str]:
    """Ids of a page's articles that were removed by hand; of a page removed whole, its own."""
    if not found.articles:
        return set()
    one_writer(connection)  # or a removal at this moment would not be seen
    ids = {document_id(article.url) for article, _ in found.articles}
    entry = document_id(found.entry.url)
    gone = seen.removed_among(connection, {entry, *ids})
    return ids if entry in gone and len(ids) == 1 else gone & ids


def _store_article(
    connection: Connection,
    found: Found,
    article: Article,
    facets: Facets,
    now: datetime,
    replayed: bool,
) -> tuple[str, bool]:
    """Returns: the document's id, and whether it is new or says something new."""
    site = found.site_of(article)
    own_id = document_id(article.url)
    before = ledger.read(connection, own_id)
    article = _with_longer_text(article, before)
    version = 1
    if before is not None:
        version = before["version"] + (before["text"] != article.text)
    member = StoryMember(
        document_id=own_id,
        source_id=site.id,
        country=site.country,
        published_at=unix(article.published.instant) if article.published else None,
        crawled_at=unix(now),
        words=word_count(article.text, facets.language),
        teaser=is_teaser(article),
    )
    story, former = stories.join(connection, member, facets.shingles)
    document = document_of(article, facets, site, story, now=now, version=version)
    if before is not None and not replayed and _keeps_date(before, document, now):
        document = replace(
            document,
            **{name: before[name] for name in ("published_at", "published_day", "published")},
        )
    if before is not None and replayed:
        # a kept page lacks what its host and headers said; and it is no news to alerts and feeds
        told_before = [Signal(mark=mark, words="") for mark in before.get("rights") or ()]
        kept = marks_of([*article.rights, *told_before])
        document = replace(document, rights=kept, crawled_at=before["crawled_at"])
    outbox.put(connection, document, now=now)
    if not replayed:
        rights.note(connection, site.id, article.rights, now=now)
    retell(connection, story, but=own_id, now=now)
    if former is not None and former != story.id:  # those it left behind
        left = stories.read(connection, former)
        if left is not None:
            retell(connection, left, but=own_id, now=now)
    seen.mark_stored(connection, article.url, found.entry, now=now)
    told = ("title", "text")
    return own_id, before is None or any(before[name] != getattr(article, name) for name in told)


def _keeps_date(before: dict[str, Any], document: Document, now: datetime) -> bool:
    """Whether the first date stays: a later fetch shows a later one.

    Not one that lies ahead, counted from a clock that was, if the page has another.
    """
    first = before["published_at"]
    if first is None or document.published_at is None:
        return first is not None
    return not is_ahead(first, "dates of documents", now=now, longest=DATES_AHEAD)
