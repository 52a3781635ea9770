"""News that comes to people: published, crawled, and told once."""

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.demo import Newsroom
from tests.journeys.program import Program, sources_toml
from tests.loopback import Answer, Site, serving

TEXT = "\n\n".join(
    f"Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million."
    for n in range(6)
)


@pytest.fixture
def receiver() -> Iterator[Site]:
    with serving(lambda _: Answer(status=204)) as site:
        yield site


def test_an_article_published_later_is_told_once_and_stands_in_the_digest(
    newsroom: Newsroom, program: Program, receiver: Site, tmp_path: Path
) -> None:
    site = newsroom.sites[0]
    sources = tmp_path / "one.toml"
    sources.write_text(sources_toml(newsroom, site.id))
    program.json("crawl", "--sources", str(sources))
    added = program.run("alerts", "add", "orbisil", "orbisil", "--webhook", receiver.url)
    assert added.returncode == 0, added.stderr
    assert program.json("alerts", "run")["sent"] == 0

    newsroom.publish(site.id, title="Orbisil plans memory plants", text=TEXT)
    program.json("crawl", "--sources", str(sources))
    following = program.start("alerts", "run", "--follow")
    patience = threading.Timer(120, following.kill)
    patience.start()
    try:
        line = following.stdout.readline() if following.stdout else ""
    finally:
        patience.cancel()
        following.send_signal(signal.SIGTERM)
        following.communicate(timeout=30)

    assert line == "1 new stories, 1 messages sent\n"
    assert following.returncode == 0
    assert program.json("alerts", "run")["sent"] == 0
    (asked,) = receiver.asked
    (story,) = json.loads(asked.body)["stories"]
    assert story["title"] == "Orbisil plans memory plants"
    assert story["source"] == site.id

    digest = program.run("digest", "--out", str(tmp_path / "digest"))
    page, text = map(Path, digest.stdout.split())
    assert "Orbisil plans memory plants" in page.read_text()
    assert "Orbisil plans memory plants" in text.read_text()
