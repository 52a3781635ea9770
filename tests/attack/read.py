"""Pages, feeds and robots.txt put together by chance, each from a seed that makes it again."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

from tests.attack.outcome import Outcome
from tests.attack.sites import Site, feed, robots
from tests.attack.web import rss
from tests.journeys.program import Program
from tests.newsroom import hostile_bodies as bodies

PAGES, LISTINGS = 300, 60
PIECES = (
    b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<script>", b"</script>", b"<title>", b"<svg><title>",
    b"<table><tr>" * 30, b"</div></main></body></html>", b"<h1></h1>" * 9, b"<div>" * 300, b"<p>",
    b"&#0;&#1;&#x0C;&#xFFFE;&#xD800;&#99999999999;", b"\x00\x0b\x0c\x1b$B\xed\xa0\x80", b"\xff\xfe",
    b"\xe4\xb8", b"&nbsp", b"&bogus;", b"&&&&", b"<base href='//['>", b"<meta charset='utf-7'>",
    b"<item>", b"</item>", b"<entry>", b"<link>", b"<link href='http://[x'/>", b"<pubDate>",
    b"<loc>", b"<urlset>", b"<sitemapindex>", b"<author>" + b"@" * 200, b"<author>" + b" " * 2000,
    b"9999-12-31T23:59:59+14:00", b"Mon, 30 Feb 2026 99:99:99 GMT", b"1e999", b"-1" * 500, b"NaN",
    b"User-agent: *\n", b"Disallow: /\n", b"Allow: " + b"*" * 500 + b"$\n", b"Crawl-delay: 1e400\n",
    bodies.ODD_DATES.encode(), bodies.ODD_LINKS.encode(), bodies.REFRESH.encode(),
    f'<script type="application/ld+json">{bodies.ODD_LD}</script>'.encode(),
)  # fmt: skip


def broken(whole: bytes, chance: random.Random) -> bytes:
    """These bytes with pieces in, parts out and the end off, by chance."""
    body = bytearray(whole)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        body[at:at] = chance.choice(PIECES)
    for _ in range(chance.randint(0, 2)):
        at = chance.randrange(len(body) + 1)
        del body[at : at + chance.randint(1, 400)]
    return bytes(body[: chance.randint(1, len(body))] if chance.random() < 0.3 else body)


def sites(seed: int) -> list[Site]:
    """Sites for the crawl: half with a broken feed, half with a broken robots.txt."""
    chance = random.Random(seed)
    listing = rss(
        "http://127.0.0.1:1/a", "http://127.0.0.1:1/b", more=bodies.items_dated("http://a")
    )
    rules = b"User-agent: *\nDisallow: /private\nCrawl-delay: 0\n" + bodies.robots(30)
    found = []
    for number in range(LISTINGS // 2):
        body, text = broken(listing, chance), broken(rules, chance)
        feeds = feed(lambda _, body=body: body)  # type: ignore[misc]
        closed = robots(lambda text=text: text)  # type: ignore[misc]
        found.append(Site("chance", f"feed {seed}.{number}", feeds, honest=False))
        found.append(Site("chance", f"robots.txt {seed}.{number}", closed, honest=False))
    return found


def pages(folder: Path, seed: int) -> Iterator[Outcome]:
    """Many broken pages, read in bulk: an article or a reason, never a lost worker."""
    chance = random.Random(seed)
    whole = bodies.author_page("Ann Smith")
    folder.mkdir()
    lines = []
    for number in range(PAGES):
        page = folder / f"{number}.html"
        page.write_bytes(broken(whole, chance))
        lines.append({"id": number, "url": f"http://a.example/{number}", "html_path": str(page)})
    (folder / "in.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    Program(folder, {}).run("extract", "--jsonl", "in.jsonl", "out.jsonl")
    read = [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]
    told = {one["id"]: str(one.get("error", "")) for one in read}
    for number in range(PAGES):
        error = told.get(number, "no line of it")
        lost = error == "no line of it" or error.startswith(("crash", "timeout"))
        name = f"page {seed}.{number}"
        yield Outcome(kind="chance", name=name, wrong=error if lost else None)
