"""The table of hostile sites: a case is one entry. Each has a port and a crawl's turn of its own.

What a site leaves out is as usual: a feed with two links, `/hostile` and `/honest`. A case has
survived when its honest page was stored, whatever became of the hostile one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

from tests.attack.web import HTML, JSON, RSS, TEXT, XML, Answers, Wire, honest_page, reply, rss
from tests.newsroom import hostile_bodies as bodies


@dataclass(frozen=True, slots=True)
class Site:
    """One hostile site.

    kind: its line of the table. honest: whether its honest page can be had at all.
    text: words that must stand in what was stored of `/hostile`, or None.
    never: a path that must not be asked for, or None.
    full: only in the full form, since it takes long or much.
    """

    kind: str
    name: str
    answers: Answers
    honest: bool = True
    text: str | None = None
    never: str | None = None
    full: bool = False


def at(path: str, wire: Callable[[], Wire]) -> Answers:
    return {path: lambda _: wire()}


def page(body: Callable[[], bytes], kind: str = HTML, **headers: str) -> Answers:
    return at("/hostile", lambda: reply(body(), kind=kind, **headers))


def raw(*pieces: bytes) -> Answers:
    """The hostile page as these very bytes."""
    return at("/hostile", lambda: b"".join(pieces))


def to(location: str) -> Answers:
    return at("/hostile", lambda: reply(status=302, location=location))


def robots(body: Callable[[], bytes], **headers: str) -> Answers:
    return at("/robots.txt", lambda: reply(body(), kind=TEXT, **headers))


def feed(body: Callable[[str], bytes], kind: str = RSS, **headers: str) -> Answers:
    """A feed of any bytes; what it announces beside the honest page is the body's to say."""
    return {"/feed": lambda base: reply(body(base), kind=kind, **headers)}


def feed_with(more: Callable[[str], str]) -> Answers:
    """A feed with the honest page, and further items."""
    return feed(lambda base: rss(f"{base}/honest", more=more(base)))


def sitemap(body: Callable[[str], bytes], **headers: str) -> Answers:
    """A hostile sitemap beside the usual feed."""
    return {"/sitemap.xml": lambda base: reply(body(base), kind=XML, **headers)}


async def dripping(
    piece: bytes, *, first: bytes, times: int, pause_s: float
) -> AsyncIterator[bytes]:
    yield first
    for _ in range(times):
        await asyncio.sleep(pause_s)
        yield piece


async def repeated(piece: bytes, *, first: bytes, times: int) -> AsyncIterator[bytes]:
    yield first
    for _ in range(times):
        yield piece


OK = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
BODY = bodies.long_article().encode()
CHAIN: Answers = {
    "/hostile": lambda base: reply(status=302, location="/hop/0"),
    **{
        f"/hop/{n}": lambda base, n=n: reply(status=302, location=f"/hop/{n + 1}")  # type: ignore[misc]
        for n in range(40)
    },
}

BOMBS = [
    Site("bombs", "gzip", page(bodies.gzip_bomb, content_encoding="gzip")),
    Site("bombs", "deflate", page(bodies.deflate_bomb, content_encoding="deflate")),
    Site("bombs", "br", page(bodies.brotli_bomb, content_encoding="br")),
    Site("bombs", "zstd", page(bodies.zstd_frame, content_encoding="zstd")),
    Site("bombs", "gzip in gzip", page(bodies.nested_bomb, content_encoding="gzip, gzip")),
    Site(
        "bombs",
        "a million gzip members",
        page(bodies.many_members, content_encoding="gzip"),
        full=True,
    ),
    Site(
        "bombs",
        "gzip cut off",
        page(lambda: bodies.gzip_bomb()[:9000], content_encoding="gzip"),
        full=True,
    ),
    Site("bombs", "no gzip at all", page(lambda: BODY, content_encoding="gzip")),
    Site(
        "bombs", "a coding nobody knows", page(lambda: BODY, content_encoding="x" * 5000), full=True
    ),
    Site("bombs", "robots.txt", robots(bodies.gzip_bomb, content_encoding="gzip"), full=True),
    Site("bombs", "sitemap.xml.gz", sitemap(lambda _: bodies.gzip_bomb())),
    Site(
        "bombs",
        "tdmrep.json",
        at(
            "/.well-known/tdmrep.json",
            lambda: reply(bodies.brotli_bomb(), kind=JSON, content_encoding="br"),
        ),
        full=True,
    ),
    Site(
        "bombs", "feed", feed(lambda _: bodies.gzip_bomb(), content_encoding="gzip"), honest=False
    ),
    Site(
        "bombs",
        "50 MB without a length",
        {"/hostile": lambda _: repeated(b"<p>" + b"x" * 65_000, first=OK + b"\r\n", times=800)},
        full=True,
    ),
]

