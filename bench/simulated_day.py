"""A simulated day: how many requests an article costs, and how late it is, by way of polling.

    python bench/simulated_day.py [--sources 450] [--days 1] [--deciders-only]

The invented sources are `simulated_web`'s. First ways of polling are compared by the deciders alone
(`simulated_ways`), in seconds: every 15 minutes; Miniflux's rule (week / weekly count, 5 min to a
day); techwire as it comes; and what polling hourly sources more often would cost.

Then techwire as it comes with everything it uses. Real: the schedule with its leases, the
intervals, listings and seen marks (SQLite on disk, as a watch uses them), feeds read from their
bytes, and every request over HTTP on loopback with ETag and 304. Simulated: the clock (events, no
waiting), the publishers, and these times: 0.4 s an answer, 1 s between two requests to a host,
0.2 s to extract, up to 1 s until the outbox is looked at, 0.5 s until its task succeeded. Pages are
fetched but not extracted.

A day of warm-up goes before what is counted; half a day of polling after it, so that late articles
have their chance.
"""

import argparse
import heapq
import http.client
import random
import resource
import sys
import tempfile
import time
from bisect import bisect_left
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from scrapy.http import Request, Response
from sqlalchemy import Engine

from bench.simulated_counts import HEADS, Outcomes, row
from bench.simulated_ways import (
    ANSWER_S,
    EXTRACT_S,
    HOST_DELAY_S,
    OUTBOX_S,
    TASK_S,
    WAYS,
    asked,
)
from bench.simulated_web import DAY_S, START, TAIL_DAYS, WARM_UP_DAYS, Publisher, invent, serving
from crawler.sources.source import Source
from crawler.spiders.answers import read_listing
from crawler.spiders.plan import Plan
from crawler.spiders.records import note_reading
from crawler.spiders.turns import MOST_TURNS, SLACK, Turn
from crawler.state import listings, polls, revisits, schedule, seen
from crawler.state.intervals import Rules
from crawler.state.listings import ListingAnswer
from crawler.state.polls import PollResult
from crawler.state.seen import Outcome, Settlement
from indexer.foundation.database import begin, connect

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None  # a disk's speed is not the matter


