"""Tells a watch that works from one that is stuck, for `/healthz`."""

import threading
import time
from collections.abc import Callable
from typing import Any

from crawler.runs.numbers import Numbers
from indexer.errors import DatabaseError
from indexer.probes import Pulse

LOOP_ANSWERS_S = 5.0
NOBODY_ASKS_S = 600.0


class Vitals:
    """The event loop turns, and due sources are being asked.

    A database that is away is told by the log and the metrics; starting the watch again would not
    bring it back.
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
        self._asked = Pulse(most_s=NOBODY_ASKS_S, clock=clock)

    def trouble(self) -> str | None:
        """What is wrong with this process, or None."""
        if not self._loop_turns():
            return f"the event loop did not answer within {LOOP_ANSWERS_S:.0f} s"
        try:
            standing = self.numbers.standing()
        except DatabaseError:
            self._asked.beat()
            return None
        if standing.held or not standing.due:
            self._asked.beat()
        words = self._asked.trouble()
        return words and f"{standing.due} sources are due and nobody asks them: {words}"


def _loop_turns() -> bool:
    from twisted.internet import reactor  # installed when the crawl's process was made

    running: Any = reactor
    turned = threading.Event()
    running.callFromThread(turned.set)
    return turned.wait(LOOP_ANSWERS_S)