WIRE = [
    Site("wire", "redirects in a circle", to("/hostile")),
    Site("wire", "40 redirects", CHAIN),
    Site("wire", "redirect to 100 kB of address", to("/" + "a" * 100_000)),
    Site("wire", "redirect to a broken host", to("http://[bad/")),
    Site("wire", "redirect to nowhere", to(""), full=True),
    Site("wire", "redirect to a script", to("javascript:alert(1)"), full=True),
    Site("wire", "redirect to data", to("data:text/html,<h1>hello</h1>"), full=True),
    Site("wire", "redirect to a file", to("file:///etc/passwd")),
    Site("wire", "redirect to a port that is none", to("http://127.0.0.1:99999/")),
    Site("wire", "garbage for chunks", raw(OK, b"transfer-encoding: chunked\r\n\r\nzz\r\n", BODY)),
    Site("wire", "a chunk below zero", raw(OK, b"transfer-encoding: chunked\r\n\r\n-5\r\n", BODY)),
    Site(
        "wire",
        "a chunk of 2 ** 80 bytes",
        raw(OK, b"transfer-encoding: chunked\r\n\r\n", b"f" * 20 + b"\r\n", BODY),
    ),
    Site("wire", "a shorter body than said", raw(OK, b"content-length: 99999\r\n\r\n", BODY)),
    Site("wire", "a longer body than said", raw(OK, b"content-length: 10\r\n\r\n", BODY)),
    Site("wire", "a length below zero", raw(OK, b"content-length: -1\r\n\r\n", BODY)),
    Site("wire", "a length in words", raw(OK, b"content-length: ten\r\n\r\n", BODY), full=True),
    Site("wire", "two lengths", raw(OK, b"content-length: 10\r\ncontent-length: 20\r\n\r\n", BODY)),
    Site("wire", "a status of words", raw(b"HTTP/1.1 abc OK\r\n\r\n", BODY)),
    Site("wire", "a status of 999", raw(b"HTTP/1.1 999 OK\r\n\r\n", BODY), full=True),
    Site("wire", "no HTTP", raw(BODY)),
    Site("wire", "no answer", raw()),
    Site("wire", "TLS", raw(b"\x15\x03\x01\x00\x02\x02\x28" * 50), full=True),
    Site("wire", "NUL in a header", raw(OK, b"x-a: a\x00b\r\n\r\n", BODY)),
    Site("wire", "header without a colon", raw(OK, b"hello\r\n\r\n", BODY), full=True),
    Site("wire", "lines without CR", raw(OK.replace(b"\r", b""), b"\n", BODY), full=True),
    Site("wire", "20,000 headers", raw(OK, b"x-a: b\r\n" * 20_000, b"\r\n", BODY)),
    Site("wire", "a header of 2 MB", raw(OK, b"x-a: ", b"b" * 2_000_000, b"\r\n\r\n", BODY)),
    Site("wire", "10,000 cookies", raw(OK, b"set-cookie: a=b; path=/\r\n" * 10_000, b"\r\n", BODY)),
    Site(
        "wire",
        "10,000 times 100",
        raw(b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000, OK, b"\r\n"),
        full=True,
    ),
    Site(
        "wire",
        "a Retry-After of 1e999",
        raw(b"HTTP/1.1 500 X\r\nretry-after: 1e999\r\n\r\n"),
        full=True,
    ),
    Site(
        "wire",
        "headers without end",
        {"/hostile": lambda _: repeated(b"x-a: b\r\n" * 100, first=OK, times=20_000)},
        full=True,
    ),
    Site(
        "wire",
        "a byte now and then",
        {"/hostile": lambda _: dripping(b".", first=OK + b"\r\n<p>", times=2000, pause_s=0.05)},
        full=True,
    ),
    Site(
        "wire",
        "silence",
        {"/hostile": lambda _: dripping(b"", first=b"", times=1, pause_s=300)},
        full=True,
    ),
]

