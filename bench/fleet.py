"""Many machines on one PostgreSQL, and what may happen to them: is every document there once?

    python bench/fleet.py [--sources 200] [--articles 50] [--outage 30] [--lease 30] [--seed 1]

Four `techwire watch` with a data folder each and two `techwire index --follow` crawl invented
publishers (`fleet_web`) on loopback. Three of the six are killed with -9 at random moments, one
crawler is stopped (SIGSTOP) until its leases ended and another took them, PostgreSQL crashes and
stays away for a while. Then the documents are counted in the index, and the hosts say how they were
treated. PostgreSQL comes from Debian's packages. `tests/journeys/test_fleet.py` is the same, small.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from bench.fleet_web import Manners, Served, World, manners_of, serving
from crawler.state import schedule, store
from indexer.foundation.database import begin, connect
from indexer.foundation.times import now_utc
from tests.journeys.program import Program
from tests.postgres import Postgres, running_postgres

assert store  # so that `connect` makes every table

WATCHERS, INDEXERS = 4, 2
_BEGAN_S = time.monotonic()
HEAD_START = timedelta(seconds=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mishaps:
    """What befalls the fleet. outage_s: without PostgreSQL. lease_s: TECHWIRE_LEASE_S."""

    outage_s: float
    lease_s: int
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How it ended. wanted: articles published. indexed: documents in the index; lost, extra,
    stale: against what was crawled and published. told_of_outage: processes that said they wait.
    archived_by: pages whose place is in a machine's archive.
    """

    wanted: int
    indexed: int
    lost: int
    extra: int
    stale: int
    killed: int
    told_of_outage: int
    archived_by: Mapping[str, int]
    seconds: float
    manners: Manners