class Day:
    """The watch's turns on a simulated clock."""

    def __init__(
        self, world: list[Publisher], rules: Rules, engine: Engine, days: int, port: int
    ) -> None:
        self.world, self.rules, self.engine = world, rules, engine
        self.counted_until_s = (WARM_UP_DAYS + days) * DAY_S
        self.end_s = self.counted_until_s + TAIL_DAYS * DAY_S
        self.http = http.client.HTTPConnection("127.0.0.1", port)
        self.sources = {
            f"s{p.number}": Source(
                id=f"s{p.number}",
                name=f"s{p.number}",
                homepage=f"http://s{p.number}.example/",
                feeds=(f"http://s{p.number}.example/feed",),
            )
            for p in world
        }
        self.plan = Plan(sources=tuple(self.sources.values()), rules=rules)
        self.out = Outcomes()
        self.cpu_s, self.memory_mb = 0.0, (0.0, 0.0)
        self.known_hosts: dict[tuple[str, str], float] = {}
        self.chance = random.Random(2)

    def run(self) -> Outcomes:
        finishing: list[tuple[float, int, Any, Any]] = []
        with begin(self.engine) as connection:
            schedule.enroll(connection, dict.fromkeys(self.sources, START), now=START)
        at_s, count = 0.0, 0
        marks = [WARM_UP_DAYS * DAY_S, self.counted_until_s]
        used: list[tuple[float, float]] = []  # at these marks: CPU seconds, MB
        while at_s < self.end_s:
            if len(used) < 2 and at_s >= marks[len(used)]:
                used.append((time.process_time(), _memory_mb()))
            now = START + timedelta(seconds=at_s)
            while finishing and finishing[0][0] <= at_s:
                end_s, _, one, more = heapq.heappop(finishing)
                self._finish(one, more, end_s)
            with begin(self.engine) as connection:
                leases = schedule.lease(
                    connection,
                    "bench",
                    self.sources,
                    now=now,
                    limit=MOST_TURNS - len(finishing),
                    span=timedelta(hours=2),
                )
            for one in leases:
                count += 1
                end_s, more = self._turn(self.sources[one.source_id], one, at_s)
                heapq.heappush(finishing, (end_s, count, one, more))
            at_s = self._next(at_s, finishing)
        self.cpu_s = used[1][0] - used[0][0]
        self.memory_mb = (used[0][1], used[1][1])
        self.http.close()
        return self.out

    def _next(self, at_s: float, finishing: list[Any]) -> float:
        with begin(self.engine) as connection:
            due = schedule.next_due(connection, self.sources, now=START + timedelta(seconds=at_s))
        times = [self.end_s, *(end_s for end_s, *_ in finishing[:1])]
        if due is not None and len(finishing) < MOST_TURNS:
            times.append((due - START).total_seconds())
        return max(at_s + 1.0, min(times))

    def _turn(self, source: Source, one: Any, at_s: float) -> tuple[float, bool]:
        """Poll, then fetch what is new, newest first. Returns: when it ends, whether more waits."""
        now = START + timedelta(seconds=at_s)
        clock_s = self._host_file(source, "robots.txt", at_s)
        with begin(self.engine) as connection:
            due = polls.listings_due(connection, source, now=now, slack=SLACK)
        turn = Turn(source=source, listings=due, lease=one)
        for _, url in due:
            self._poll(turn, url, now, clock_s)
            clock_s += HOST_DELAY_S
        with begin(self.engine) as connection:
            entries = seen.pending(connection, source.id, now=now, limit=50)
            again = revisits.due(connection, source.id, now=now, limit=50 - len(entries))
        if entries or again:
            clock_s = self._host_file(source, ".well-known/tdmrep.json", clock_s)
        for entry in entries:
            status, _, _ = self._get(entry.url, clock_s, "page")
            done_s = clock_s + ANSWER_S + EXTRACT_S
            outcome = Outcome.STORED if status == 200 else Outcome.FAILED
            with begin(self.engine) as connection:
                end = Settlement(outcome=outcome, http_status=status)
                seen.settle(connection, entry, end, now=START + timedelta(seconds=done_s))
            if status == 200:
                found_s = done_s + self.chance.uniform(0, OUTBOX_S) + TASK_S
                number = int(entry.url.rpartition("/")[2])
                self.out.searchable.setdefault((int(source.id[1:]), number), found_s)
            if status == 200:
                with begin(self.engine) as connection:
                    revisits.note_stored(connection, entry, now=START + timedelta(seconds=done_s))
            clock_s += max(HOST_DELAY_S, ANSWER_S)
        for entry in again:
            self._get(entry.url, clock_s, "revisit")
            with begin(self.engine) as connection:
                revisits.note_stored(connection, entry, now=START + timedelta(seconds=clock_s))
            clock_s += max(HOST_DELAY_S, ANSWER_S)
        return clock_s, len(entries) == 50

    def _poll(self, turn: Turn, url: str, now: datetime, clock_s: float) -> None:
        with begin(self.engine) as connection:
            known = listings.validators(connection, url, now=now)
        status, headers, body = self._get(url, clock_s, "poll", known.get("If-None-Match", ""))
        request = Request(url, meta={"listing": url})
        if status in (200, 304):
            response = Response(url, status=status, headers=headers, body=body, request=request)
            reading = read_listing(response, turn.source, "feed", now=now)
            with begin(self.engine) as connection:
                note_reading(connection, reading, turn, self.plan, now=now)
            return
        answer = ListingAnswer(
            url=url,
            source_id=turn.source.id,
            kind="feed",
            http_status=status,
            error=f"http {status}",
        )
        with begin(self.engine) as connection:
            listings.answered(connection, answer, now=now)
            polls.note(connection, answer, PollResult(), turn.source, self.rules, now=now)

    def _finish(self, one: Any, more: bool, end_s: float) -> None:
        now = START + timedelta(seconds=end_s)
        with begin(self.engine) as connection:
            due = polls.source_due(connection, self.sources[one.source_id], self.rules, now=now)
            schedule.finish(connection, one, due_at=now if more else due)

    def _host_file(self, source: Source, name: str, at_s: float) -> float:
        asked_s = self.known_hosts.get((source.id, name))
        if asked_s is not None and at_s - asked_s < DAY_S:
            return at_s
        self.known_hosts[(source.id, name)] = at_s
        self._get(f"http://{source.id}.example/{name}", at_s, "host file")
        return at_s + HOST_DELAY_S

    def _get(
        self, url: str, at_s: float, what: str, etag: str = ""
    ) -> tuple[int, dict[str, str], bytes]:
        host, _, path = url.removeprefix("http://s").partition(".example/")
        self.http.request(
            "GET", f"/{host}/{path}", headers={"If-None-Match": etag, "X-Now": str(at_s)}
        )
        response = self.http.getresponse()
        body = response.read()
        if WARM_UP_DAYS * DAY_S <= at_s < self.counted_until_s:
            if what == "poll":
                what = f"poll {response.status}" if response.status in (200, 304) else "poll failed"
            self.out.requests[what] += 1
        headers = {name: value for name, value in response.getheaders() if name != "Content-Length"}
        return response.status, headers, body


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sources", type=int, default=450)
    parser.add_argument("--days", type=int, default=1)
    parser.add_argument("--deciders-only", action="store_true", help="skip the day with everything")
    args = parser.parse_args()
    world = invent(args.sources, args.days, random.Random(1))
    first_s, last_s = WARM_UP_DAYS * DAY_S, (WARM_UP_DAYS + args.days) * DAY_S
    articles = sum(bisect_left(p.times, last_s) - bisect_left(p.times, first_s) for p in world)
    hourly = sum(p.hourly for p in world)
    print(f"{len(world)} sources ({hourly} of them hourly or more), {articles} articles")
    print(" | ".join(HEADS))
    for name, way in WAYS.items():
        print(" | ".join([name, *row(world, asked(world, way, args.days), args.days)]), flush=True)
    if not args.deciders_only:
        with tempfile.TemporaryDirectory(dir=MEMORY) as folder, serving(world) as port:
            engine = connect(f"sqlite:///{folder}/state.db")
            day = Day(world, Rules(), engine, args.days, port)
            out = day.run()
            engine.dispose()
        print(" | ".join(["techwire, everything real", *row(world, out, args.days)]))
        before_mb, after_mb = day.memory_mb
        print(
            f"CPU {day.cpu_s / args.days:.0f} s a simulated day; memory {before_mb:.0f} MB before "
            f"the counted time, {after_mb:.0f} MB after it"
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
