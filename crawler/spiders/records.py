"""What the spiders look up and write down, each in one transaction.

Nothing is written for a source that another crawler has meanwhile (`Turn.holds`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection

from crawler.article import Entry
from crawler.discovery.listing import Listing, counted
from crawler.discovery.sitemaps import is_dead_dated_map
from crawler.spiders import backfill
from crawler.spiders.answers import Reading
from crawler.spiders.backfill import is_wanted, leads_on
from crawler.spiders.plan import Plan
from crawler.spiders.rotation import in_turn, same_listing
from crawler.spiders.tally import Tally
from crawler.spiders.turns import Turn
from crawler.state import (
    catch_ups,
    finished_sitemaps,
    listings,
    polls,
    revisits,
    seen,
    subscriptions,
)
from crawler.state.catch_ups import CatchUp
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.seen import Outcome, Settlement
from crawler.state.transactions import Transactions
from indexer.foundation.clock import Clock

_NO_PAGE = (400, 404, 410)  # what asking for a page behind the last one answers
_REFUSED = ("robots:", "closed:")


def note_reading(
    connection: Connection, reading: Reading, turn: Turn, plan: Plan, *, now: datetime
) -> ListingAnswer:
    """One transaction's worth of what a listing said. Returns: the answer with its new entries."""
    answer, listing = reading.answer, reading.listing
    source_id = turn.source.id
    older = None if plan.walks_back else catch_ups.of_page(connection, source_id, answer.url)
    first = None
    if not plan.walks_back and (answer.kind, answer.url) in turn.listings:
        first = catch_ups.first_page(connection, source_id, answer.kind, answer.url)
    noted = seen.Noted(new=[], again=[])
    if listing is not None:
        wanted = [e for e in listing.entries if is_wanted(e, plan, now=now)]
        answer = replace(
            answer, left_out=(*answer.left_out, *_not_asked(listing, wanted, plan, now))
        )
        shown_in = older.url if older else answer.url
        found = [replace(e, found_in=shown_in) for e in wanted]  # not where it led
        trust = polls.trust_in(connection, shown_in)
        noted = seen.note_found(connection, found, now=now, again=plan.refresh, trust=trust)
        answer = replace(answer, new_entries=len(noted.new))
        if plan.walks_back:
            if leads_on(listing, plan) or len(wanted) < len(listing.entries):
                # a 304 would hide the next page after a kill, or what this window left out
                answer = replace(answer, etag=None, last_modified=None)
            if is_dead_dated_map(answer.url, now=now):
                finished_sitemaps.note(connection, answer.url, plan.since, plan.until, now=now)
        elif answer.kind == "feed" and older is None:
            revisits.note_missed(connection, answer.url, listing.entries, now)
            _announce(connection, reading, source_id, now)
    if older or first:
        answer = _caught_up(connection, answer, listing, older, first, now)
    if older is not None:  # no listing of its own: the registry's is the first page
        return answer
    listings.answered(connection, answer, now=now)
    if answer.kind == "sitemap" or (answer.kind, answer.url) in turn.listings:
        asked = PollResult(
            ttl=None if listing is None else listing.ttl or timedelta(0),
            fresh=reading.fresh,
            retry_after=reading.retry_after,
            new=noted.new,
            entries=() if listing is None else listing.entries,
        )
        polls.note(connection, answer, asked, turn.source, plan.rules, now=now)
    return answer


def _announce(connection: Connection, reading: Reading, source_id: str, now: datetime) -> None:
    """Write down the hub that a feed announces, or that it announces none."""
    hub, own = reading.announced, reading.answer.url
    name, topic = (hub.hub, hub.topic) if hub else (None, own)
    subscriptions.announce(connection, own, source_id, name, topic, now=now)


def _caught_up(
    connection: Connection,
    answer: ListingAnswer,
    listing: Listing | None,
    older: CatchUp | None,
    first: CatchUp | None,
    now: datetime,
) -> ListingAnswer:
    """After an absence: the listing's next older page is to be asked, or known ground is reached.

    older: what the page belongs to that answered; first: the same of a listing's newest page.
    """
    one = older or first
    assert one is not None
    if listing is None:
        # it may have no older page, or not for us; what only failed is asked again in a later turn
        over = answer.http_status in _NO_PAGE or (answer.error or "").startswith(_REFUSED)
        if older and (answer.error is None or over):
            catch_ups.end(connection, older)
        elif older:
            _go_on(connection, older, older.older_url)
        return replace(answer, error=None) if older and over else answer
    if not catch_ups.all_new(connection, listing.entries, answer.new_entries, one, now=now):
        if older:
            catch_ups.end(connection, older)
        return replace(answer, left_out=()) if older else answer
    further = listing.next_url or listing.older_url
    words = ""
    if not further:
        catch_ups.end(connection, one)
        words = "all of its items were new, and no older page is named: some may be missing"
    elif not _go_on(connection, one, further):
        words = f"older pages left out: {catch_ups.MOST_PAGES} were asked, and all was new"
    if not older:
        return replace(answer, left_out=(*answer.left_out, *filter(None, [words])))
    if words:
        listings.leave_out(connection, older.url, words)
    return replace(answer, left_out=(words,) if words else ())