PAGES = [
    Site("pages", "50,000 open elements", page(bodies.deep_nesting), full=True),
    Site(
        "pages",
        "a title of 5 MB",
        page(lambda: bodies.page("T" * 5_000_000, "x").encode()),
        full=True,
    ),
    Site("pages", "200,000 links", page(bodies.many_links), full=True),
    Site("pages", "a million links", page(lambda: bodies.many_links(1_000_000)), full=True),
    Site("pages", "2 MB that patterns choke on", page(bodies.regex_bait), full=True),
    Site("pages", "@ without end for an author", page(lambda: bodies.author_page("@" * 200_000))),
    Site("pages", "100,000 attributes", page(bodies.many_attributes), full=True),
    Site(
        "pages",
        "100,000 metas",
        page(lambda: bodies.long_head('<meta name="a" content="b">' * 100_000)),
        full=True,
    ),
    Site("pages", "JSON-LD 100,000 deep", page(lambda: bodies.json_ld("[" * 100_000))),
    Site(
        "pages",
        "JSON-LD of 8 MB",
        page(lambda: bodies.json_ld('{"a":"' + "b" * 8_000_000 + '"}')),
        full=True,
    ),
    Site("pages", "JSON-LD of wrong types", page(lambda: bodies.json_ld(bodies.ODD_LD))),
    Site(
        "pages",
        "numbers of 5,000 digits",
        page(lambda: bodies.json_ld('{"wordCount":' + "9" * 5000 + "}")),
    ),
    Site(
        "pages",
        "100,000 table cells",
        page(lambda: bodies.page("T", "<table>" + "<tr><td>1" * 100_000).encode()),
        full=True,
    ),
    Site(
        "pages",
        "svg in math in svg",
        page(lambda: bodies.page("T", "<svg><math>" * 5000).encode()),
        full=True,
    ),
    Site(
        "pages",
        "NULs everywhere",
        page(lambda: b"\x00".join(BODY[n : n + 3] for n in range(0, 3000, 3))),
    ),
    Site(
        "pages", "surrogates", page(lambda: bodies.long_article("A &#xD800; B &#xDFFF;").encode())
    ),
    Site("pages", "broken UTF-8", page(bodies.invalid_utf8)),
    Site(
        "pages",
        "UTF-16 that says UTF-8",
        page(lambda: bodies.long_article().encode("utf-16")),
        full=True,
    ),
    Site("pages", "UTF-7", page(lambda: bodies.long_head('<meta charset="utf-7">')), full=True),
    Site(
        "pages",
        "a charset of Klingon",
        page(lambda: bodies.long_head('<meta charset="klingon-9">')),
        full=True,
    ),
    Site("pages", "an open comment", page(lambda: bodies.long_head("<!--"))),
    Site(
        "pages",
        "dates of years 0, 9999 and 10 ** 30",
        page(lambda: bodies.long_head(bodies.ODD_DATES)),
    ),
    Site(
        "pages",
        "a base and a canonical that are none",
        page(lambda: bodies.long_head(bodies.ODD_LINKS)),
    ),
    Site(
        "pages",
        "a picture",
        page(lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 200),
        full=True,
    ),
    Site("pages", "a refresh of itself", page(lambda: bodies.long_head(bodies.REFRESH)), full=True),
    Site("pages", "nothing", page(lambda: b"")),
    Site(
        "pages",
        "260 open elements before the text",
        page(lambda: bodies.deep_nesting(260)),
        text="The bottom of the well",
    ),
]

