"""What becomes of an article between its first line in a feed and the index, with the clock moved.

One small publisher on loopback for each: its feed and pages change between two crawls.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from indexer.delivery import ledger
from indexer.foundation.database import begin, connect
from tests.journeys.program import Program
from tests.loopback import Answer, Asked, Site, html, serving

TEXT = "".join(
    f"<p>Chipmaker Orbisil said on Monday that plant {n} will make memory chips for AI servers, "
    "with semiconductor tools from two suppliers and a budget of $900 million.</p>"
    for n in range(6)
)
CONTENT = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
BEGAN = datetime.now(UTC).replace(microsecond=0)


def a_page(title: str, *, head: str = "", text: str = TEXT) -> Answer:
    return html(
        f"<html><head><title>{title}</title>{head}</head>"
        f"<body><article><h1>{title}</h1>{text}</article></body></html>"
    )


def an_item(host: str, name: str, title: str, more: str = "", age: timedelta | None = None) -> str:
    when = format_datetime(BEGAN - (age or timedelta(minutes=5)), usegmt=True)
    return (
        f"<item><title>{title}</title><link>http://{host}/a/{name}</link>"
        f"<pubDate>{when}</pubDate>{more}</item>"
    )


@dataclass
class Paper:
    """A publisher. answers: path -> what it says. items: of its feed; HOST stands for its own."""

    answers: dict[str, Answer] = field(default_factory=dict)
    items: list[str] = field(default_factory=list)

    def __call__(self, asked: Asked) -> Answer:
        if asked.path == "/feed":
            channel = "".join(self.items).replace("HOST", asked.headers["host"])
            channel = f"<channel><title>News</title>{channel}</channel>"
            body = f"<rss version='2.0' {CONTENT}>{channel}</rss>"
            return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})
        if asked.path in self.answers:
            answer = self.answers[asked.path]
            body = answer.body.replace(b"HOST", asked.headers["host"].encode())
            return Answer(body=body, status=answer.status, headers=answer.headers)
        return Answer(status=404)


@dataclass
class Life:
    """A paper, its server, and a program that crawls it at times of its own."""

    paper: Paper
    site: Site
    program: Program
    sources: Path

    def crawl(self, after: timedelta = timedelta(0), *words: str) -> dict[str, Any]:
        """One crawl, so long after the first. Returns: its report."""
        self.site.asked.clear()
        command = ("crawl", "--sources", str(self.sources), "--no-index", *words)
        report: dict[str, Any] = self.program.with_clock(after).json(*command)
        return report

    def why(self, path: str) -> dict[str, Any]:
        account: dict[str, Any] = self.program.json("why", f"{self.site.url}{path}")
        return account

    def records(self) -> list[dict[str, Any]]:
        """Every document the ledger holds."""
        engine = connect(f"sqlite:///{self.program.home}/techwire.db")
        with begin(engine) as connection:
            found = list(ledger.records(connection))
        engine.dispose()
        return found

    def titles(self) -> dict[str, str]:
        """Path -> headline of every document."""
        return {r["url"].removeprefix(self.site.url): r["title"] for r in self.records()}

    def text_from(self) -> dict[str, str]:
        """Path -> where the text of every document is from."""
        return {r["url"].removeprefix(self.site.url): r["text_from"] for r in self.records()}

    def reads(self, *listings: str, **fields: str) -> None:
        """Let the registry name these, as lines of TOML, in place of the feed."""
        table = self.sources.read_text().partition("feeds = ")
        more = [f'{name} = "{value}"' for name, value in fields.items()]
        rest = table[2].partition("\n")[2]
        self.sources.write_text(table[0] + "\n".join((*listings, *more, rest)))

    def pages_asked(self) -> list[str]:
        return [path for path in self.site.paths() if path.startswith("/a/")]


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    paper = Paper()
    with serving(paper) as site:
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f'[[source]]\nid = "paper"\nname = "Paper"\nhomepage = "{site.url}/"\n'
            f'feeds = ["{site.url}/feed"]\nlanguage = "en"\ndelay_s = 0\n'
        )
        settings = {"TECHWIRE_ALLOW_HOSTS": "127.0.0.1", "TECHWIRE_WORKERS": "1"}
        yield Life(paper, site, Program(tmp_path / "home", settings), sources)


def test_an_article_whose_page_comes_later_than_its_line_in_the_feed_is_waited_for(
    life: Life,
) -> None:
    life.paper.items = [
        an_item("HOST", "late", "Orbisil opens a plant"),
        an_item("HOST", "old", "Orbisil closes a plant", age=timedelta(days=30)),
    ]
    first = life.crawl()
    assert (first["late"], first["dropped"]) == ({"http 404": 1}, {"http 404": 1})
    account = life.why("/a/late")
    assert account["state"] == "failed"
    assert "http 404; attempt 1, next" in account["steps"][-1]
    assert account["steps"][-1].endswith("given up after two days")
    assert life.why("/a/old")["state"] == "dropped"

    life.paper.answers["/a/late"] = a_page("Orbisil opens a plant")
    early = life.crawl(timedelta(minutes=5))
    assert (early["fetched"], life.pages_asked()) == (0, [])
    later = life.crawl(timedelta(minutes=11))

    assert (later["stored"], life.pages_asked()) == (1, ["/a/late"])
    assert life.why("/a/late")["state"] == "outbox"


def a_map(*addresses: str, of: str = "url") -> Answer:
    root = {"url": "urlset", "sitemap": "sitemapindex"}[of]
    listed = "".join(f"<{of}><loc>http://HOST{path}</loc></{of}>" for path in addresses)
    return Answer(body=f"<{root}>{listed}</{root}>".encode(), headers={"Content-Type": "text/xml"})


def test_what_a_source_s_listings_leave_out_is_said_in_one_line_and_every_map_has_its_turn(
    life: Life,
) -> None:
    maps = [f"/map-{n}.xml" for n in range(1, 81)]
    life.paper.answers["/index.xml"] = a_map("/index.xml", *maps, of="sitemap")
    life.paper.answers["/moved.xml"] = Answer(status=301, headers={"Location": "/index.xml"})
    life.paper.answers |= {
        path: a_map(f"/a/{n}", f"/a/{n}/", f"/a/{n}#top") for n, path in enumerate(maps)
    }
    life.reads(f'sitemaps = ["{life.site.url}/moved.xml"]')

    first = life.crawl(timedelta(0), "--limit", "1")
    once = [path for path in life.site.paths() if "xml" in path]
    second = life.crawl(timedelta(hours=1), "--limit", "1")
    twice = [path for path in life.site.paths() if "xml" in path]

    assert once[:3] == ["/moved.xml", "/index.xml", "/map-80.xml"]
    assert len(once) == len(set(once))
    assert set(once + twice) == {"/moved.xml", "/index.xml", *maps}
    line = first["left_out"]["paper"]
    assert "22 sub-sitemaps left to a later turn, which has room for 58" in line
    assert "58 items left out: doubles" in line
    assert "58 items left out: places (#) on one page" in line
    status = life.program.json("status", "--sources", str(life.sources))
    assert "80 items left out: doubles" in status["sources"][0]["left_out"]
    told = life.program.run("status", "--sources", str(life.sources)).stdout
    assert "left out: paper: " in told
    assert second["left_out"]["paper"]
    checked = life.program.json("sources", "check", "--sources", str(life.sources))
    assert "1 item left out: doubles" in checked["sources"][0]["left_out"]


def test_a_corrected_headline_and_a_corrected_address_reach_the_document(life: Life) -> None:
    paper = life.paper
    paper.items = [
        an_item("HOST", "money", "Orbisil raises $9 billion", "<guid>http://HOST/?p=1</guid>"),
        an_item("HOST", "tpyo", "Orbisil hires a chip designer", "<guid>http://HOST/?p=2</guid>"),
    ]
    paper.answers["/a/money"] = a_page("Orbisil raises $9 billion")
    paper.answers["/a/tpyo"] = a_page("Orbisil hires a chip designer", text=TEXT * 2)
    assert life.crawl()["stored"] == 2

    paper.items = [item.replace("$9 b", "$900 m") for item in paper.items]
    paper.items[1] = paper.items[1].replace("tpyo", "typo")
    paper.answers["/a/money"] = a_page("Orbisil raises $900 million")
    paper.answers["/a/typo"] = paper.answers.pop("/a/tpyo")
    again = life.crawl(timedelta(hours=1))

    assert sorted(life.pages_asked()) == ["/a/money", "/a/typo"]
    assert (again["found"], again["stored"]) == (0, 2)
    assert life.titles() == {
        "/a/money": "Orbisil raises $900 million",
        "/a/typo": "Orbisil hires a chip designer",
    }
    assert f"moved: to {life.site.url}/a/typo" in " ".join(life.why("/a/tpyo")["steps"])
    assert life.crawl(timedelta(hours=2))["fetched"] == 0


def test_articles_that_claim_one_canonical_address_become_documents_of_their_own(
    life: Life,
) -> None:
    stories = {
        "chips": ("Orbisil opens a chip plant", TEXT),
        "loans": (
            "Finbee raises forty million for bakery loans",
            "<p>The fintech lender Finbee raised forty million euros to finance bakeries in "
            "Portugal, its founder said, and wants a banking licence within two years.</p>" * 2,
        ),
    }
    head = '<link rel="canonical" href="/story">'
    for name, (title, text) in stories.items():
        life.paper.items.append(an_item("HOST", name, title))
        life.paper.answers[f"/a/{name}"] = a_page(title, head=head, text=text)

    life.crawl()
    again = life.crawl(timedelta(minutes=30))

    assert again["fetched"] == 1
    assert life.titles() == {f"/a/{name}": title for name, (title, _) in stories.items()}
    assert life.crawl(timedelta(hours=1))["fetched"] == 0


def test_an_article_that_was_taken_back_leaves_the_index(life: Life) -> None:
    paper = life.paper
    for n in range(8):
        title = f"Orbisil opens plant {n}"
        paper.items.append(an_item("HOST", str(n), title, age=timedelta(hours=n + 1)))
        paper.answers[f"/a/{n}"] = a_page(title, text=TEXT.replace("Orbisil", f"Orbisil{n}"))
    assert life.crawl()["stored"] == 8

    taken_back = paper.items.pop(3)
    assert "/a/3" in taken_back
    paper.answers["/a/3"] = Answer(status=410)
    again = life.crawl(timedelta(hours=1))

    assert (life.pages_asked(), again["dropped"]) == (["/a/3"], {"http 410": 1})
    assert set(life.titles()) == {f"/a/{n}" for n in range(8) if n != 3}
    account = life.why("/a/3")
    assert any("withdrawn: http 410" in step for step in account["steps"])


def test_an_article_whose_page_cannot_be_read_comes_from_its_feed_until_it_can(
    life: Life,
) -> None:
    paper = life.paper
    shell = "<html><body><div id=root></div><script src=/app.js></script></body></html>"
    wall = "<p>We and our 812 partners store cookies on your device. Accept all?</p>" * 4
    pages = {
        "refused": Answer(status=403),
        "shell": html(shell),
        "wall": a_page("We value your privacy", text=wall),
        "closed": a_page("Orbisil opens closed"),
        "reserved": a_page("R", head='<meta name="tdm-reservation" content="1">'),
    }
    for name, answer in pages.items():
        text = TEXT.replace("Orbisil", f"Orbisil{name}")
        content = f"<content:encoded><![CDATA[{text}]]></content:encoded>"
        paper.items.append(an_item("HOST", name, f"Orbisil opens plant {name}", content))
        paper.answers[f"/a/{name}"] = answer
    closed = "User-agent: *\nDisallow: /a/closed\n"
    paper.answers["/robots.txt"] = Answer(body=closed.encode())

    life.crawl()

    held = dict.fromkeys(("/a/refused", "/a/shell", "/a/wall"), "feed")
    assert life.text_from() == held
    assert "feed: http 403" in " ".join(life.why("/a/refused")["steps"])
    paper.answers["/a/refused"] = a_page("Orbisil opens plant refused, its page says")
    life.crawl(timedelta(hours=2))

    assert sorted(life.pages_asked()) == ["/a/refused", "/a/shell", "/a/wall"]
    assert life.text_from() == held | {"/a/refused": "page"}
    assert life.titles()["/a/refused"] == "Orbisil opens plant refused, its page says"
