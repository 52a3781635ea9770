"""Four crawlers and two indexers on one PostgreSQL, and what may happen to machines.

`bench/fleet.py` is the same with 200 sources and 10,000 articles.
"""

from pathlib import Path

import pytest

from bench.fleet import Mishaps, run_fleet
from bench.fleet_web import World

PATIENCE_S = 240.0


@pytest.mark.postgres
def test_kills_a_stop_and_an_outage_lose_and_double_nothing_and_no_host_gets_too_much(
    postgres_server: str, tmp_path: Path
) -> None:
    world = World(sources=12, articles=10, delay_s=0.25)
    mishaps = Mishaps(outage_s=3.0, lease_s=4, seed=5)

    found = run_fleet(tmp_path, world, mishaps, within_s=PATIENCE_S)

    assert (found.indexed, found.lost, found.extra, found.stale) == (120, 0, 0, 0)
    assert found.killed == 3
    assert found.told_of_outage >= 1, "who lived said that it waits"
    # a killed crawler's last request may still stand in its host's queue
    assert found.manners.together <= found.killed, "one request at a time a host, from all crawlers"
    assert found.manners.same_url_together == 0
    assert found.manners.too_many == 0, "and never more than its limit"
    assert found.manners.early == 0, "a Retry-After told to one is kept by all"
