"""The spider that never closes: leases due sources, asks them, sleeps until the next is due."""

from crawler.spiders.news import NewsSpider
from crawler.spiders.turns import OnePass, Watch

PAGES_PER_TURN = 50  # the newest first; what is left waits for the source's next turn


class WatchSpider(NewsSpider):
    """Again and again over the sources that are due. Arguments as `news` takes them."""

    name = "watch"
    most_pages = PAGES_PER_TURN

    def make_turns(self) -> OnePass:
        return Watch(
            self.plan.sources,
            transactions=self.transactions,
            owner=self.owner,
            clock=self.clock,
            rules=self.plan.rules,
            span=self.lease_span,
        )
