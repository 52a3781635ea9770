"""What is asked for while a commit runs is committed together; what breaks harms none beside it."""

import asyncio
import threading
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Column, Connection, Engine, Integer, MetaData, Table, event, insert, select

from crawler.state.desk import MOST_TOGETHER, Desk
from indexer.foundation.database import begin

PAGES = Table("pages_for_test", MetaData(), Column("n", Integer, primary_key=True))
PATIENCE_S = 30


@pytest.fixture
def desk(database: Engine) -> Iterator[Desk]:
    with begin(database) as connection:
        PAGES.drop(connection, checkfirst=True)
        PAGES.create(connection)
    opened = Desk(database)
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


def stored(desk: Desk) -> list[int]:
    with begin(desk.engine) as connection:
        return list(connection.scalars(select(PAGES.c.n).order_by(PAGES.c.n)))


async def while_another_is_written(
    desk: Desk, *works: Callable[[Connection], int]
) -> list[int | BaseException]:
    """Ask for all of these before the transaction under way ends."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(_connection: Connection) -> None:
        begun.set()
        assert go_on.wait(PATIENCE_S)

    first = asyncio.ensure_future(desk.run(slow))
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    asked = [asyncio.ensure_future(desk.run(work)) for work in works]
    await asyncio.sleep(0)
    go_on.set()
    await first
    return await asyncio.gather(*asked, return_exceptions=True)


def test_what_waits_together_is_one_transaction(desk: Desk) -> None:
    commits: list[object] = []
    event.listen(desk.engine, "commit", commits.append)

    answers = asyncio.run(while_another_is_written(desk, *map(putting, range(9))))

    assert answers == list(range(9))
    assert len(commits) == 1 + 1  # the one under way, and theirs
    assert stored(desk) == list(range(9))


def test_an_answer_comes_after_its_commit(desk: Desk) -> None:
    async def one() -> list[int]:
        await desk.run(putting(7))
        return stored(desk)

    assert asyncio.run(one()) == [7]


def test_a_look_waits_for_no_other_process_that_writes(desk: Desk) -> None:
    def numbers(connection: Connection) -> list[int]:
        return list(connection.scalars(select(PAGES.c.n)))

    async def looked() -> list[int]:
        await desk.run(putting(7))
        with begin(desk.engine) as another:
            another.execute(insert(PAGES).values(n=8))
            return await asyncio.wait_for(desk.look(numbers), PATIENCE_S / 2)

    assert asyncio.run(looked()) == [7]


def test_a_look_among_writes_sees_what_was_asked_for_before_it(desk: Desk) -> None:
    def count(connection: Connection) -> int:
        return len(connection.scalars(select(PAGES.c.n)).all())

    async def asked() -> list[int]:
        first, second = desk.run(putting(7)), desk.look(count)
        return list(await asyncio.gather(first, second))

    assert asyncio.run(asked()) == [7, 1]


def test_a_piece_that_breaks_fails_alone(desk: Desk) -> None:
    answers = asyncio.run(while_another_is_written(desk, putting(1), broken, putting(2)))

    assert answers[::2] == [1, 2]
    assert isinstance(answers[1], ValueError)
    assert stored(desk) == [1, 2]


def test_one_given_up_meanwhile_harms_no_other(desk: Desk) -> None:
    async def given_up() -> int:
        first = asyncio.ensure_future(desk.run(putting(1)))
        await asyncio.sleep(0)
        first.cancel()
        return await desk.run(putting(2))

    assert asyncio.run(given_up()) == 2
    assert 2 in stored(desk)


def test_what_may_linger_waits_for_company(desk: Desk) -> None:
    commits: list[object] = []
    event.listen(desk.engine, "commit", commits.append)

    async def one_after_another() -> list[int]:
        asked = []
        for n in range(4):
            asked.append(asyncio.ensure_future(desk.run(putting(n), may_linger=True)))
            await asyncio.sleep(0.01)
        return list(await asyncio.gather(*asked))

    assert asyncio.run(one_after_another()) == [0, 1, 2, 3]
    assert len(commits) == 1


def test_what_is_urgent_takes_along_what_lingers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.state.desk.LINGER_S", 1_000 * PATIENCE_S)

    async def both() -> list[int]:
        patient = asyncio.ensure_future(desk.run(putting(1), may_linger=True))
        await asyncio.sleep(0)
        return [await desk.run(putting(2)), await patient]

    assert asyncio.run(both()) == [2, 1]


def test_as_many_as_fit_into_one_commit_linger_no_longer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crawler.state.desk.LINGER_S", 1_000 * PATIENCE_S)

    async def many() -> list[int]:
        asked = (desk.run(putting(n), may_linger=True) for n in range(MOST_TOGETHER))
        return list(await asyncio.gather(*asked))

    assert asyncio.run(many()) == list(range(MOST_TOGETHER))
