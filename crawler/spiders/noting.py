"""Writes a listing's answer down: its entries, its validators and when to ask again, or nothing."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.article import Entry
from crawler.spiders.answers import Reading
from crawler.spiders.plan import Plan
from crawler.spiders.turns import Turn
from crawler.state import listings, paces, seen
from crawler.state.listings import Answer
from crawler.state.paces import Asked

OLD_SITEMAP_ENTRY = timedelta(days=30)  # plain sitemaps hold whole archives


def note_reading(
    connection: Connection, reading: Reading, turn: Turn, plan: Plan, *, now: datetime
) -> Answer:
    """One transaction's worth of what a listing said. Returns: the answer with its new entries."""
    answer, listing = reading.answer, reading.listing
    new: list[Entry] = []
    if listing is not None:
        wanted = [e for e in listing.entries if _wanted(e, now) or plan.since is not None]
        new = seen.note_found(connection, wanted, now=now, again=plan.refresh)
        answer = replace(answer, new_entries=len(new))
    listings.answered(connection, answer, now=now)
    if answer.kind == "sitemap" or (answer.kind, answer.url) in turn.listings:
        asked = Asked(
            ttl=None if listing is None else listing.ttl or timedelta(0),
            fresh=reading.fresh,
            retry_after=reading.retry_after,
            new=new,
            entries=() if listing is None else listing.entries,
        )
        paces.note(connection, answer, asked, turn.source, plan.rules, now=now)
    return answer


def _wanted(entry: Entry, now: datetime) -> bool:
    latest = entry.published or entry.modified
    return entry.kind != "sitemap" or latest is None or latest >= now - OLD_SITEMAP_ENTRY
