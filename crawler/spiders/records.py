"""What the spiders look up and write down, each in one transaction at the desk.

Nothing is written for a source that another crawler has meanwhile (`Turn.holds`).
"""

from datetime import datetime

from sqlalchemy import Connection

from crawler.article import Entry
from crawler.discovery.listing import Listing
from crawler.spiders import backfill
from crawler.spiders.answers import Reading
from crawler.spiders.noting import note_reading
from crawler.spiders.plan import Plan
from crawler.spiders.tally import Tally
from crawler.spiders.turns import Turn
from crawler.state import paces, seen
from crawler.state.desk import Desk
from crawler.state.listings import Answer
from crawler.state.seen import Outcome, Settlement
from indexer.foundation.clock import Clock


class Records:
    """One crawl's memory. most_pages: fetched a turn at most."""

    def __init__(
        self, desk: Desk, plan: Plan, *, tally: Tally, clock: Clock, most_pages: int
    ) -> None:
        self.desk = desk
        self.plan = plan
        self.tally = tally
        self.clock = clock
        self.most_pages = min(plan.limit or most_pages, most_pages)

    async def pages(self, turn: Turn) -> list[Entry]:
        """What is new at the turn's source; notes whether more is left."""

        def look(connection: Connection) -> list[Entry]:
            return seen.pending(
                connection,
                turn.source.id,
                now=self.clock(),
                since=self.plan.since,
                until=self.plan.until,
                limit=self.most_pages,
            )

        entries = await self.desk.look(look)
        turn.more = turn.more or len(entries) == self.most_pages
        return entries

    async def further(self, turn: Turn, listing: Listing, *, now: datetime) -> list[str]:
        """The listings to ask after this one."""
        if not listing.children and not listing.next_url:
            return []

        def look(connection: Connection) -> list[str]:
            further = backfill.further(connection, listing, self.plan, now=now)
            if turn.lease is None:
                return further
            asked = {address for _, address in turn.listings}
            return [
                child
                for child in further
                if child not in asked and paces.is_due(connection, child, now=now)
            ]

        return await self.desk.look(look)

    async def note(self, turn: Turn, reading: Reading, *, now: datetime) -> Answer | None:
        """Write down what a listing answered. Returns: that with its new entries; None if lost."""

        def write(connection: Connection) -> Answer | None:
            if not turn.holds(connection):
                return None
            return note_reading(connection, reading, turn, self.plan, now=now)

        answer = await self.desk.run(write)
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

        def write(connection: Connection) -> bool:
            if not turn.holds(connection):
                return False
            seen.settle(connection, entry, end, now=self.clock())
            return True

        if await self.desk.run(write):
            self.tally.add("failed" if outcome is Outcome.FAILED else "dropped", reason=reason)
        else:
            self.tally.add("lost")
