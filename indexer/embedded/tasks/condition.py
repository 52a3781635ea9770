"""How the engine does: whether its tasks move and why not, and how many readers it has.

The worker and the readers' keeper write it down, `/health` and `/stats` tell it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from indexer.embedded.index import clock

# a rebuild shows life every 500 documents, but not while segments merge at its end
SILENT_S = 600.0


@dataclass(frozen=True, slots=True)
class Stall:
    """Why tasks do not move, and since when (as `clock.now` writes times)."""

    why: str
    since: str


class EngineCondition:
    """Written by one thread each, read by any."""

    def __init__(self, steady_s: Callable[[], float] = time.monotonic) -> None:
        self.readers = self.readers_wanted = 0
        self.given_up: dict[str, str] = {}  # folder of an index → why it does not hold all
        self._steady_s = steady_s
        self._stall: Stall | None = None
        self._life_s, self._life = steady_s(), clock.now()

    def alive(self) -> None:
        """The worker shows that it goes on, though the task at hand may last."""
        self._life_s, self._life = self._steady_s(), clock.now()

    def stopped(self, why: str) -> bool:
        """The worker waits and tries again later. Returns: whether that is news."""
        self.alive()
        before = self._stall
        self._stall = Stall(why, before.since if before else clock.now())
        return before is None or before.why != why

    def moved(self) -> Stall | None:
        """A batch is done, or the folders are in order. Returns: what had stopped it."""
        self.alive()
        before, self._stall = self._stall, None
        return before

    def stall(self) -> Stall | None:
        """What keeps tasks from moving now."""
        if self._stall is not None:
            return self._stall
        silent_s = self._steady_s() - self._life_s
        if silent_s <= SILENT_S:
            return None
        return Stall(f"no sign of life for {silent_s:.0f} s", self._life)
