"""A spider of a fleet on one state database: its name there, and the leases it holds."""

from datetime import timedelta
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from sqlalchemy import Connection, Engine

from crawler.net.host_registry import HostRegistry
from crawler.settings import fleet_settings
from crawler.state.transactions import Transactions
from indexer.foundation.clock import SharedClock
from indexer.foundation.config import Config
from indexer.foundation.database import connect, transact
from indexer.foundation.errors import DatabaseError
from indexer.foundation.owners import new_owner


class FleetSpider(scrapy.Spider):
    """Opens the state database, and gives its leases back at its end.

    owner: names this crawl to the others. clock: the time they share. lease_span: how long the
    others wait for one that is dead.
    """

    database: Engine
    transactions: Transactions  # the database, without waiting for it
    hosts: HostRegistry
    lease_span: timedelta

    def __init__(self) -> None:
        super().__init__()
        self.clock = SharedClock()
        self.owner = new_owner()
        self._has_let_go = False

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        super().update_settings(settings)
        settings.setdict(fleet_settings(settings["TECHWIRE_CONFIG"]), priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        config: Config = crawler.settings["TECHWIRE_CONFIG"]
        config.make_home()
        spider.database = connect(config.database_url)
        spider.transactions = Transactions(spider.database)
        spider.lease_span = timedelta(seconds=config.lease_s)
        spider.hosts = HostRegistry(
            spider.transactions, owner=spider.owner, clock=spider.clock, span=spider.lease_span
        )
        crawler.signals.connect(spider.let_go, signal=signals.spider_closed)
        return spider

    def leave(self, connection: Connection) -> None:
        """Give back the leases this crawl holds."""
        self.hosts.give_all_back(connection)

    def let_go(self) -> None:
        """Give them back now and close the database; a second call does nothing.

        Without the database others get them when they have run out.
        """
        if self._has_let_go:
            return
        self._has_let_go = True
        self.hosts.close()
        self.transactions.close()  # nothing is taken any more
        try:
            transact(self.database, self.leave)
        except DatabaseError as error:
            words = "%s; others take over what this crawl held within %.0f s"
            self.logger.warning(words, error, self.lease_span.total_seconds())
        finally:
            self.database.dispose()
