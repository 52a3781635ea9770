"""`techwire` with its main thread's CPU time sampled by what it does: for `pipeline.py`.

python bench/pipeline_sampled.py OUT.json COMMAND ...
"""

import atexit
import json
import os
import signal
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

EVERY_S = 0.005
# the first of these that stands in the stack, from the inside out, names the sample
HOPS = (
    ("import", "importlib._bootstrap"),
    ("store", "crawler/state/"),
    ("store", "indexer/"),
    ("pickle", "multiprocessing/"),
    ("pickle", "pebble/"),
    ("inflate", "scrapy/utils/gz"),
    ("middleware", "crawler/middlewares/"),
    ("spider", "crawler/spiders/"),
    ("pipelines", "crawler/pipelines"),
    ("download", "twisted/"),
    ("download", "scrapy/core/downloader/"),
    ("scrapy", "scrapy/"),
)
_spent: dict[str, float] = defaultdict(float)  # CPU seconds; (pusher) is a thread beside the loop
_last_s = time.thread_time()


def hop_of(frame: FrameType | None) -> str:
    while frame is not None:
        file = frame.f_code.co_filename
        for hop, part in HOPS:
            if part in file:
                return hop
        frame = frame.f_back
    return "other"


def sample(_signal: int, frame: FrameType | None) -> None:
    """Called in the main thread only; others' time passes without it."""
    global _last_s
    now = time.thread_time()
    _spent[hop_of(frame)] += now - _last_s
    _last_s = now
    for thread in threading.enumerate():
        if thread.name == "pusher" and thread.ident is not None and thread.is_alive():
            _spent["(pusher)"] = time.clock_gettime(time.pthread_getcpuclockid(thread.ident))


def write(path: Path, pid: int) -> None:
    if os.getpid() == pid:  # workers are forked with this at their exit too
        signal.setitimer(signal.ITIMER_PROF, 0)
        path.write_text(json.dumps(dict(sorted(_spent.items(), key=lambda hop: -hop[1]))))


if __name__ == "__main__":
    out = Path(sys.argv.pop(1))
    signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, EVERY_S, EVERY_S)
    atexit.register(write, out, os.getpid())
    from crawler.cli.main import main

    main()
