"""A loop's stop event under which no test waits."""

import threading


class Rounds(threading.Event):
    """A stop event whose waits take no time; it stops after so many of them."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.left = rounds
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        self.left -= 1
        if self.left == 0:
            self.set()
        return self.is_set()
