"""Pages that end together are committed together; what breaks in one harms none of the others."""

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, insert, select

from crawler.state.together import MOST, Together
from indexer.database import begin

PAGES = Table("pages_for_test", MetaData(), Column("n", Integer, primary_key=True))


@pytest.fixture(autouse=True)
def _table(database: Engine) -> None:
    with begin(database) as connection:
        PAGES.drop(connection, checkfirst=True)
        PAGES.create(connection)


def putting(n: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(PAGES).values(n=n))
        return n

    return work


def stored(database: Engine) -> list[int]:
    with begin(database) as connection:
        return list(connection.scalars(select(PAGES.c.n).order_by(PAGES.c.n)))


async def run_all(together: Together, *works: Callable[[Connection], int]) -> list[object]:
    return await asyncio.gather(*map(together.run, works), return_exceptions=True)


def test_what_ends_together_is_one_transaction(database: Engine) -> None:
    commits: list[object] = []
    event.listen(database, "commit", commits.append)

    answers = asyncio.run(run_all(Together(database), *map(putting, range(MOST))))

    assert answers == list(range(MOST))
    assert stored(database) == list(range(MOST))
    assert len(commits) == 1 + 1  # ours, and that of looking


def test_an_answer_comes_after_its_commit(database: Engine) -> None:
    async def one() -> list[int]:
        await Together(database).run(putting(7))
        return stored(database)

    assert asyncio.run(one()) == [7]


def test_a_piece_that_breaks_fails_alone(database: Engine) -> None:
    def broken(connection: Connection) -> int:
        connection.execute(insert(PAGES).values(n=99))
        raise ValueError("a page nobody can store")

    answers = asyncio.run(run_all(Together(database), putting(1), broken, putting(2)))

    assert answers[::2] == [1, 2]
    assert isinstance(answers[1], ValueError)
    assert stored(database) == [1, 2]


def test_one_given_up_meanwhile_harms_no_other(database: Engine) -> None:
    async def cancelled() -> int:
        together = Together(database)
        first = asyncio.ensure_future(together.run(putting(1)))
        await asyncio.sleep(0)
        first.cancel()
        return await together.run(putting(2))

    assert asyncio.run(cancelled()) == 2
    assert 2 in stored(database)
