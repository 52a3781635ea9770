"""Small work beside a crawl, again and again in a thread, which no error of it ends."""

import contextlib
import threading
from collections.abc import Callable, Iterator

import structlog


@contextlib.contextmanager
def repeating(name: str, work: Callable[[], object], *, every_s: float) -> Iterator[None]:
    """Do it every so many seconds while the block runs.

    name: of the work, for the log; an error is one line there, and no second one while it stays.
    """
    stop = threading.Event()

    def go_on() -> None:
        before = ""
        while not stop.wait(every_s):
            words = ""
            try:
                work()
            except Exception as error:  # noqa: BLE001 -- whatever it is, the next time may do
                words = " ".join(f"{type(error).__name__}: {error}".split())
                if words != before:
                    structlog.get_logger("techwire").warning(f"{name} failed", error=words)
            before = words

    thread = threading.Thread(target=go_on, name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=5)
