"""How far back a crawl with --since and --until goes: which maps, which pages, which entries.

Decisions alone: the spider asks, `state.finished_sitemaps` remembers.
"""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from crawler.article import Entry
from crawler.discovery.listing import Listing
from crawler.discovery.sitemaps import is_dead_dated_map, map_period
from crawler.spiders.plan import Plan
from crawler.state import finished_sitemaps

MAX_LISTINGS = 60  # a turn; sub-sitemaps and further section pages included
MAX_LISTINGS_BACK = 1_000  # the same in a backfill; run again, it goes on behind them
OLD_SITEMAP_ENTRY = timedelta(days=30)  # plain sitemaps hold whole archives
SLACK = timedelta(days=1)  # a map's day is its publisher's, whose clock may be far from ours
_OLDEST = datetime.min.replace(tzinfo=UTC)


def most_listings(plan: Plan) -> int:
    """How many listings of a source one turn asks at most."""
    return MAX_LISTINGS_BACK if plan.walks_back else MAX_LISTINGS


def asks_whole(kind: str, plan: Plan, *, now: datetime) -> bool:
    """Whether "not modified" is no answer, since what was left out before is wanted now."""
    if plan.refresh or not plan.walks_back:
        return plan.refresh
    old = plan.since is None or plan.since < now - OLD_SITEMAP_ENTRY
    return old or kind == "section"  # it may lead on


def further(connection: Connection, listing: Listing, plan: Plan, *, now: datetime) -> list[str]:
    """The listings to ask after this one: sub-sitemaps not finished before, then its older page."""
    maps = maps_to_ask(listing, plan, now=now)
    if plan.walks_back and not plan.refresh:
        done = finished_sitemaps.known(connection, maps, plan.since, plan.until, now=now)
        maps = [child for child in maps if child not in done]
    return [*maps, listing.next_url] if listing.next_url and leads_on(listing, plan) else maps


def maps_to_ask(listing: Listing, plan: Plan, *, now: datetime) -> list[str]:
    """The sub-sitemaps worth asking: living ones, or in a backfill those of its window.

    In a backfill the newest first, by the dates in their names, else as the index orders them.
    """
    if not plan.walks_back:
        return [child for child in listing.children if not is_dead_dated_map(child, now=now)]
    kept = [child for child in listing.children if _may_hold(child, listing, plan, now)]
    return sorted(kept, key=lambda child: _last_day(child, listing, now), reverse=True)


def leads_on(listing: Listing, plan: Plan) -> bool:
    """Whether to ask a listing's page with older entries: only while it is inside the window."""
    if not listing.next_url or not plan.walks_back:
        return False
    dates = [date for entry in listing.entries if (date := entry.published or entry.modified)]
    return bool(listing.entries) and (not dates or plan.since is None or max(dates) >= plan.since)


def is_wanted(entry: Entry, plan: Plan, *, now: datetime) -> bool:
    """Whether to write an entry down: inside the window, and no old page of an archive sitemap."""
    if entry.published is not None:
        early = plan.since is not None and entry.published < plan.since
        if plan.walks_back and (early or (plan.until and entry.published > plan.until)):
            return False
    latest = entry.published or entry.modified
    if plan.walks_back:  # what changed late may have been published long before
        return latest is None or plan.since is None or latest >= plan.since
    return entry.kind != "sitemap" or latest is None or latest >= now - OLD_SITEMAP_ENTRY


def why_not_wanted(plan: Plan) -> str:
    """What entries have in common that `is_wanted` leaves."""
    if plan.walks_back:
        return "outside of --since and --until"
    return f"older than {OLD_SITEMAP_ENTRY.days} days (--since takes them)"


def _may_hold(child: str, listing: Listing, plan: Plan, now: datetime) -> bool:
    changed = listing.changed.get(child)
    if changed is not None and plan.since is not None and changed < plan.since - SLACK:
        return False
    period = map_period(child, now=now)
    if period is None:
        return True
    first, end = period
    too_old = plan.since is not None and end < plan.since - SLACK
    return not too_old and not (plan.until is not None and first > plan.until + SLACK)


def _last_day(child: str, listing: Listing, now: datetime) -> datetime:
    period = map_period(child, now=now)
    return period[1] if period else listing.changed.get(child, _OLDEST)
