"""The whole path on the newsroom: crawled over HTTP, stored, indexed, found."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.demo import Newsroom, open_newsroom
from crawler.urls import document_id
from tests.journeys.program import Program, sources_toml


@dataclass(frozen=True)
class Crawled:
    """The newsroom after one crawl of all its sites. report: what that crawl said of itself."""

    newsroom: Newsroom
    program: Program
    sources: str
    report: dict[str, Any]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("crawled")
    program = Program(home=folder / "home", settings={"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})
    sources = folder / "sources.toml"
    with open_newsroom(datetime.now(UTC)) as newsroom:
        sources.write_text(sources_toml(newsroom))
        report = program.json("crawl", "--sources", str(sources))
        yield Crawled(newsroom, program, str(sources), report)
    program.stop_engine()


def test_every_article_of_the_newsroom_becomes_a_document_and_nothing_else_does(
    crawled: Crawled,
) -> None:
    articles, report = crawled.newsroom.articles, crawled.report
    wanted = {document_id(a.url): a for a in articles if a.kind == "article"}
    unwanted = {document_id(a.url): a for a in articles if a.kind != "article"}
    found = {document["id"]: document for document in crawled.program.documents().values()}
    reachable = {own_id: a for own_id, a in wanted.items() if a.robots_allowed}
    assert sorted(a.url for i, a in reachable.items() if i not in found) == []
    assert sorted(a.url for i, a in unwanted.items() if i in found) == []
    assert report["indexed"] == len(found) == report["stored"]
    assert report["waiting"] == 0


def test_search_narrows_by_topic_region_and_date_and_counts_facets(crawled: Crawled) -> None:
    words = ("--topic", "semiconductors", "--since", "30d", "--facets")
    answer = crawled.program.json("search", "chip", *words)

    assert answer["hits"]
    assert all(
        any("emiconductors" in topic for topic in hit["topics"]["lvl0"]) for hit in answer["hits"]
    )
    assert answer["facetDistribution"]["source_name"]
    printed = crawled.program.run("search", "chip", "--facets").stdout
    assert answer["hits"][0]["title"].split()[0] in printed
    assert "topics.lvl0:" in printed


def test_a_second_crawl_finds_nothing_new_and_costs_no_page(crawled: Crawled) -> None:
    before = crawled.program.documents()

    again = crawled.program.json("crawl", "--sources", crawled.sources)

    assert (again["found"], again["fetched"], again["stored"]) == (0, 0, 0)
    assert crawled.program.documents().keys() == before.keys()


def test_an_article_published_later_is_found_by_the_next_crawl(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    site = newsroom.sites[0]
    sources = tmp_path / "one.toml"
    sources.write_text(sources_toml(newsroom, site.id))
    program.json("crawl", "--sources", str(sources))
    text = "\n\n".join(
        f"Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
        "with semiconductor tools from two suppliers and a budget of $900 million."
        for n in range(6)
    )
    article = newsroom.publish(site.id, title="Orbisil opens six memory chip plants", text=text)

    report = program.json("crawl", "--sources", str(sources))

    assert report["stored"] == 1
    assert document_id(article.url) in {d["id"] for d in program.documents().values()}


def test_a_crawl_told_not_to_index_leaves_its_documents_for_techwire_index(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    sources = tmp_path / "one.toml"
    sources.write_text(sources_toml(newsroom, newsroom.sites[0].id))
    report = program.json("crawl", "--sources", str(sources), "--no-index")
    assert report["stored"] > 0
    assert report["indexed"] == 0

    done = program.run("index")

    assert done.returncode == 0
    assert f"{report['stored']} documents indexed" in done.stdout
    assert len(program.documents()) == report["stored"]


def test_limit_bounds_the_pages_of_each_source(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    report = program.json("crawl", "--sources", sources, "--limit", "1", "--no-index")

    assert report["fetched"] + sum(report["failed"].values()) <= len(newsroom.sites)


def test_scrapy_crawls_the_same_through_scrapy_cfg(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    own_id = newsroom.sites[0].id
    words = ["-a", f"source={own_id}", "-a", f"sources={sources}", "-a", "since=30d"]

    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "news", *words],
        cwd=Path(__file__).resolve().parents[2],
        env=program.env(),
        capture_output=True,
        text=True,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert program.run("index").returncode == 0
    assert {document["source"] for document in program.documents().values()} == {own_id}