def _go_on(connection: Connection, one: CatchUp, further: str) -> bool:
    """Have an older page asked, within bounds. Returns: whether it will be."""
    if one.pages + bool(one.older_url) >= catch_ups.MOST_PAGES:
        catch_ups.end(connection, one)
        return False
    catch_ups.go_on(connection, one, further)
    return True


def _not_asked(
    listing: Listing, wanted: Sequence[Entry], plan: Plan, now: datetime
) -> Iterator[str]:
    """What of a listing is not asked for, a line each."""
    old = len(listing.entries) - len(wanted)
    if old:
        yield f"{counted(old, 'item')} not asked: {backfill.why_not_wanted(plan)}"
    over = len(listing.children) - len(backfill.maps_to_ask(listing, plan, now=now))
    if over:
        yield f"{counted(over, 'sub-sitemap')} not asked: of days that are over"


class Records:
    """One crawl's memory. most_pages: fetched a turn at most."""

    def __init__(
        self, transactions: Transactions, plan: Plan, *, tally: Tally, clock: Clock, most_pages: int
    ) -> None:
        self.transactions = transactions
        self.plan = plan
        self.tally = tally
        self.clock = clock
        self.most_pages = min(plan.limit or most_pages, most_pages)

    async def pages(self, turn: Turn) -> list[Entry]:
        """What is new at the turn's source, then what is to be looked at again.

        Notes whether more of the new is left.
        """

        def look(connection: Connection) -> tuple[list[Entry], list[Entry]]:
            new = seen.pending(
                connection,
                turn.source.id,
                now=self.clock(),
                since=self.plan.since,
                until=self.plan.until,
                limit=self.most_pages,
            )
            room = 0 if self.plan.walks_back else self.most_pages - len(new)
            now = self.clock()
            return new, revisits.due(connection, turn.source.id, now=now, limit=room)

        entries, again = await self.transactions.look(look)
        turn.more = turn.more or len(entries) == self.most_pages
        self.tally.add("revisits", len(again))
        return entries + again

    async def further(self, turn: Turn, listing: Listing, *, url: str, now: datetime) -> list[str]:
        """The listings to ask after this one at `url`, once a turn each.

        What there is no room for comes first in a later turn, and is said.
        """
        if not listing.children and not listing.next_url:
            return []

        def look(connection: Connection) -> list[str]:
            further = backfill.further(connection, listing, self.plan, now=now)
            if not self.plan.walks_back:
                asked_at = polls.asked_at(connection, further)
                further = in_turn(further, listing, asked_at, now=now)
            if turn.lease is None:
                return further
            asked = {address for _, address in turn.listings}
            return [
                child
                for child in further
                if child not in asked and polls.is_due(connection, child, now=now)
            ]

        further = await self.transactions.look(look)
        further = [address for address in further if same_listing(address) not in turn.asked]
        room = max(0, backfill.most_listings(self.plan) - len(turn.asked))
        if len(further) > room:
            left = counted(len(further) - room, "sub-sitemap")
            words = f"{left} left to a later turn, which has room for {room}"
            await self._leave_out(turn, url, words)
        return further[:room]

    async def older(self, turn: Turn) -> list[tuple[str, str]]:
        """Older pages to ask after an absence, as (kind, address); those of this turn are out."""
        if self.plan.walks_back:
            return []
        found = await self.transactions.look(
            lambda connection: catch_ups.pending(connection, turn.source.id)
        )
        return [
            (one.kind, one.older_url)
            for one in found
            if same_listing(one.older_url) not in turn.asked
        ]

    async def _leave_out(self, turn: Turn, url: str, words: str) -> None:
        def write(connection: Connection) -> None:
            if turn.holds(connection):
                listings.leave_out(connection, url, words)

        await self.transactions.run(write)
        self.tally.leave_out(turn.source.id, url, (words,))

    async def note(self, turn: Turn, reading: Reading, *, now: datetime) -> ListingAnswer | None:
        """Write down what a listing answered. Returns: that with its new entries; None if lost."""

        def write(connection: Connection) -> ListingAnswer | None:
            if not turn.holds(connection):
                return None
            return note_reading(connection, reading, turn, self.plan, now=now)

        answer = await self.transactions.run(write)
        if answer is None:
            self.tally.add("lost")
        else:
            self.tally.answered(answer)
        return answer

    async def settle(
        self, turn: Turn, entry: Entry, outcome: Outcome, reason: str, status: int | None
    ) -> None:
        """Write down how a page ended that gave no document."""
        end = Settlement(outcome=outcome, reason=reason, http_status=status)

        def write(connection: Connection) -> Outcome | None:
            if not turn.holds(connection):
                return None
            return revisits.settle(connection, entry, end, now=self.clock())

        written = await self.transactions.run(write)
        if written is None:
            self.tally.add("lost")
        else:
            self.tally.ended(outcome, written, reason)