ROBOTS = [
    Site("robots.txt", "1,500 agents and rules", robots(lambda: bodies.robots(1_500))),
    Site("robots.txt", "4,000 agents and rules", robots(lambda: bodies.robots(4_000)), full=True),
    Site(
        "robots.txt",
        "stars without end",
        robots(lambda: b"User-agent: *\nDisallow: /" + b"*a" * 5_000),
    ),
    Site(
        "robots.txt",
        "a line of 700 kB",
        robots(lambda: b"User-agent: *\nDisallow: /" + b"b" * 700_000),
        full=True,
    ),
    Site(
        "robots.txt",
        "25,000 sitemaps",
        robots(lambda: b"Sitemap: http://127.0.0.1:1/a\n" * 25_000),
        full=True,
    ),
    Site("robots.txt", "bytes of no text", robots(lambda: bytes(range(256)) * 100)),
    Site("robots.txt", "a page", robots(lambda: BODY), full=True),
    Site(
        "robots.txt", "a delay that is none", robots(lambda: b"User-agent: *\nCrawl-delay: nan\n")
    ),
    Site(
        "robots.txt",
        "a delay below zero",
        robots(lambda: b"User-agent: *\nCrawl-delay: -1e9\n"),
        full=True,
    ),
    Site(
        "robots.txt",
        "requests a day, no number",
        robots(lambda: b"User-agent: *\nRequest-rate: 0/0\n"),
        full=True,
    ),
    Site("robots.txt", "NULs", robots(lambda: b"User-agent: *\x00\nDisallow: \x00/\n"), full=True),
    Site(
        "robots.txt",
        "redirects in a circle",
        at("/robots.txt", lambda: reply(status=302, location="/robots.txt")),
        honest=False,
    ),
    Site("robots.txt", "500", at("/robots.txt", lambda: reply(status=500)), honest=False),
    Site(
        "robots.txt",
        "tdmrep.json 100,000 deep",
        at("/.well-known/tdmrep.json", lambda: reply(b"[" * 100_000, kind=JSON)),
    ),
    Site(
        "robots.txt",
        "tdmrep.json of stars",
        at(
            "/.well-known/tdmrep.json",
            lambda: reply(('[{"location": "' + "*a" * 250 + '"},') * 399 + "{}]", kind=JSON),
        ),
    ),
]

LISTINGS = [
    Site("listings", "authors of 200 @ by the thousand", feed_with(bodies.items_by("@" * 200))),
    Site("listings", "authors of blanks", feed_with(bodies.items_by(" " * 50_000, 20)), full=True),
    Site(
        "listings",
        "titles of tags",
        feed_with(lambda _: "<item><title>" + "&lt;b" * 200_000 + "</title></item>"),
        full=True,
    ),
    Site("listings", "2,000 items", feed_with(lambda base: bodies.items(2_000, base)), full=True),
    Site(
        "listings", "100,000 items", feed_with(lambda base: bodies.items(100_000, base)), full=True
    ),
    Site("listings", "links that are none", feed_with(bodies.items_to)),
    Site("listings", "dates that are none", feed_with(bodies.items_dated)),
    Site(
        "listings",
        "a link of 1 MB",
        feed_with(lambda base: f"<item><link>{base}/{'a' * 1_000_000}</link></item>"),
    ),
    Site("listings", "50,000 open elements", feed_with(lambda _: "<item>" * 50_000)),
    Site(
        "listings",
        "surrogates and NULs",
        feed_with(lambda _: "<item><title>&#xD800;&#0;\x00</title></item>"),
    ),
    Site("listings", "a cut in a tag", feed(bodies.malformed_feed), honest=False),
    Site("listings", "a page", feed(lambda _: BODY), honest=False, full=True),
    Site("listings", "nothing", feed(lambda _: b""), honest=False, full=True),
    Site(
        "listings",
        "JSON of wrong types",
        feed(lambda _: b'{"version": 1, "items": 3}', JSON),
        honest=False,
        full=True,
    ),
    Site("listings", "JSON 100,000 deep", feed(lambda _: b"[" * 100_000, JSON), honest=False),
    Site(
        "listings",
        "JSON with numbers of 5,000 digits",
        feed(lambda _: b'{"items":[{"id":' + b"9" * 5000 + b"}]}", JSON),
        honest=False,
        full=True,
    ),
    Site(
        "listings",
        "UTF-16 that says UTF-8",
        feed(lambda base: rss(f"{base}/honest").decode().encode("utf-16")),
        honest=False,
        full=True,
    ),
    Site("listings", "a sitemap that names itself", sitemap(bodies.sitemap_cycle)),
    Site(
        "listings",
        "50,000 sitemaps",
        sitemap(lambda base: bodies.sitemap_index(50_000, base)),
        full=True,
    ),
    Site(
        "listings",
        "sitemaps without end",
        {
            **sitemap(lambda base: bodies.sitemap_index(3, base)),
            "*": lambda base: reply(bodies.sitemap_index(3, base), kind=XML),
        },
        full=True,
    ),
    Site(
        "listings",
        "a sitemap of 100,000 pages",
        sitemap(lambda base: bodies.urlset(100_000)),
        full=True,
    ),
    Site(
        "listings",
        "a sitemap's dates",
        sitemap(lambda base: bodies.urlset(50, "99999-99-99T99:99:99Z")),
    ),
]

