"""A crawl waits for its database without standing still, and says so in plain lines."""

import asyncio
import logging

import pytest
from sqlalchemy import Connection, Engine, text

from crawler.state.transactions import Transactions
from indexer.foundation.errors import DatabaseAway, DatabaseError


def test_what_is_handed_in_while_the_database_is_away_is_done_when_it_is_back(
    database: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    outage = [DatabaseAway("the state database does not answer"), DatabaseAway("nor now"), None]
    turns = 0

    def work(connection: Connection) -> int:
        trouble = outage.pop(0)
        if trouble is not None:
            raise trouble
        return int(connection.execute(text("select 7")).scalar_one())

    async def elsewhere() -> None:
        nonlocal turns
        while outage:
            turns += 1
            await asyncio.sleep(0.01)

    async def crawl() -> int:
        transactions = Transactions(database)
        beside = asyncio.create_task(elsewhere())
        done = await transactions.run(work)
        await beside
        transactions.close()
        return done

    with caplog.at_level(logging.WARNING, "techwire"):
        assert asyncio.run(crawl()) == 7
    assert turns > 5, "the event loop went on meanwhile"
    first, last = (record.message for record in caplog.records)
    assert first == "the state database does not answer; waiting for it, nothing is lost"
    assert last.startswith("the state database is back after")


def test_an_error_that_waiting_does_not_mend_is_raised(database: Engine) -> None:
    def work(connection: Connection) -> None:
        connection.execute(text("select * from nowhere"))

    async def crawl() -> None:
        transactions = Transactions(database)
        try:
            await transactions.run(work)
        finally:
            transactions.close()

    with pytest.raises(DatabaseError, match="nowhere"):
        asyncio.run(crawl())
