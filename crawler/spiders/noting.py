"""Writes a listing's answer down: its entries, its validators and when to ask again, or nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.article import Entry
from crawler.discovery.sitemaps import is_dead_dated_map
from crawler.spiders.answers import Reading
from crawler.spiders.backfill import is_wanted, leads_on
from crawler.spiders.plan import Plan
from crawler.spiders.turns import Turn
from crawler.state import finished_sitemaps, listings, polls, seen
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult


def note_reading(
    connection: Connection, reading: Reading, turn: Turn, plan: Plan, *, now: datetime
) -> ListingAnswer:
    """One transaction's worth of what a listing said. Returns: the answer with its new entries."""
    answer, listing = reading.answer, reading.listing
    new: list[Entry] = []
    if listing is not None:
        wanted = [e for e in listing.entries if is_wanted(e, plan, now=now)]
        new = seen.note_found(connection, wanted, now=now, again=plan.refresh)
        answer = replace(answer, new_entries=len(new))
        if plan.walks_back:
            if leads_on(listing, plan) or len(wanted) < len(listing.entries):
                # a 304 would hide the next page after a kill, or what this window left out
                answer = replace(answer, etag=None, last_modified=None)
            if is_dead_dated_map(answer.url, now=now):
                finished_sitemaps.note(connection, answer.url, plan.since, plan.until, now=now)
    listings.answered(connection, answer, now=now)
    if answer.kind == "sitemap" or (answer.kind, answer.url) in turn.listings:
        asked = PollResult(
            ttl=None if listing is None else listing.ttl or timedelta(0),
            fresh=reading.fresh,
            retry_after=reading.retry_after,
            new=new,
            entries=() if listing is None else listing.entries,
        )
        polls.note(connection, answer, asked, turn.source, plan.rules, now=now)
    return answer