class Fleet:
    """Six processes of one deployment."""

    def __init__(self, folder: Path, world: World, web: Served, database: Postgres) -> None:
        self.folder, self.world, self.web, self.database = folder, world, web, database
        self.running: dict[str, subprocess.Popen[str]] = {}
        self.killed: set[str] = set()
        self.wanted = {u for n in range(world.sources) for u in world.urls(n, web.port)}
        (folder / "sources.toml").write_text(world.registry(web.port))
        self.engine = create_engine(database.url, pool_pre_ping=True)

    def program(self, name: str, lease_s: int) -> Program:
        settings = {
            "TECHWIRE_ALLOW_HOSTS": "127.0.0.0/8",
            "TECHWIRE_DATABASE_URL": self.database.url,
            "TECHWIRE_LEASE_S": str(lease_s),
            "TECHWIRE_WORKERS": "1",
        }
        return Program(self.folder / name, settings)

    def start(self, lease_s: int) -> None:
        """All at once; no source is due before all are there."""
        state = connect(self.database.url)
        due = dict.fromkeys((f"s{n}" for n in range(self.world.sources)), now_utc() + HEAD_START)
        with begin(state) as connection:
            schedule.enroll(connection, due, now=now_utc())
        state.dispose()
        listed = str(self.folder / "sources.toml")
        words = ("watch", "--sources", listed, "--all-topics", "--no-index", "--metrics", "off")
        for n in range(WATCHERS):
            self._start(f"watch-{n}", f"watch-{n}", lease_s, *words)
        for n in range(INDEXERS):
            self._start(f"index-{n}", "index", lease_s, "index", "--follow")

    def kill(self, name: str) -> None:
        """End it as a power cut does."""
        self.running[name].kill()
        self.running.pop(name).wait()
        self.killed.add(name)

    def send(self, name: str, number: int) -> None:
        self.running[name].send_signal(number)

    def until(self, what: Callable[[], Any], *, within_s: float) -> None:
        """Wait for something, as long as nobody ended who should not."""
        deadline_s = time.monotonic() + within_s
        while not what():
            for name, process in self.running.items():
                if process.poll() is not None:
                    raise AssertionError(f"{name} ended: {self.said(name)[-2000:]}")
            if time.monotonic() > deadline_s:
                raise AssertionError(f"not within {within_s:.0f} s: {self.standing()}")
            time.sleep(0.2)

    def archives(self) -> dict[str, list[str]]:
        """The files of each watcher's page archive."""
        return {
            f"watch-{n}": [p.name for p in (self.folder / f"watch-{n}" / "pages").glob("*.gz")]
            for n in range(WATCHERS)
        }

    def stored(self) -> int:
        return int(self.ask("SELECT count(*) FROM documents"))

    def is_done(self) -> bool:
        waiting = "SELECT count(*) FROM outbox"
        return self.stored() >= len(self.wanted) and self.ask(waiting) == 0

    def ask(self, query: str) -> Any:
        try:
            with self.engine.connect() as connection:
                return connection.execute(text(query)).scalar() or 0
        except DBAPIError:
            return 0  # no tables yet

    def standing(self) -> str:
        """What the database says, for who waits in vain."""
        counts = ("outcome, count(*) FROM seen GROUP BY 1", "count(*), NULL FROM outbox")
        with self.engine.connect() as connection:
            rows = [connection.execute(text(f"SELECT {query}")).all() for query in counts]
        return f"{rows} of {len(self.wanted)}; " + "; ".join(
            f"{name}: {self.said(name)[-500:]}" for name in self.running
        )

    def said(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def end(self) -> None:
        self.engine.dispose()
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _start(self, name: str, home: str, lease_s: int, *words: str) -> None:
        with (self.folder / f"{name}.log").open("w") as log:
            self.running[name] = self.program(home, lease_s).start(*words, output=log)


def run_fleet(
    folder: Path,
    world: World,
    mishaps: Mishaps,
    *,
    within_s: float,
    told: Callable[[str], object] = lambda line: None,
) -> Count:
    """Let the fleet crawl the world while things happen to it, then count."""
    began_s = time.monotonic()
    with ExitStack() as stack:
        web = stack.enter_context(serving(world))
        database = stack.enter_context(running_postgres())
        fleet = Fleet(folder, world, web, database)
        stack.callback(fleet.program("index", mishaps.lease_s).stop_engine)
        stack.callback(fleet.end)
        fleet.start(mishaps.lease_s)
        befall(fleet, mishaps, within_s=within_s, told=told)
        told(f"{fleet.stored()} stored when the last mishap was over")
        fleet.until(fleet.is_done, within_s=within_s)
        seconds = time.monotonic() - began_s
        return count(fleet, mishaps, seconds)


def befall(
    fleet: Fleet, mishaps: Mishaps, *, within_s: float, told: Callable[[str], object]
) -> None:
    """Three kills, a stop and an outage, each when a random share of the articles is stored."""
    chance = random.Random(mishaps.seed)
    total = len(fleet.wanted)
    first, stopped, third, _ = chance.sample([f"watch-{n}" for n in range(WATCHERS)], WATCHERS)
    indexer = chance.choice([f"index-{n}" for n in range(INDEXERS)])
    shares = sorted(chance.uniform(0.1, 0.7) for _ in range(5))

    def reach(share: float, what: str) -> None:
        fleet.until(lambda: fleet.stored() >= share * total, within_s=within_s)
        told(f"{fleet.stored()} of {total} stored: {what}")

    reach(shares[0], f"kill -9 {first}")
    fleet.kill(first)
    reach(shares[1], f"stop {stopped}")
    fleet.send(stopped, signal.SIGSTOP)
    asleep_s = time.monotonic()
    reach(shares[2], f"kill -9 {indexer}")
    fleet.kill(indexer)
    time.sleep(max(0.0, asleep_s + 2 * mishaps.lease_s - time.monotonic()))
    told(f"{stopped} wakes after {time.monotonic() - asleep_s:.0f} s")
    fleet.send(stopped, signal.SIGCONT)
    reach(shares[3], f"PostgreSQL is away for {mishaps.outage_s:g} s")
    fleet.database.stop()
    time.sleep(mishaps.outage_s)
    fleet.database.start()
    reach(shares[4], f"kill -9 {third}")
    fleet.kill(third)


def count(fleet: Fleet, mishaps: Mishaps, seconds: float) -> Count:
    """What the index holds, against what was published; how the hosts were treated."""
    program = fleet.program("index", mishaps.lease_s)
    target = fleet.folder / "all.jsonl"
    program.run("export", str(target))
    urls = [json.loads(line)["url"] for line in target.read_text().splitlines()]
    audit = program.json("audit")
    asked = fleet.web.asked()
    return Count(
        wanted=len(fleet.wanted),
        indexed=len(urls),
        lost=len(fleet.wanted - set(urls)),
        extra=len(urls) - len(fleet.wanted & set(urls)),
        stale=len(audit["stale"]) + len(audit["missing"]) + len(audit["extra"]),
        killed=len(fleet.killed),
        told_of_outage=sum("waiting for it" in fleet.said(name) for name in fleet.running),
        archived_by={
            name: sum(
                int(fleet.ask(f"SELECT count(*) FROM archived WHERE file = '{file}'"))
                for file in files
            )
            for name, files in fleet.archives().items()
        },
        seconds=seconds,
        manners=manners_of(fleet.world, asked),
    )


def _tell(line: str) -> None:
    print(f"{time.monotonic() - _BEGAN_S:6.0f} s  {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=200)
    parser.add_argument("--articles", type=int, default=50, help="of each source")
    parser.add_argument("--outage", type=float, default=30.0, help="seconds without PostgreSQL")
    parser.add_argument("--lease", type=int, default=30, help="seconds")
    parser.add_argument("--delay", type=float, default=1.0, help="seconds between two requests")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    world = World(args.sources, args.articles, args.delay, wires=max(3, args.sources // 8))
    mishaps = Mishaps(outage_s=args.outage, lease_s=args.lease, seed=args.seed)
    with tempfile.TemporaryDirectory(prefix="techwire-fleet-") as folder:
        found = run_fleet(Path(folder), world, mishaps, within_s=3600.0, told=_tell)
    for name, value in {**asdict(found), **asdict(found.manners)}.items():
        if name != "manners":
            print(f"{name}: {value:.2f}" if isinstance(value, float) else f"{name}: {value}")
    print(f"documents a second: {found.indexed / found.seconds:.1f}; cores: {os.cpu_count()}")
    good = found.lost == found.extra == found.stale == 0 and found.manners.together == 0
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
