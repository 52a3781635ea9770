"""Memory: what glibc's allocator would keep for threads that have done their work, and garbage.

Elsewhere than on glibc the allocator is left alone.
"""

import ctypes
import gc
import sys
from typing import Any

_ARENA_MAX = -8  # mallopt's M_ARENA_MAX, see mallopt(3)
ARENAS = 2  # as many as cores of a small machine; the default is eight a core


def share_arenas() -> None:
    """Let all threads allocate from a few arenas; to be called before there are threads."""
    libc = _glibc()
    if libc is not None:
        libc.mallopt(_ARENA_MAX, ARENAS)


def collect_rarely() -> None:
    """Look for garbage in cycles after 100,000 new objects instead of 700: a tenth of indexing.

    A batch of documents is that many objects, none of them garbage.
    """
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


def give_back() -> None:
    """Return free memory to the system."""
    libc = _glibc()
    if libc is not None:
        libc.malloc_trim(0)


def _glibc() -> Any:
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)
    return libc if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt") else None
