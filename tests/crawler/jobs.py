"""Work for the worker processes of the tests: it hangs, crashes, fails or answers."""

import os
import resource
import threading
import time
from pathlib import Path
from typing import Any

from crawler.errors import ExtractionError


def job(what: str) -> str:
    """Do as told; "ok 1" comes back as it is."""
    if what == "hang":
        threading.Event().wait()
    if what == "nap":
        time.sleep(0.6)
    while what == "spin":
        pass
    if what == "exit":
        os._exit(3)
    if what == "memory":
        raise MemoryError
    if what == "refuse":
        raise ExtractionError("list-page", "12 headlines")
    if what == "bug":
        raise KeyError("a bug in a reader")
    if what == "deep":
        return job_deep(0)
    return f"{what} done"


def job_deep(depth: int) -> str:
    return job_deep(depth + 1)


def memory_limit(_: Any) -> int:
    return resource.getrlimit(resource.RLIMIT_AS)[0]


def process_id(_: Any) -> int:
    return os.getpid()


def line(folder: Path, text: str) -> dict[str, Any]:
    """A line's work for `run_bulk`."""
    return {"id": text.strip(), "said": job(text.strip())}
