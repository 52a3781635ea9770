"""Kill (-9) every process of a deployment at random moments, and count what came of it.

    python bench/kills.py [N] [SEED]

N (60) kills. A quarter goes to an embedded engine under upserts, half of whose starts are killed
in their repairs; a quarter to crawls of one pass, by turns as they are, with a clock that is wrong
by a day to decades, and on a full disk (a small tmpfs as root, else RLIMIT_FSIZE); the rest by
turns to `up`, its watch, its indexer, its engine and that engine's readers, each just after
something was published.
Lost: documents or versions of them that are not there in the end. Doubled: documents more than
articles. Untrue: documents that the killed engine finds
by an older version's words, or not at all. Wedged: rounds after which a queue (outbox, tasks,
what is due) did not run empty in time.
"""

import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler.demo import open_newsroom
from tests.indexer.embedded.killing import kill_again_and_again
from tests.journeys.killing import ONE_PASS, TOGETHER, Deployment, Tally
from tests.journeys.program import Program, sources_toml
from tests.small_disk import mounted

DISK_MB = 300


def kill_deployment(folder: Path, kills: int, seed: int) -> Tally:
    """Kill a third of them in crawls of one pass, and the rest under `up`."""
    with ExitStack() as stack:
        newsroom = stack.enter_context(open_newsroom(datetime.now(UTC)))
        disk = stack.enter_context(mounted(folder / "disk", size_mb=DISK_MB))
        print("full disk:", "RLIMIT_FSIZE" if disk is None else f"tmpfs of {DISK_MB} MB")
        sources = folder / "sources.toml"
        sources.write_text(sources_toml(newsroom))
        settings = {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"}
        program = Program(folder / "disk" / "home", settings)
        deployment = Deployment(newsroom, program, str(sources), seed, disk)
        stack.callback(deployment.program.stop_engine)
        stack.callback(deployment.end)
        in_passes = kills // 3
        victims = [*islice(cycle(ONE_PASS), in_passes), *islice(cycle(TOGETHER), kills - in_passes)]
        for number, victim in enumerate(victims):
            if sys.stderr.isatty():
                print(f"\r{number} of {kills}: {victim:<8}", end="", file=sys.stderr)
            deployment.kill(victim)
        return deployment.count(Program(folder / "undisturbed", settings))


def main() -> int:
    """Returns: 1 where anything was lost, doubled, untrue or wedged."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        upserts = kill_again_and_again(folder / "engine", kills // 4, seed)
        found = kill_deployment(folder, kills - kills // 4, seed)
    killed = Counter({"engine under upserts": upserts.kills}) + found.killed
    print(f"{killed.total()} kills, {found.crawled} documents crawled, {upserts.tasks} tasks of")
    print(f"upserts, {time.monotonic() - began:.0f} s:", *(f"{n} {v}," for v, n in killed.items()))
    wrong = {
        "lost": upserts.lost + len(found.lost),
        "doubled": upserts.doubled + len(found.doubled),
        "untrue": upserts.untrue,
        "wedged": upserts.wedged + found.wedged.total(),
    }
    for what, number in wrong.items():
        print(f"{what:>8} {number:>5}")
    if upserts.given_up:
        print(
            f"{upserts.given_up} tasks of upserts failed and say so: three kills met them at work"
        )
    for told in (*found.lost, *found.doubled, *(f"wedged by {one}" for one in found.wedged)):
        print(told)
    return 1 if any(wrong.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
