"""One crawl of a paper and a list of links: whose a page is, its host says."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from indexer.delivery import ledger
from indexer.foundation.database import connect, reading
from tests.journeys.program import Program
from tests.loopback import Answer, Asked, html, serving

WORDS = (
    "Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million. "
)
NAMED = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "%s", '
    '"publisher": {"name": "%s"}}</script>'
)


def page(path: str) -> Answer:
    """A story whose data name a publisher of its own."""
    number = path.rpartition("/")[2]
    text = "".join(f"<p>{WORDS.format(n=f'{number}-{n}')}</p>" for n in range(8))
    title = f"Orbisil opens plant {number}"
    head = NAMED % (title, f"Kelp Wire {number}")
    story = f"<article><h1>{title}</h1>{text}</article>"
    return html(f"<html><head><title>{title}</title>{head}</head><body>{story}</body></html>")


def feed(links: list[str]) -> Answer:
    items = "".join(f"<item><title>A story</title><link>{link}</link></item>" for link in links)
    body = f"<rss version='2.0'><channel><title>News</title>{items}</channel></rss>".encode()
    return Answer(body=body, headers={"Content-Type": "application/rss+xml"})


@pytest.fixture(scope="module")
def crawled(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[dict[str, dict[str, Any]], dict[str, str]]]:
    """(documents by address, addresses of the sites by name)"""
    links: dict[str, list[str]] = {}

    def answering(name: str) -> Any:
        def answer(asked: Asked) -> Answer:
            if asked.path == "/feed":
                return feed(links[name])
            return page(asked.path) if asked.path.startswith("/a/") else Answer(status=404)

        return answer

    folder = tmp_path_factory.mktemp("whose")
    with ExitStack() as stack:
        sites = {
            name: stack.enter_context(serving(answering(name))).url
            for name in ("paper", "list", "north", "south")
        }
        links["paper"] = [f"{sites['paper']}/a/{n}" for n in (1, 2)]
        links["list"] = [f"{sites[name]}/a/{3 + n}" for n, name in enumerate(sites)]
        sources = folder / "sources.toml"
        sources.write_text(
            "".join(
                f'[[source]]\nid = "the-{name}"\nname = "The {name}"\nhomepage = "{sites[name]}/"\n'
                f'feeds = ["{sites[name]}/feed"]\nlanguage = "en"\ncountry = "NZ"\ndelay_s = 0\n'
                for name in ("paper", "list")
            )
        )
        program = Program(folder / "home", {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1"})
        program.json("crawl", "--sources", str(sources), "--no-index", "--all-topics")
        yield kept(folder / "home"), sites


def kept(home: Path) -> dict[str, dict[str, Any]]:
    engine = connect(f"sqlite:///{home / 'techwire.db'}")
    with reading(engine) as connection:
        records = [ledger.read(connection, own_id) for own_id in ledger.ids(connection)]
    engine.dispose()
    return {record["url"]: record for record in records if record is not None}


def test_three_publishers_named_by_one_source_are_no_sources(crawled: Any) -> None:
    documents, sites = crawled

    for n in (1, 2):
        document = documents[f"{sites['paper']}/a/{n}"]
        assert (document["source"], document["source_name"]) == ("the-paper", "The paper")
        assert document["source_country"] == "NZ"
        assert document["publisher"] == f"Kelp Wire {n}"
        assert document["seen_at"] == []


def test_what_a_list_links_is_its_hosts_and_seen_at_the_list(crawled: Any) -> None:
    documents, sites = crawled
    own = documents[f"{sites['paper']}/a/3"]
    strange = documents[f"{sites['north']}/a/5"]
    host = sites["north"].removeprefix("http://")

    assert (own["source"], own["seen_at"]) == ("the-paper", [f"{sites['list']}/feed"])
    assert (strange["source"], strange["source_country"]) == (host, None)
    assert strange["seen_at"] == [f"{sites['list']}/feed"]
    assert documents[f"{sites['list']}/a/4"]["source"] == "the-list"
