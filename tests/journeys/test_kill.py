"""kill -9 of any process at random moments: nothing lost or doubled, no queue that stands still.

`bench/kills.py` kills more often, and on full disks too.
"""

from pathlib import Path

from crawler.demo import Newsroom
from tests.journeys.killing import TOGETHER, Deployment
from tests.journeys.program import Program

CRAWLS, CLOCKS = 7, 2


def test_killed_at_random_moments_nothing_is_lost_doubled_or_stuck(
    newsroom: Newsroom, program: Program, sources: str, tmp_path: Path
) -> None:
    deployment = Deployment(newsroom, program, sources, seed=20, disk=None)
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
