"""`techwire sources` as its users run it: discover, add, exchange, check, then crawl."""

import json
import tomllib
from pathlib import Path

import pytest

from crawler.demo import Newsroom
from crawler.urls import document_id
from tests.journeys.program import Program, sources_toml
from tests.loopback import Answer, Asked, html, serving

QUICKLY = ("--pause", "0")  # the site is ours
ROBOTS = "User-agent: *\nDisallow: /closed\n"


def test_a_feed_that_no_registry_knows_is_discovered_and_crawled(
    newsroom: Newsroom, program: Program
) -> None:
    site = newsroom.site("kabar")

    found = program.run("sources", "discover", site.homepage, *QUICKLY)

    assert found.returncode == 0, found.stderr
    entry = tomllib.loads(found.stdout)["source"][0]
    assert entry["feeds"] == [f"{site.homepage}feed.xml"]
    assert entry["name"] == site.name
    assert (entry["language"], entry["country"]) == ("id", "ID")
    added = program.run("sources", "add", site.homepage, *QUICKLY)
    assert added.returncode == 0, added.stderr
    report = program.json("crawl", entry["id"], "--no-index")
    assert report["stored"] > 0
    assert entry["id"] in {source["id"] for source in program.json("sources", "list")}


def test_a_news_sitemap_that_only_robots_txt_names_is_discovered(
    newsroom: Newsroom, program: Program
) -> None:
    site = newsroom.site("strait")

    found = program.json("sources", "discover", site.homepage, *QUICKLY)

    entry = tomllib.loads(found["entry"])["source"][0]
    assert entry["sitemaps"] == [f"{site.homepage}sitemap-news.xml"]
    assert entry["feeds"] == list(site.feeds)
    chosen = {finding["url"] for finding in found["findings"] if finding["chosen"]}
    assert chosen == {*entry["sitemaps"], *entry["feeds"]}
    sections = [finding for finding in found["findings"] if finding["kind"] == "section"]
    assert all(section["entries"] for section in sections)


def test_a_site_without_feeds_is_read_by_all_its_sections(
    newsroom: Newsroom, program: Program
) -> None:
    site = newsroom.site("chaoxin")

    found = program.json("sources", "discover", site.homepage, *QUICKLY)

    entry = tomllib.loads(found["entry"])["source"][0]
    assert set(entry["sections"]) == set(site.sections)


def test_a_site_without_any_listing_says_so(program: Program) -> None:
    def answer(asked: Asked) -> Answer:
        return html("<title>Empty</title><p>Soon") if asked.path == "/" else Answer(status=404)

    with serving(answer) as site:
        found = program.run("sources", "add", site.url, *QUICKLY)

    assert found.returncode == 2
    assert "announces its articles nowhere" in found.stderr


def test_a_source_is_added_once(newsroom: Newsroom, program: Program) -> None:
    site = newsroom.site("kabar")
    assert program.run("sources", "add", site.homepage, *QUICKLY).returncode == 0

    again = program.run("sources", "add", site.homepage, *QUICKLY)

    assert again.returncode == 2
    assert "is in the registry already" in again.stderr


def test_a_closed_address_is_not_discovered(newsroom: Newsroom, program: Program) -> None:
    closed = Program(program.home, {})

    done = closed.run("sources", "discover", newsroom.site("kabar").homepage)

    assert done.returncode == 2
    assert "TECHWIRE_ALLOW_HOSTS" in done.stderr
    assert list(newsroom.requests) == []


def test_sources_are_exchanged_with_feed_readers(
    newsroom: Newsroom, program: Program, sources: str, tmp_path: Path
) -> None:
    assert program.run("sources", "add", "--toml", sources).returncode == 0
    opml = tmp_path / "feeds.opml"
    assert program.run("sources", "export", str(opml)).returncode == 0
    feeds = {feed for site in newsroom.sites for feed in site.feeds}
    assert all(feed in opml.read_text() for feed in feeds)

    known = program.run("sources", "import", str(opml))
    other = Program(tmp_path / "other", program.settings)
    taken = other.run("sources", "import", str(opml))

    assert "added" not in known.stdout
    assert taken.returncode == 0, taken.stderr
    listed = {feed for source in other.json("sources", "list") for feed in source["feeds"]}
    assert feeds <= listed


def test_what_no_feed_reader_wrote_is_told(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "feeds.opml"
    file.write_text("<html></html>")

    for path, words in ((file, "not OPML"), (tmp_path / "nowhere", "cannot be read")):
        done = program.run("sources", "import", str(path))
        assert done.returncode == 2
        assert words in done.stderr


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (("--region", "east asia"), "region", "East Asia"),
        (("--language", "ja"), "language", "ja"),
        (("--disabled",), "enabled", False),
    ],
)
def test_the_list_is_narrowed(
    program: Program, words: tuple[str, ...], field: str, value: object
) -> None:
    listed = program.json("sources", "list", *words)

    assert listed
    assert {source[field] for source in listed} == {value}


