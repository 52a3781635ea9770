"""Kill the embedded engine (-9) at random moments of upserts, and count what came of it.

    python bench/kills.py [N] [SEED]

N (60) kills, each within .2 s of a start's first answer; every second start or so is killed while
it still puts right what the last one left.
Lost: accepted documents, or versions of them, that are not there after the last start. Doubled:
documents more than ids. Untrue: documents that a search by their words misses, or that it finds by
those of an older version. Wedged: starts whose queue did not run empty within 20 s.
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.indexer.embedded.killing import kill_again_and_again


def main() -> int:
    """Returns: 1 where anything was lost, doubled, untrue or wedged."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        found = kill_again_and_again(Path(folder) / "engine", kills, seed)
    print(f"{found.kills} kills, {found.tasks} tasks accepted, {time.monotonic() - began:.0f} s")
    wrong = {name: getattr(found, name) for name in ("lost", "doubled", "untrue", "wedged")}
    for name, number in wrong.items():
        print(f"{name:>8} {number:>5}")
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
