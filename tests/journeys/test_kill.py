"""kill -9 at random moments loses and doubles nothing."""

import random
import subprocess

from crawler.newsroom import Newsroom
from crawler.urls import document_id
from tests.journeys.program import Program

KILLS = 20
LONGEST_LIFE_S = 4.0  # a whole crawl of the newsroom takes a little longer


def test_killed_at_twenty_random_moments_and_run_again_nothing_is_lost_or_doubled(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    moments = random.Random(20)
    killed = 0
    for _ in range(KILLS):
        process = program.start("crawl", "--sources", sources)
        try:
            process.communicate(timeout=moments.uniform(0.3, LONGEST_LIFE_S))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
    assert killed > 0

    last = program.run("crawl", "--sources", sources)
    assert last.returncode in (0, 3), last.stderr

    wanted = {
        document_id(article.url): article.url
        for article in newsroom.articles
        if article.kind == "article" and article.robots_allowed
    }
    found = [document["id"] for document in program.documents().values()]
    assert sorted(url for own_id, url in wanted.items() if own_id not in found) == []
    assert len(found) == len(set(found)) == len(wanted)
    assert "0 waiting" in program.run("doctor").stdout
