"""`python -m tests.attack.watched COMMAND ...`: techwire, telling on stderr what it cost.

`HELD n s: ...` where one callback kept the event loop for a second of CPU (not of time: a loaded
machine is no attack), `PEAK n MB` at the end. Names ending in .rebind.test lead to 127.0.0.1 at
first and to 127.0.0.2 from then on, those ending in .inside.test always to 127.0.0.2.
"""

import asyncio.events
import atexit
import resource
import socket
import sys
import time
from collections import Counter
from typing import Any

LONGEST_S = 1.0

_run = asyncio.Handle._run  # type: ignore[attr-defined]
_by_name, _by_info = socket.gethostbyname, socket.getaddrinfo
_asked: Counter[str] = Counter()


def _watched_run(handle: asyncio.Handle) -> None:
    began_s = time.thread_time()
    what = repr(handle)
    _run(handle)
    held_s = time.thread_time() - began_s
    if held_s > LONGEST_S:
        print(f"HELD {held_s:.1f} s: {what}", file=sys.stderr, flush=True)


def _led(name: Any) -> Any:
    host = name.decode() if isinstance(name, bytes) else name
    if not isinstance(host, str) or not host.endswith((".rebind.test", ".inside.test")):
        return name
    _asked[host] += 1
    first = host.endswith(".rebind.test") and _asked[host] == 1
    return "127.0.0.1" if first else "127.0.0.2"


def _tell_peak() -> None:
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000
    print(f"PEAK {peak_mb} MB", file=sys.stderr, flush=True)


if __name__ == "__main__":
    asyncio.Handle._run = _watched_run  # type: ignore[attr-defined]
    socket.gethostbyname = lambda name: _by_name(_led(name))
    socket.getaddrinfo = lambda host, *rest, **more: _by_info(_led(host), *rest, **more)
    atexit.register(_tell_peak)
    from crawler.cli.main import main

    sys.argv[0] = "techwire"
    main()
