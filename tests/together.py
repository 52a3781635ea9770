"""Work that several do at the same moment."""

import threading
from collections.abc import Callable

from indexer.foundation.errors import DatabaseError


def all_at_once(work: Callable[[], object], times: int = 4) -> list[object]:
    """How it ended for each of so many threads that begin together: "well", or its error."""
    together = threading.Barrier(times)
    ends: list[object] = []

    def start() -> None:
        together.wait()
        try:
            work()
            ends.append("well")
        except DatabaseError as error:
            ends.append(error)

    threads = [threading.Thread(target=start) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
