"""Who holds the event loop is named, in a call into C too; who does not, is left alone."""

import asyncio
import re
import signal
import time
from collections.abc import Callable, Coroutine
from typing import Any

from crawler.runs.loop_watch import Hold, LoopWatch, WatchedLoop

HELD_S = 0.3


def holds_of(work: Callable[[], Coroutine[Any, Any, None]]) -> list[Hold]:
    """What holds a loop up that does some work."""
    holds: list[Hold] = []
    loop = WatchedLoop()
    try:
        with loop.watched_by(LoopWatch(holds.append, held_s=HELD_S)):
            loop.run_until_complete(work())
    finally:
        loop.close()
    return holds


def computes() -> None:
    began_s = time.thread_time()
    while time.thread_time() - began_s < 2 * HELD_S:
        pass


def stands_still_in_c() -> None:
    re.search(r"(?:a*)*b", "a" * 24)


def test_who_computes_is_named_with_its_place() -> None:
    async def work() -> None:
        computes()

    (hold,) = holds_of(work)

    assert hold.over
    assert hold.cpu_s > HELD_S
    assert hold.seconds >= hold.cpu_s > HELD_S
    assert hold.place.startswith("crawler/runs/test_loop_watch.py:")
    assert "computes < crawler/runs/test_loop_watch.py" in hold.place
    assert "\n" not in str(hold)


def test_who_holds_it_in_the_code_of_a_library_is_named_too() -> None:
    async def work() -> None:
        stands_still_in_c()

    (hold,) = holds_of(work)

    assert "stands_still_in_c" in hold.place


def test_who_waits_without_letting_others_work_is_named_and_computed_little() -> None:
    async def work() -> None:
        time.sleep(2 * HELD_S)  # noqa: ASYNC251 - the fault that is looked for

    (hold,) = holds_of(work)

    assert hold.seconds > HELD_S > hold.cpu_s


def test_a_loop_that_waits_for_its_sockets_is_not_held() -> None:
    async def work() -> None:
        await asyncio.sleep(2 * HELD_S)

    assert holds_of(work) == []


def test_a_loop_that_is_held_for_long_is_told_of_before_it_ends(monkeypatch: Any) -> None:
    monkeypatch.setattr("crawler.runs.loop_watch.AGAIN_S", HELD_S)

    async def work() -> None:
        time.sleep(8 * HELD_S)  # noqa: ASYNC251 - as above

    *going_on, last = holds_of(work)

    assert [hold.over for hold in going_on] == [False] * len(going_on)
    assert 1 <= len(going_on) <= 3, "less and less often"
    assert last.over


def test_nothing_of_it_is_left_behind() -> None:
    async def work() -> None:
        await asyncio.sleep(0)

    before = signal.getsignal(signal.SIGALRM)
    holds_of(work)

    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)
