"""The words of a command line become a plan, or one line that says what is wrong with them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.errors import CrawlerError, SourceError
from crawler.sources.registry import asked_sources, load_sources
from crawler.spiders.plan import Plan, plan_from_words
from indexer.foundation.errors import ConfigError
from tests.factories import NOW

OWN = """
[[source]]
id = "kelp-daily"
name = "Kelp Daily"
homepage = "https://kelp.example/"
feeds = ["https://kelp.example/feed"]

[[source]]
id = "kelp-old"
name = "Kelp Old"
homepage = "https://old.kelp.example/"
enabled = false
reason = "closed in 2024"
"""


@pytest.fixture
def own_file(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN)
    return path


def test_without_words_all_enabled_sources_are_asked() -> None:
    plan = plan_from_words({}, now=NOW)

    assert plan.sources == load_sources().crawled()
    assert (plan.since, plan.until, plan.limit, plan.all_topics) == (None, None, None, False)


def test_named_sources_are_asked_in_their_order() -> None:
    first, second = (source.id for source in load_sources().crawled()[:2])

    asked = asked_sources([second, first])

    assert [source.id for source in asked] == [second, first]


def test_a_file_given_by_hand_is_the_crawl(own_file: Path) -> None:
    asked = asked_sources(sources_file=own_file)

    assert [source.id for source in asked] == ["kelp-daily"]


def test_a_source_that_is_switched_off_is_asked_when_it_is_named(own_file: Path) -> None:
    asked = asked_sources(["kelp-old"], sources_file=own_file)

    assert [source.id for source in asked] == ["kelp-old"]


def test_a_file_adds_to_the_registry_for_names(own_file: Path) -> None:
    bundled = load_sources().crawled()[0].id

    asked = asked_sources([bundled, "kelp-daily"], sources_file=own_file)

    assert [source.id for source in asked] == [bundled, "kelp-daily"]


LISTED = """
[[source]]
id = "wafer-post"
name = "Wafer Post"
homepage = "https://wafer.example/"
feeds = ["https://wafer.example/feed"]
focus = ["semiconductors"]

[[source]]
id = "lab-notes"
name = "Lab Notes"
homepage = "https://lab.example/"
tags = ["chips", "research"]
unverified = true
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "listed.toml"
    path.write_text(LISTED)
    return path


def test_what_is_unverified_is_asked_only_when_it_is_named_and_told_of(listed: Path) -> None:
    told: list[str] = []

    asked = asked_sources(sources_file=listed, tell=told.append)
    named = asked_sources(["lab-notes"], sources_file=listed, tell=told.append)

    assert [source.id for source in asked] == ["wafer-post"]
    assert [source.id for source in named] == ["lab-notes"]
    assert told == ["1 unverified source waits for `techwire sources check --unverified`"]


def test_a_tag_selects_by_focus_and_by_kind(listed: Path) -> None:
    asked = asked_sources(sources_file=listed, tag="Chips")
    plan = plan_from_words({"sources": str(listed), "tag": "chips"}, now=NOW)

    assert [source.id for source in asked] == ["wafer-post"]
    assert plan.sources == asked


@pytest.mark.parametrize(
    ("names", "tag", "said"),
    [
        ([], "chip", "no tag like 'chip': did you mean chips?"),
        ([], "qqqq", "no tag like 'qqqq': write one of ai, biotech"),
        ([], "research", "no source with the tag research is asked here: 1 unverified source"),
        ([], "space", "no source with the tag space is asked here: see all with"),
        (["wafer-post"], "chips", "wafer-post and --tag chips are two choices"),
    ],
)
def test_a_tag_that_selects_nothing_is_told_in_a_line(
    listed: Path, names: list[str], tag: str, said: str
) -> None:
    with pytest.raises(SourceError) as caught:
        asked_sources(names, sources_file=listed, tag=tag)
    assert str(caught.value).startswith(said)
    assert len(str(caught.value).splitlines()) == 1


def test_since_and_until_become_moments() -> None:
    plan = plan_from_words({"since": "2d", "until": "2026-11-23"}, now=NOW)

    assert plan.since == NOW - timedelta(days=2)
    assert plan.until == datetime(2026, 11, 23, tzinfo=UTC)


def test_an_unknown_source_is_told_with_near_ones(own_file: Path) -> None:
    with pytest.raises(SourceError, match="did you mean kelp-daily"):
        asked_sources(["kelp-dayly"], sources_file=own_file)


@pytest.mark.parametrize(
    "content", ["not = [toml", "[[source]]\nname = 'x'\n", "source = 3\n"], ids=str.split
)
def test_a_wrong_file_is_told_with_its_name(tmp_path: Path, content: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(content)

    with pytest.raises(SourceError) as caught:
        asked_sources(sources_file=path)
    assert str(caught.value).startswith(str(path))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        asked_sources(sources_file=tmp_path / "nowhere.toml")


def test_a_wrong_moment_is_told_with_its_option() -> None:
    with pytest.raises(ConfigError, match="--since is 'soon'"):
        plan_from_words({"since": "soon"}, now=NOW)


def test_scrapys_arguments_make_the_same_plan(own_file: Path) -> None:
    words = {
        "source": "kelp-daily, kelp-old",
        "sources": str(own_file),
        "since": "2d",
        "limit": "5",
        "all_topics": "1",
    }

    assert plan_from_words(words, now=NOW) == Plan(
        sources=asked_sources(["kelp-daily", "kelp-old"], sources_file=own_file),
        since=NOW - timedelta(days=2),
        limit=5,
        all_topics=True,
    )


@pytest.mark.parametrize("limit", ["many", "0", "-3", "2.5"])
def test_scrapys_limit_is_a_number_from_one(limit: str) -> None:
    with pytest.raises((CrawlerError, ConfigError), match=f"limit is '{limit}'"):
        plan_from_words({"limit": limit}, now=NOW)