def test_a_check_finds_every_site_of_the_newsroom_well(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    done = program.run("sources", "check", "--sources", sources, "--json")

    report = json.loads(done.stdout)
    problems = {one["id"]: one["problems"] for one in report["sources"] if one["problems"]}
    assert problems == {}
    assert done.returncode == 0
    assert report["checked"] == len(newsroom.sites)
    articles = {document_id(a.url) for a in newsroom.articles if a.kind == "article"}
    samples = {one["id"]: document_id(one["sample"]["url"]) for one in report["sources"]}
    assert set(samples.values()) <= articles
    dated = [one for one in report["sources"] if one["newest"]]
    assert all(one["newest_age_s"] >= 0 for one in dated)


def test_a_check_names_what_is_down_closed_or_no_feed(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return Answer(body=ROBOTS.encode(), headers={"Content-Type": "text/plain"})
        return html("<html><title>Welcome</title><p>No feed at all</html>")

    down, well = newsroom.site("werkbank"), newsroom.site("lagoon")
    newsroom.set_down(down.id)
    sources = tmp_path / "some.toml"
    with serving(answer) as site:
        odd = "".join(
            f'\n[[source]]\nid = "{name}"\nname = "{name}"\nhomepage = "{site.url}/"\n'
            f'feeds = ["{site.url}/{name}"]\ndelay_s = 0.0\n'
            for name in ("closed", "page")
        )
        sources.write_text(sources_toml(newsroom, down.id, well.id) + odd)
        done = program.run("sources", "check", "--sources", str(sources), "--json")
        table = program.run("sources", "check", "--sources", str(sources))
        asked = site.paths()

    report = {one["id"]: one for one in json.loads(done.stdout)["sources"]}
    assert done.returncode == table.returncode == 1
    assert report[well.id]["ok"]
    assert "503" in report[down.id]["problems"][0]
    assert "robots.txt disallows it" in report["closed"]["problems"][0]
    assert "is a web page, not a feed" in report["page"]["problems"][0]
    assert "/closed" not in asked
    assert f"problem: {down.id}" in table.stdout
    assert "4 sources checked: 1 ok, 3 not" in table.stdout


def test_an_unverified_source_is_crawled_once_its_check_has_passed(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    well, down = newsroom.site("minato"), newsroom.site("werkbank")
    newsroom.set_down(down.id)
    entries = tmp_path / "listed.toml"
    entries.write_text(
        sources_toml(newsroom, well.id, down.id)
        .replace("\nunverified = false", "\nunverified = true")
        .replace("\ntags = [", '\ntags = ["research", ')
        .replace(", ]", "]")
    )
    assert program.run("sources", "add", "--toml", str(entries)).returncode == 0

    before = program.run("crawl", "--tag", "research")
    checked = program.run("sources", "check", well.id, down.id)
    crawled = program.json("crawl", "--tag", "research", "--no-index")

    assert before.returncode == 2
    assert "unverified sources wait for `techwire sources check --unverified`" in before.stderr
    assert "1 unverified passed and are crawled from now on" in checked.stdout
    assert {one["id"] for one in program.json("sources", "list", "--tag", "research")} == {well.id}
    assert down.id in {one["id"] for one in program.json("sources", "list", "--unverified")}
    assert crawled["stored"] > 0


def test_a_source_whose_feed_is_gone_is_healed_into_the_users_own_file(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    site = next(one for one in newsroom.sites if len(one.feeds) == 1 and not one.sitemaps)
    (feed,) = site.feeds
    entries = tmp_path / "mine.toml"
    entries.write_text(sources_toml(newsroom, site.id).replace(feed, f"{site.homepage}gone.xml"))
    assert program.run("sources", "add", "--toml", str(entries)).returncode == 0

    healed = program.run("sources", "check", site.id, "--heal")
    again = program.json("sources", "check", site.id)
    crawled = program.json("crawl", site.id, "--no-index")

    assert healed.returncode == 0, healed.stdout + healed.stderr
    (line,) = [one for one in healed.stdout.splitlines() if one.startswith("healed: ")]
    assert line.startswith(f"healed: {site.id}: {site.homepage}gone.xml: ")
    assert line.endswith(f"; now feeds = {feed}")
    own = (program.home / "sources.toml").read_text()
    assert f"gone.xml answered 404; feeds was {site.homepage}gone.xml" in own
    assert again["failed"] == 0
    assert crawled["stored"] > 0
