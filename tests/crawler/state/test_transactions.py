"""What is asked for while a commit runs is committed together; what breaks harms none beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, insert, select

from crawler.state.transactions import MOST_TOGETHER, Transactions
from indexer.foundation.database import begin

PAGES = Table("pages_for_test", MetaData(), Column("n", Integer, primary_key=True))
PATIENCE_S = 30


@pytest.fixture
def transactions(database: Engine) -> Iterator[Transactions]:
    with begin(database) as connection:
        PAGES.drop(connection, checkfirst=True)
        PAGES.create(connection)
    opened = Transactions(database)
    yield opened
    opened.close()


def putting(n: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(insert(PAGES).values(n=n))
        return n

    return work


def broken(connection: Connection) -> int:
    connection.execute(insert(PAGES).values(n=99))
    raise ValueError("a page nobody can store")


def stored(transactions: Transactions) -> list[int]:
    with begin(transactions.engine) as connection:
        return list(connection.scalars(select(PAGES.c.n).order_by(PAGES.c.n)))


async def while_another_is_written(
    transactions: Transactions, *works: Callable[[Connection], int]
) -> list[int | BaseException]:
    """Ask for all of these before the transaction under way ends."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        begun.set()
        assert go_on.wait(PATIENCE_S)

    first = asyncio.ensure_future(transactions.run(slow))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    asked = [asyncio.ensure_future(transactions.run(work)) for work in works]
    await asyncio.sleep(0)
    go_on.set()
    await first
    return await asyncio.gather(*asked, return_exceptions=True)


def test_what_waits_together_is_one_transaction(transactions: Transactions) -> None:
    commits: list[object] = []
    event.listen(transactions.engine, "commit", commits.append)

    answers = asyncio.run(while_another_is_written(transactions, *map(putting, range(9))))

    assert answers == list(range(9))
    assert len(commits) == 1 + 1  # the one under way, and theirs
    assert stored(transactions) == list(range(9))


def test_an_answer_comes_after_its_commit(transactions: Transactions) -> None:
    async def one() -> list[int]:
        await transactions.run(putting(7))
        return stored(transactions)

    assert asyncio.run(one()) == [7]


def test_a_look_waits_for_no_other_process_that_writes(transactions: Transactions) -> None:
    def numbers(connection: Connection) -> list[int]:
        return list(connection.scalars(select(PAGES.c.n)))

    async def looked() -> list[int]:
        await transactions.run(putting(7))
        with begin(transactions.engine) as another:
            another.execute(insert(PAGES).values(n=8))
            return await asyncio.wait_for(transactions.look(numbers), PATIENCE_S / 2)

    assert asyncio.run(looked()) == [7]


def test_a_look_among_writes_sees_what_was_asked_for_before_it(transactions: Transactions) -> None:
    def count(connection: Connection) -> int:
        return len(connection.scalars(select(PAGES.c.n)).all())

    async def asked() -> list[int]:
        first, second = transactions.run(putting(7)), transactions.look(count)
        return list(await asyncio.gather(first, second))

    assert asyncio.run(asked()) == [7, 1]


def test_a_piece_that_breaks_fails_alone(transactions: Transactions) -> None:
    answers = asyncio.run(while_another_is_written(transactions, putting(1), broken, putting(2)))

    assert answers[::2] == [1, 2]
    assert isinstance(answers[1], ValueError)
    assert stored(transactions) == [1, 2]


def test_one_given_up_meanwhile_harms_no_other(transactions: Transactions) -> None:
    async def given_up() -> int:
        first = asyncio.ensure_future(transactions.run(putting(1)))
        await asyncio.sleep(0)
        first.cancel()
        return await transactions.run(putting(2))

    assert asyncio.run(given_up()) == 2
    assert 2 in stored(transactions)


def test_what_may_linger_waits_for_company(transactions: Transactions) -> None:
    commits: list[object] = []
    event.listen(transactions.engine, "commit", commits.append)

    async def one_after_another() -> list[int]:
        asked = []
        for n in range(4):
            asked.append(asyncio.ensure_future(transactions.run(putting(n), may_linger=True)))
            await asyncio.sleep(0.01)
        return list(await asyncio.gather(*asked))

    assert asyncio.run(one_after_another()) == [0, 1, 2, 3]
    assert len(commits) == 1


def test_what_is_urgent_takes_along_what_lingers(
    transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.state.transactions.LINGER_S", 1_000 * PATIENCE_S)

    async def both() -> list[int]:
        patient = asyncio.ensure_future(transactions.run(putting(1), may_linger=True))
        await asyncio.sleep(0)
        return [await transactions.run(putting(2)), await patient]

    assert asyncio.run(both()) == [2, 1]


def test_as_many_as_fit_into_one_commit_linger_no_longer(
    transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.state.transactions.LINGER_S", 1_000 * PATIENCE_S)

    async def many() -> list[int]:
        asked = (transactions.run(putting(n), may_linger=True) for n in range(MOST_TOGETHER))
        return list(await asyncio.gather(*asked))

    assert asyncio.run(many()) == list(range(MOST_TOGETHER))
