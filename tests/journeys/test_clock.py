"""A clock that was wrong for one crawl costs the next one nothing, and is spoken of.

One deployment whose machine's clock jumps ahead and back, then behind and back, again and again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.demo import Newsroom, NewsroomArticle, open_newsroom
from indexer.delivery import ledger
from indexer.foundation.database import begin, connect
from tests.journeys.program import Program, sources_toml

SITE = "werkbank"
JUMPS = {
    "a day ahead": timedelta(days=1),
    "45 days ahead": timedelta(days=45),
    "400 days ahead": timedelta(days=400),
    "a month behind": timedelta(days=-30),
    "at the epoch": datetime(1970, 1, 1, tzinfo=UTC) - datetime.now(UTC),
}
TEXT = "\n\n".join(
    f"Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million."
    for n in range(6)
)


@dataclass(frozen=True)
class Crawl:
    """One crawl that ended. news: what was published since the one before."""

    code: int
    said: str
    asked: int
    news: NewsroomArticle
    documents: dict[str, dict[str, Any]]

    @property
    def disbelieved(self) -> list[str]:
        """Lines that say which stored times were not believed."""
        return [line for line in self.said.splitlines() if "the clock was" in line]


@dataclass
class Machine:
    """A deployment with a newsroom to crawl."""

    newsroom: Newsroom
    program: Program
    sources: Path
    published: int = 0

    def crawl(self, ahead: timedelta = timedelta(0)) -> Crawl:
        """Publish something, then crawl."""
        self.published += 1
        news = self.newsroom.publish(
            SITE,
            title=f"Orbisil opens plant {self.published}",
            text=TEXT.replace("Orbisil", f"Orbisil {self.published}"),
            published=datetime.now(UTC) - timedelta(minutes=5),
        )
        self.newsroom.requests.clear()
        words = ("crawl", "--sources", str(self.sources), "--no-index")
        done = self.program.with_clock(ahead).run(*words)
        engine = connect(f"sqlite:///{self.program.home}/techwire.db")
        with begin(engine) as connection:
            documents = {record["url"]: record for record in ledger.records(connection)}
        engine.dispose()
        return Crawl(done.returncode, done.stderr, len(self.newsroom.requests), news, documents)


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    folder = tmp_path_factory.mktemp("clock")
    settings = {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1", "TECHWIRE_WORKERS": "1"}
    with open_newsroom(datetime.now(UTC)) as newsroom:
        sources = folder / "sources.toml"
        sources.write_text(sources_toml(newsroom, SITE))
        yield Machine(newsroom, Program(folder / "home", settings), sources)


@pytest.mark.parametrize("ahead", JUMPS.values(), ids=JUMPS)
def test_the_crawl_after_a_wrong_clock_finds_what_is_new_and_says_what_it_does_not_believe(
    machine: Machine, ahead: timedelta
) -> None:
    wrong = machine.crawl(ahead)
    assert (wrong.code, "Traceback" in wrong.said) == (0, False), wrong.said
    assert wrong.news.url in wrong.documents

    right = machine.crawl()

    assert (right.code, "Traceback" in right.said) == (0, False), right.said
    assert right.news.url in right.documents
    assert wrong.documents.keys() < right.documents.keys()
    said = right.disbelieved
    assert said
    assert len({line.partition(" event=")[2] for line in said}) == len(said)  # each once
    mended = right.documents[wrong.news.url]
    assert mended["published_at"] == int(wrong.news.published.timestamp())
    assert abs(mended["crawled_at"] - datetime.now(UTC).timestamp()) < 120


def test_what_was_not_believed_is_put_right_by_then(machine: Machine) -> None:
    assert machine.crawl().disbelieved == []
