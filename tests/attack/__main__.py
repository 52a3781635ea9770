"""`make attack`: every hostile input we know, tried on loopback; prints what survived.

python -m tests.attack [--short] [--seed N] [commands | crawl | doors]
"""

import argparse
import sys
import time

from tests.attack.everything import attacks, tell
from tests.attack.outcome import table


def main() -> int:
    """Returns: 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.attack", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=["commands", "crawl", "doors", []])
    parser.add_argument("--short", action="store_true", help="what CI tries")
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance")
    asked = parser.parse_args()
    began_s = time.monotonic()
    outcomes = attacks(full=not asked.short, seed=asked.seed, parts=tuple(asked.parts))
    found = tell(outcomes, lambda line: print(line, file=sys.stderr, flush=True))
    print(table(found))
    print(f"seed {asked.seed}, {time.monotonic() - began_s:.0f} s")
    return 1 if any(one.wrong is not None for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
