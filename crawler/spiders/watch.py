"""The spider that never closes: leases due sources, asks them, sleeps until the next is due."""

import os
import socket
import uuid

from crawler.spiders.news import NewsSpider
from crawler.spiders.turns import OnePass, Watch
from crawler.state.clock import common_clock

PAGES_PER_TURN = 50  # the newest first; what is left waits for the source's next turn


class WatchSpider(NewsSpider):
    """Again and again over the sources that are due. Arguments as `news` takes them."""

    name = "watch"
    most_pages = PAGES_PER_TURN

    def make_turns(self) -> OnePass:
        self.clock = common_clock(self.database)
        return Watch(
            self.plan.sources,
            database=self.database,
            owner=f"{socket.gethostname()[:64]}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
            clock=self.clock,
            rules=self.plan.rules,
        )
