"""What a user brings is crawled, also what the registry knew from lists alone."""

from pathlib import Path

from crawler.sources.additions import filled, not_known, vouched_for
from crawler.sources.registry import load_sources
from crawler.sources.source import Source
from crawler.sources.writing import override_sources

MINE = Source(
    id="mine",
    name="My InfoQ",
    homepage="https://elsewhere.example/",
    feeds=("http://www.infoq.cn/feed/", "https://techcrunch.com/feed/"),
)
OTHER = Source(
    id="kelp", name="Kelp", homepage="https://kelp.example/", feeds=("https://kelp.example/f",)
)


def test_a_feed_that_is_known_from_lists_is_crawled_once_a_user_brings_it(tmp_path: Path) -> None:
    registry = load_sources()
    path = tmp_path / "sources.toml"

    override_sources(path, vouched_for([MINE, OTHER], registry))

    assert [source.id for source in not_known([MINE, OTHER], registry)] == ["kelp"]
    crawled = {source.id for source in load_sources(path).crawled()}
    assert crawled - {source.id for source in registry.crawled()} == {"infoq-cn"}


def test_a_publisher_without_a_known_listing_gets_the_one_that_was_found(tmp_path: Path) -> None:
    known = load_sources().get("lesoir-be")
    path = tmp_path / "sources.toml"

    override_sources(path, [filled(known, OTHER)])

    source = load_sources(path).get("lesoir-be")
    assert (known.enabled, known.feeds) == (False, ())
    assert (source.crawled, source.reason) == (True, None)
    assert (source.name, source.feeds) == ("Le Soir", OTHER.feeds)
