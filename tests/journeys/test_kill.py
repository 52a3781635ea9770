"""kill -9 of any process at random moments: nothing lost or doubled, no queue that stands still.

`bench/kills.py` kills more often, and on full disks too.
"""

from pathlib import Path

from crawler.demo import Newsroom
from tests.journeys.killing import TOGETHER, Deployment
from tests.journeys.program import Program

CRAWLS, CLOCKS = 5, 2
LEASE_S = "5"  # what a dead process held is another's sooner


def test_killed_at_random_moments_nothing_is_lost_doubled_or_stuck(
    newsroom: Newsroom, program: Program, sources: str, tmp_path: Path
) -> None:
    settings = {**program.settings, "TECHWIRE_LEASE_S": LEASE_S}
    leased = Program(program.home, settings)
    deployment = Deployment(newsroom, leased, sources, seed=20, disk=None)
    try:
        for victim in ["crawl"] * CRAWLS + ["clock"] * CLOCKS + [*TOGETHER]:
            deployment.kill(victim)
        found = deployment.count(Program(tmp_path / "undisturbed", program.settings))
    finally:
        deployment.end()

    assert found.crawled > 50 + CRAWLS
    assert found.killed["crawl"] + found.killed["clock"] >= (CRAWLS + CLOCKS) // 2
    assert [victim for victim in TOGETHER if not found.killed[victim]] == []
    assert (found.lost, found.doubled, dict(found.wedged)) == ([], [], {})
