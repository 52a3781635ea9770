"""Who holds the event loop: whatever keeps it from its sockets for over a second, with its place.

Nothing polls. While the loop works, a timer of the system runs; where it ends, Python notes in the
main thread what runs there, behind a call into C too, which keeps every other thread from looking.
A thread without anything else to do writes the line, since a signal's handler may not.
"""

import asyncio
import contextlib
import selectors
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from types import FrameType

HELD_S = 1.0
AGAIN_S = 10.0  # a loop that is still held is told of after it, then after twice as long
FRAMES = 4  # of the place, innermost first

_PARTS = 3  # of a file's path: "crawler/discovery/items.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """Something that held the loop.

    seconds: by the clock; cpu_s: what the main thread computed of it, little when the machine is
    busy or something waits. place: innermost call first. over: False while it goes on.
    """

    seconds: float
    cpu_s: float
    place: str
    over: bool

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.cpu_s:.1f} s of CPU) at {self.place}"


class LoopWatch:
    """Times the loop's work from one look at its sockets to the next. held_s: what is too long."""

    def __init__(self, on_hold: Callable[[Hold], None], *, held_s: float = HELD_S) -> None:
        self._on_hold = on_hold
        self._held_s = held_s
        self._holds: SimpleQueue[Hold | None] = SimpleQueue()  # safe in a signal's handler
        self._began_s = self._began_cpu_s = 0.0
        self._place: str | None = None
        self._next_s = held_s

    def works(self) -> None:
        """The loop goes to work."""
        self._place = None
        self._next_s = self._held_s
        self._began_s, self._began_cpu_s = time.monotonic(), time.thread_time()
        signal.setitimer(signal.ITIMER_REAL, self._held_s)

    def rests(self) -> None:
        """The loop looks at its sockets again."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        if self._place is not None:
            self._holds.put(self._hold(over=True))
            self._place = None

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Watch while the block runs, in the main thread."""
        before = signal.signal(signal.SIGALRM, self._rings)
        thread = threading.Thread(target=self._tell, name="loop watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.rests()
            signal.signal(signal.SIGALRM, before)
            self._holds.put(None)
            thread.join(timeout=5)

    def _rings(self, _number: int, frame: FrameType | None) -> None:
        self._place = place_of(frame)
        if self._next_s > self._held_s:
            self._holds.put(self._hold(over=False))
        self._next_s = max(AGAIN_S, 2 * self._next_s)
        signal.setitimer(signal.ITIMER_REAL, self._next_s)

    def _hold(self, *, over: bool) -> Hold:
        return Hold(
            seconds=time.monotonic() - self._began_s,
            cpu_s=time.thread_time() - self._began_cpu_s,
            place=self._place or "",
            over=over,
        )

    def _tell(self) -> None:
        while (hold := self._holds.get()) is not None:
            self._on_hold(hold)


class _WatchedSelector(selectors.DefaultSelector):
    """Tells a watch when the loop rests and works. watch: None until there is one."""

    watch: LoopWatch | None = None

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.watch is None:
            return super().select(timeout)
        self.watch.rests()
        ready = super().select(timeout)
        self.watch.works()
        return ready


class WatchedLoop(asyncio.SelectorEventLoop):
    """An event loop that can be watched."""

    def __init__(self) -> None:
        self._watched = _WatchedSelector()
        super().__init__(self._watched)

    @contextlib.contextmanager
    def watched_by(self, watch: LoopWatch) -> Iterator[None]:
        """Let it be watched while the block runs."""
        with watch.watching():
            self._watched.watch = watch
            try:
                yield
            finally:
                self._watched.watch = None


def place_of(frame: FrameType | None) -> str:
    """Where a thread is, in one line: its innermost calls."""
    calls: list[str] = []
    while frame is not None and len(calls) < FRAMES:
        file = "/".join(Path(frame.f_code.co_filename).parts[-_PARTS:])
        calls.append(f"{file}:{frame.f_lineno} {frame.f_code.co_name}")
        frame = frame.f_back
    return " < ".join(calls)
