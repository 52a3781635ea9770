"""What one site needs to print its pages: its settings, its clock, its words, its addresses."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from crawler.article import Precision
from crawler.demo.story import DemoStory
from crawler.demo.truth import REGION_OF_COUNTRY, NewsroomSite

FOLDER = Path(__file__).parent
FEED_PATHS = {
    "rss": "/feed.xml",
    "atom": "/atom.xml",
    "json": "/feed.json",
    "rdf": "/index.rdf",
}
SITEMAP_INDEX = "/sitemap.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One site of sites.toml.

    template: file in templates/.
    path: pattern of its articles' paths; {y} {m} {d} {section} {slug} {number} are filled in.
    feeds: keys of FEED_PATHS; sitemap: whether it has one; sections: path word -> its name.
    told: which of "feeds", "sitemaps", "sections" a registry knows; the rest is to be discovered.
    date_pattern: CLDR pattern of visible dates; "relative" for "3 hours ago".
    feed_link, front_link: how listings write an address: "plain", "utm", "ref", "short" or "amp".
    feed_dates: False keeps dates out of the feed. crawl_delay_s: robots.txt's, 0 for none.
    """

    id: str
    name: str
    tagline: str
    country: str
    language: str
    timezone: str
    template: str
    path: str
    sections: Mapping[str, str]
    feeds: tuple[str, ...] = ()
    sitemap: bool = False
    told: tuple[str, ...] = ("feeds", "sitemaps")
    date_order: str = "DMY"
    date_pattern: str = "d MMMM yyyy, HH:mm"
    access: str = "free"
    front: str = "cards"
    feed_link: str = "plain"
    front_link: str = "plain"
    feed_dates: bool = True
    feed_text: bool = False
    crawl_delay_s: float = 0.0
    per_page: int = 30


@cache
def read_specs() -> tuple[Spec, ...]:
    """All sites, in the order of sites.toml."""
    sites = tomllib.loads((FOLDER / "sites.toml").read_text(encoding="utf-8"))
    return tuple(_spec(site_id, values) for site_id, values in sites.items())


def _spec(site_id: str, values: dict[str, Any]) -> Spec:
    lists = ("feeds", "told")
    settings: dict[str, Any] = {
        key: tuple(value) if key in lists else value for key, value in values.items()
    }
    return Spec(id=site_id, **settings)


@cache
def _all_labels() -> dict[str, dict[str, Any]]:
    return tomllib.loads((FOLDER / "labels.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Press:
    """One site at one address and one time. base: "http://127.0.0.1:PORT". now: aware UTC."""

    spec: Spec
    base: str
    now: datetime

    @property
    def labels(self) -> dict[str, Any]:
        """The words around the articles, in the site's language."""
        return _all_labels()[self.spec.language]

    def local(self, moment: datetime) -> datetime:
        """The same moment on the newsroom's clock."""
        return moment.astimezone(ZoneInfo(self.spec.timezone))

    def iso(self, moment: datetime | None) -> str:
        """ISO 8601 with the site's offset, or nothing."""
        return self.local(moment).isoformat() if moment else ""

    def visible(self, moment: datetime | None) -> str:
        """The date as readers of this site see it."""
        if moment is None:
            return ""
        if self.spec.date_pattern == "relative":
            return self._ago(moment)
        locale = {"zh": "zh_Hans_CN", "pt": "pt_BR", "ar": "ar_AE"}.get(self.spec.language)
        pattern = self.spec.date_pattern
        return format_datetime(self.local(moment), pattern, locale=locale or self.spec.language)

    def _ago(self, moment: datetime) -> str:
        minutes = int((self.now - moment).total_seconds()) // 60
        for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
            count = minutes // size
            if count:
                word = self.labels["ago"][unit if count == 1 else unit + "s"]
                return str(word).format(n=count)
        return str(self.labels["ago"]["now"])

    def precision(self, story: DemoStory) -> Precision | None:
        """How exactly a reader of page and listing learns when the story appeared."""
        if not story.dated:
            return None
        if self.spec.date_pattern != "relative":
            return Precision.MINUTE
        return Precision.HOUR if self.now - story.published < timedelta(days=1) else Precision.DAY

    def path(self, story: DemoStory) -> str:
        """Where a story lives on the site."""
        if story.path:
            return story.path
        day = self.local(story.published)
        return self.spec.path.format(
            y=f"{day.year:04}",
            m=f"{day.month:02}",
            d=f"{day.day:02}",
            slug=story.slug,
            number=number_of(story),
            section=story.section,
        )

    def url(self, story: DemoStory) -> str:
        """A story's canonical address."""
        return self.base + self.path(story)

    def link(self, story: DemoStory, form: str) -> str:
        """A story's address as a listing writes it; pages without an article have but one."""
        url = self.url(story)
        if story.kind == "not-article":
            return url
        forms = {
            "utm": f"{url}?utm_source=rss&utm_medium=feed&utm_campaign=daily",
            "ref": f"{url}?ref=home&pos=3#comments",
            "short": f"{self.base}/r/{number_of(story)}",
            "amp": self.base + amp_path(self.path(story)),
        }
        return forms.get(form, url)

    def links(self, story: DemoStory) -> tuple[str, ...]:
        """Every other address of a story that some listing of the site uses."""
        forms = (self.spec.feed_link, self.spec.front_link)
        return tuple(sorted({self.link(story, form) for form in forms} - {self.url(story)}))

    def registered(self) -> NewsroomSite:
        """The site as a registry of sources knows it."""
        spec, told = self.spec, self.spec.told
        feeds = tuple(self.base + FEED_PATHS[kind] for kind in spec.feeds)
        sections = tuple(f"{self.base}/{word}/" for word in spec.sections)
        return NewsroomSite(
            id=spec.id,
            name=spec.name,
            homepage=f"{self.base}/",
            feeds=feeds if "feeds" in told else (),
            sitemaps=(self.base + SITEMAP_INDEX,) if spec.sitemap and "sitemaps" in told else (),
            sections=sections if "sections" in told else (),
            country=spec.country,
            region=REGION_OF_COUNTRY[spec.country],
            language=spec.language,
            timezone=spec.timezone,
            date_order=spec.date_order,
            access=spec.access,
        )


def number_of(story: DemoStory) -> int:
    """A story's number in its site's content system: seven digits, the same in every run."""
    return 1_000_000 + crc32(f"{story.site_id}/{story.slug}".encode()) % 9_000_000


def amp_path(path: str) -> str:
    """Where the AMP printing of a page lives."""
    return path + ("amp/" if path.endswith("/") else "/amp")
