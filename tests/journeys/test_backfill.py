"""`techwire crawl --since --until` walks back through sitemaps and sections, stops and goes on."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.demo import Newsroom
from crawler.urls import document_id
from tests.journeys.program import Program, sources_toml
from tests.loopback import Answer, Asked, Site, html, serving

MONTHS = 8
A_MONTH = 4  # articles
PATIENCE_S = 60.0
NOW = datetime.now(UTC)
TEXT = "".join(
    f"<p>Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million.</p>"
    for n in range(6)
)


def first_of_months() -> list[datetime]:
    """Midnights of the firsts of the last months, this one's first."""
    found = [NOW.replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    while len(found) < MONTHS:
        found.append((found[-1] - timedelta(days=1)).replace(day=1))
    return found


@dataclass(frozen=True)
class Archive:
    """A site whose sitemap index names a map a month."""

    site: Site
    months: list[datetime]

    def maps_asked(self) -> list[str]:
        return [path for path in self.site.paths() if path.startswith("/map-")]

    def pages_asked(self) -> Counter[str]:
        return Counter(path for path in self.site.paths() if path.startswith("/story/"))


def map_path(month: datetime) -> str:
    return f"/map-{month:%Y-%m}.xml"


def stories(month: datetime) -> list[tuple[str, datetime]]:
    days = [month + timedelta(days=n, hours=9) for n in range(A_MONTH)]
    return [(f"/story/{day:%Y/%m/%d}/plant-opens", day) for day in days if day <= NOW]


@pytest.fixture
def archive() -> Iterator[Archive]:
    months = first_of_months()
    by_map = {map_path(month): month for month in months}
    dates = {path: day for month in months for path, day in stories(month)}

    def answer(asked: Asked) -> Answer:
        base = f"http://{asked.headers['host']}"
        if asked.path == "/sitemap.xml":
            maps = "".join(f"<sitemap><loc>{base}{path}</loc></sitemap>" for path in sorted(by_map))
            return xml(f"<sitemapindex>{maps}</sitemapindex>")
        if asked.path in by_map:
            pages = "".join(
                f"<url><loc>{base}{path}</loc><lastmod>{day.isoformat()}</lastmod></url>"
                for path, day in stories(by_map[asked.path])
            )
            return xml(f"<urlset>{pages}</urlset>")
        if asked.path in dates:
            day = dates[asked.path]
            title = f"Orbisil opens the plant of {day:%d %B %Y}"
            return html(
                f'<html lang="en"><head><title>{title}</title><meta property="article:'
                f'published_time" content="{day.isoformat()}"></head><body><article>'
                f"<h1>{title}</h1><p>Number {day:%Y%m%d} was announced.</p>{TEXT}</article></body>"
            )
        return Answer(status=404)

    with serving(answer) as site:
        yield Archive(site, months)


def xml(text: str) -> Answer:
    return Answer(body=text.encode(), headers={"Content-Type": "application/xml", "ETag": '"1"'})


@pytest.fixture
def one_source(archive: Archive, tmp_path: Path) -> str:
    path = tmp_path / "archive.toml"
    path.write_text(
        f'[[source]]\nid = "archive"\nname = "Archive"\nhomepage = "{archive.site.url}/"\n'
        f'sitemaps = ["{archive.site.url}/sitemap.xml"]\ndelay_s = 0.0\n'
    )
    return str(path)


def test_a_backfill_asks_the_maps_of_its_window_newest_first_and_no_others(
    archive: Archive, program: Program, one_source: str
) -> None:
    months = archive.months
    since, until = months[5], months[2] - timedelta(hours=1)

    report = program.json(
        *("crawl", "--sources", one_source, "--no-index", "--all-topics"),
        *("--since", since.isoformat(), "--until", until.isoformat()),
    )

    asked = archive.maps_asked()
    inside = [map_path(month) for month in months[3:6]]
    assert [path for path in asked if path in inside] == inside
    assert set(asked) <= {*inside, map_path(months[2]), map_path(months[6])}  # a day of slack
    wanted = {path for month in months[3:6] for path, _ in stories(month)}
    assert wanted <= set(archive.pages_asked())
    assert not {path for path, _ in stories(months[6])} & set(archive.pages_asked())
    assert report["stored"] >= len(wanted)


def test_a_crawl_without_a_window_leaves_old_maps_alone(
    archive: Archive, program: Program, one_source: str
) -> None:
    program.json("crawl", "--sources", one_source, "--no-index", "--all-topics")

    assert set(archive.maps_asked()) <= {map_path(month) for month in archive.months[:2]}


def test_a_backfill_after_a_crawl_finds_what_the_crawl_passed_over(
    archive: Archive, program: Program, one_source: str
) -> None:
    words = ("crawl", "--sources", one_source, "--no-index", "--all-topics")
    program.json(*words)

    program.json(*words, "--since", archive.months[-1].isoformat())

    assert set(archive.pages_asked()) == everything_published(archive)


def test_a_killed_backfill_goes_on_where_it_was(
    archive: Archive, program: Program, one_source: str
) -> None:
    words = ("crawl", "--sources", one_source, "--no-index", "--all-topics")
    words += ("--since", archive.months[-1].isoformat())
    process = program.start(*words)
    deadline = time.monotonic() + PATIENCE_S
    while len(archive.pages_asked()) < 5 and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.kill()
    process.communicate()
    maps = len(archive.maps_asked())
    before = archive.pages_asked()

    done = program.run(*words)

    assert done.returncode == 0, done.stderr
    assert maps >= MONTHS
    again = archive.maps_asked()[maps:]
    assert set(again) <= {map_path(month) for month in archive.months[:2]}  # what may still grow
    assert set(archive.pages_asked()) == everything_published(archive)
    twice = {path for path, times in archive.pages_asked().items() if times > 1}
    assert twice <= set(before)
    stored = program.json("status", "--sources", one_source)["pages"]["stored"]
    assert stored == len(everything_published(archive))


def everything_published(archive: Archive) -> set[str]:
    return {path for month in archive.months for path, _ in stories(month)}


def test_the_further_pages_of_sections_are_walked_to_the_windows_edge(
    newsroom: Newsroom, program: Program, tmp_path: Path
) -> None:
    site = newsroom.site("chaoxin")
    sources = tmp_path / "one.toml"
    sources.write_text(sources_toml(newsroom, site.id))
    words = ("crawl", "--sources", str(sources), "--no-index", "--all-topics")
    program.json(*words)

    program.json(*words, "--since", "365d")

    asked = {document_id(request.url) for request in newsroom.requests}
    articles = [a for a in newsroom.articles if a.site_id == site.id and a.robots_allowed]
    assert [
        a.url for a in articles if a.kind == "article" and document_id(a.url) not in asked
    ] == []
