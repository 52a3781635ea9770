"""After days away a busy listing's older pages are asked until known ground; the clock is moved."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.journeys.program import Program
from tests.loopback import Answer, Asked, Site, html, serving

BEGAN = datetime.now(UTC).replace(microsecond=0)
A_PAGE = 5  # entries
WORDS = (
    "<p>Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million.</p>"
)


@dataclass
class Press:
    """A publisher on WordPress whose articles 1 to `newest` appeared an hour apart."""

    newest: int = 4

    def __call__(self, asked: Asked) -> Answer:
        parts = urlsplit(asked.path)
        if parts.path.startswith("/a/"):
            n = parts.path.removeprefix("/a/")
            text = "".join(WORDS.format(n=f"{n}-{part}") for part in range(6))
            title = f"<title>Orbisil opens plant {n}</title>"
            return html(f"<html><head>{title}</head><body><article><h1>Orbisil opens plant {n}"
                        f"</h1>{text}</article></body></html>")  # fmt: skip
        return self._feed(asked) if parts.path == "/feed" else Answer(status=404)

    def _feed(self, asked: Asked) -> Answer:
        page = int(parse_qs(urlsplit(asked.path).query).get("paged", ["1"])[0])
        listed = list(range(self.newest, 0, -1))[(page - 1) * A_PAGE : page * A_PAGE]
        if not listed:
            return Answer(status=404)
        host = f"http://{asked.headers['host']}"
        items = "".join(
            f"<item><title>Orbisil opens plant {n}</title><link>{host}/a/{n}</link><pubDate>"
            f"{format_datetime(BEGAN + timedelta(hours=n - 10), usegmt=True)}</pubDate></item>"
            for n in listed
        )
        made_by = "<generator>https://wordpress.org/?v=6.8</generator>"
        body = f"<rss version='2.0'><channel><title>News</title>{made_by}{items}</channel></rss>"
        return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})


@dataclass
class Desk:
    press: Press
    site: Site
    program: Program
    sources: Path

    def crawl(self, after: timedelta = timedelta(0)) -> dict[str, Any]:
        """One crawl, so long after the first. Returns: its report."""
        self.site.asked.clear()
        command = ("crawl", "--sources", str(self.sources), "--no-index")
        report: dict[str, Any] = self.program.with_clock(after).json(*command)
        return report

    def pages(self) -> list[str]:
        return [path for path in self.site.paths() if path.startswith("/feed")]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Callable[[Press], Desk]]:
    with ExitStack() as stack:

        def at(press: Press) -> Desk:
            site = stack.enter_context(serving(press))
            sources = tmp_path / "sources.toml"
            sources.write_text(
                f'[[source]]\nid = "press"\nname = "Press"\nhomepage = "{site.url}/"\n'
                f'feeds = ["{site.url}/feed"]\nlanguage = "en"\ndelay_s = 0\n'
            )
            settings = {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1", "TECHWIRE_WORKERS": "1"}
            return Desk(press, site, Program(tmp_path / "home", settings), sources)

        yield at


def test_a_busy_feed_loses_nothing_over_a_weekend(desk: Callable[[Press], Desk]) -> None:
    paper = desk(Press(newest=10))
    first = paper.crawl()
    assert (first["found"], paper.pages()) == (5, ["/feed"])  # a first visit asks one page

    paper.press.newest = 28
    after = paper.crawl(timedelta(hours=20))

    assert after["found"] == 18
    assert {f"/a/{n}" for n in range(11, 29)} <= set(paper.site.paths())
    assert paper.pages() == ["/feed", *(f"/feed?paged={n}" for n in (2, 3, 4))]
    again = paper.crawl(timedelta(hours=21))
    assert (again["found"], paper.pages()) == (0, ["/feed"])