XXE = [
    Site("xml", "a billion laughs in a feed", feed(lambda _: bodies.entity_bomb()), honest=False),
    Site("xml", "a billion laughs in a sitemap", sitemap(lambda _: bodies.entity_bomb())),
    Site("xml", "quadratic entities", feed(lambda _: bodies.quadratic_entities()), honest=False),
    Site("xml", "an address", sitemap(bodies.entity_address), never="/xxe"),
    Site("xml", "a file in a sitemap", sitemap(lambda _: bodies.entity_file())),
]

SITES = [*BOMBS, *WIRE, *PAGES, *ROBOTS, *LISTINGS, *XXE]

NEIGHBOUR: Answers = {"/hostile": honest_page}  # a site that wants nothing but to be read

# every way of writing 127.0.0.2 and other closed addresses; the sites themselves are on 127.0.0.1
CLOSED = (
    "127.0.0.2",
    "127.0.0.2.",
    "2130706434",
    "0x7f000002",
    "0x7f.2",
    "0177.0.0.2",
    "127.2",
    "127\u30020\u30020\u30022",
    "\uff11\uff12\uff17.0.0.2",
    "user:word@127.0.0.2",
    "[::1]",
    "[::ffff:127.0.0.2]",
    "[::ffff:7f00:2]",
    "[64:ff9b::7f00:2]",
    "[2002:7f00:2::]",
    "name.inside.test",
    "name.rebind.test",
)


def leading_to(port: int) -> list[Site]:
    """Sites that lead a crawl to closed addresses on this port, each under a path of its own."""
    found = [
        Site("addresses", f"redirect to {host}", to(f"http://{host}:{port}/{n}"))
        for n, host in enumerate(CLOSED)
    ]
    links = [f"http://{host}:{port}/feed/{n}" for n, host in enumerate(CLOSED)]
    listed = feed(lambda base: rss(f"{base}/honest", *links))
    robots_txt = at("/robots.txt", lambda: reply(status=301, location=f"http://127.0.0.2:{port}/r"))
    head = f'<link rel="canonical" href="http://127.0.0.2:{port}/c">'
    beacon = (
        '<img src="/beacon"><iframe src="/beacon"></iframe><link rel=stylesheet href="/beacon">'
    )
    return [
        *found,
        Site("addresses", "links of a feed", listed),
        Site("addresses", "redirect of robots.txt", robots_txt, honest=False),
        Site("addresses", "canonical", page(lambda: bodies.long_head(head))),
        Site(
            "addresses",
            "what a page embeds",
            page(lambda: bodies.long_head(beacon)),
            never="/beacon",
        ),
    ]


def claiming(address: str) -> Site:
    """A site whose page says that it stands at somebody else's address."""
    head = f'<link rel="canonical" href="{address}"><meta property="og:url" content="{address}">'
    body = bodies.long_article(STOLEN).replace("<title>", f"{head}<title>", 1)
    return Site("addresses", "another's address for its own", page(body.encode))


STOLEN = "What the other site never wrote"
