"""Tells a watch that works from one that is stuck, for `/healthz`."""

import threading
import time
from collections.abc import Callable
from typing import Any

from crawler.runs.numbers import DatabaseCounts, Numbers
from indexer.foundation.errors import DatabaseError

LOOP_ANSWERS_S = 5.0
NOBODY_ASKS_S = 600.0
LONGEST_LOOK_S = 60.0  # what was between two looks further apart is not known


class Vitals:
    """The event loop turns, and due sources are being asked.

    A database that is away is reported by the log and the metrics; starting the watch again would
    not bring it back.
    """

    def __init__(
        self,
        numbers: Numbers,
        *,
        loop_turns: Callable[[], bool] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.numbers = numbers
        self._loop_turns = loop_turns or _loop_turns
        self._clock = clock
        self._seen: DatabaseCounts | None = None
        self._seen_s = clock()
        self._idle_s = 0.0

    def trouble(self) -> str | None:
        """What is wrong with this process, or None."""
        if not self._loop_turns():
            return f"the event loop did not answer within {LOOP_ANSWERS_S:.0f} s"
        try:
            standing = self.numbers.standing()
        except DatabaseError:
            return None
        if standing is not self._seen:  # else nothing new is known
            passed_s = min(self._clock() - self._seen_s, LONGEST_LOOK_S)
            unasked = standing.due and not standing.held
            self._idle_s = self._idle_s + passed_s if unasked else 0.0
            self._seen, self._seen_s = standing, self._clock()
        if self._idle_s <= NOBODY_ASKS_S:
            return None
        return f"{standing.due} sources are due and nobody asked one for {self._idle_s:.0f} s"


def _loop_turns() -> bool:
    from twisted.internet import reactor  # installed when the crawl's process was made

    running: Any = reactor
    turned = threading.Event()
    running.callFromThread(turned.set)
    return turned.wait(LOOP_ANSWERS_S)
