"""What hostile sites send: bombs, lies about charsets, broken feeds. Bytes only, no server."""

import gzip
import itertools
import zlib
from collections.abc import Callable
from functools import cache

import brotli

MB = 1024 * 1024
BOMB_BYTES = 64 * MB
_NEW = itertools.count()
_SITEMAPS = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<!doctype html><html><head><meta charset="utf-8"><title>{}</title></head><body>'


@cache
def gzip_bomb() -> bytes:
    """64 MB of spaces in about 64 KB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    parts = [packer.compress(b" " * MB) for _ in range(BOMB_BYTES // MB)]
    return b"".join([*parts, packer.flush()])


@cache
def brotli_bomb() -> bytes:
    """64 MB of spaces in a few hundred bytes."""
    packer = brotli.Compressor(quality=3)
    parts = [packer.process(b" " * MB) for _ in range(BOMB_BYTES // MB)]
    return b"".join([*parts, packer.finish()])


@cache
def deflate_bomb() -> bytes:
    """The same as raw deflate."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    parts = [packer.compress(b" " * MB) for _ in range(BOMB_BYTES // MB)]
    return b"".join([*parts, packer.flush()])


def nested_bomb() -> bytes:
    """A bomb packed once more, to some hundred bytes."""
    return gzip.compress(gzip_bomb())


def many_members() -> bytes:
    """A million gzip members of nothing."""
    return gzip.compress(b"", mtime=0) * 1_000_000


def zstd_frame() -> bytes:
    """The head of a frame that says 2 ** 60 bytes follow (RFC 8878, 3.1.1)."""
    return b"\x28\xb5\x2f\xfd\xe0" + (2**60).to_bytes(8, "little") + b"\x02\x00\x10a" * 1000


def page(title: str, *paragraphs: str) -> str:
    """A small honest article."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"{_HEAD.format(title)}<article><h1>{title}</h1>{body}</article></body></html>"


def long_article(title: str = "A chip plant in a quiet valley") -> str:
    """A page with enough text to be an article."""
    sentence = "The new semiconductor plant hires engineers and buys equipment from its region. "
    return page(title, *(sentence * 3 for _ in range(8)))


def deep_nesting(depth: int = 50_000) -> bytes:
    """So many elements that stay open, and an article at the bottom."""
    text = "The bottom of the well holds a new semiconductor plant and its engineers. " * 3
    return f"{_HEAD.format('Deep')}{'<div>' * depth}{f'<p>{text}</p>' * 6}".encode()


def many_links(count: int = 200_000) -> bytes:
    """An article under so many links."""
    links = "".join(f'<a href="/{n}">{n}</a>' for n in range(count))
    return long_article().replace("<article>", f"{links}<article>").encode()


def many_attributes() -> bytes:
    """An element with 100,000 attributes."""
    return page("T", "<b " + " ".join(f"a{n}=1" for n in range(100_000)) + ">").encode()


def long_head(head: str) -> bytes:
    """An honest article with something in its head."""
    return long_article().replace("<title>", f"{head}<title>", 1).encode()


def json_ld(text: str) -> bytes:
    """An honest article beside such JSON-LD."""
    return long_head(f'<script type="application/ld+json">{text}</script>')


def author_page(author: str) -> bytes:
    """An honest article with such a byline, in every place where one may stand."""
    metas = "".join(
        f'<meta {name}="{value}" content="{author}">'
        for name, value in (("name", "author"), ("property", "article:author"))
    )
    byline = f'<p class="byline">By {author}</p><a rel="author">{author}</a>'
    return long_head(metas).replace(b"</h1>", b"</h1>" + byline.encode(), 1)


ODD_LD = (
    '{"@type":["NewsArticle",null,3],"headline":[[1]],"author":{"name":{"a":1}},'
    '"datePublished":[[]],"keywords":[1,{"a":2}],"articleBody":["x"],"image":[[]],"publisher":[],'
    '"isAccessibleForFree":[1],"wordCount":"12x","url":"http://[","articleSection":[[1]],'
    '"inLanguage":["en"],"mainEntityOfPage":[{"@id":3}]}'
)
ODD_DATES = "".join(
    f'<meta property="article:published_time" content="{date}"><time datetime="{date}">'
    f"{date}</time>"
    for date in (
        "9999-12-31T23:59:59+14:00",
        "0000-00-00T00:00:00Z",
        "2024-02-30T25:61:61+99:99",
        "1" + "0" * 30,
        "-1",
        "now" * 1000,
    )
)
ODD_LINKS = (
    '<base href="http://[::1"><link rel="canonical" href="//["><meta property="og:url" '
    f'content="http://{"a." * 5000}/"><meta property="og:image" content="http://[x">'
)
REFRESH = '<meta http-equiv="refresh" content="0;url=/hostile">'


def regex_bait() -> bytes:
    """2 MB that patterns with nested repeats choke on: blanks, brackets, digits, open tags."""
    bait = " " * 500_000 + "<" * 500_000 + "1" * 500_000 + "a\t" * 250_000
    return f"{_HEAD.format('Bait' + ' ' * 100_000)}<p>{bait}</p></body></html>".encode()


def invalid_utf8() -> bytes:
    """A page that says UTF-8 and breaks it in title, text and a tag."""
    text = long_article("Broken letters").encode()
    return text.replace(b"quiet", b"qu\xff\xfeet").replace(
        b"engineers", b"\xc3(engineers\xed\xa0\x80"
    )


def robots(count: int) -> bytes:
    """So many agents, then so many rules for all of them."""
    agents = "".join(f"User-agent: a{n}\n" for n in range(count))
    return (agents + "".join(f"Allow: /{n}\n" for n in range(count))).encode()


def items(count: int, base: str) -> str:
    """So many items of a feed."""
    return "".join(
        f"<item><title>Item {n}</title><link>{base}/item/{n}</link></item>" for n in range(count)
    )


def items_by(author: str, count: int = 4_000) -> Callable[[str], str]:
    """So many items of one author."""
    return lambda base: "".join(
        f"<item><title>T</title><link>{base}/by/{n}</link><author>{author}</author></item>"
        for n in range(count)
    )


def items_to(base: str) -> str:
    """Items that link to private addresses, files, scripts and nothing."""
    links = (
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1]:22/",
        "http://10.0.0.1/",
        "//",
        "http://user:secret@127.0.0.1:1/",
        "http://[bad/",
        "http://127.0.0.1:99999/",
    )
    return "".join(f"<item><title>t</title><link>{link}</link></item>" for link in links)


def items_dated(base: str) -> str:
    """Items dated in words, in years 1970 to 99999, in February's thirtieth, not at all."""
    dates = ("2026-11-23T08:00:00Z", "yesterday", "Fri, 01 Jan 2099 00:00:00 GMT",
             "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 30 Feb 2026 08:00:00 GMT", "",
             "99999-01-01T00:00:00Z", "1" + "0" * 30, "0" * 10_000)  # fmt: skip
    return "".join(
        f"<item><title>Item {n}</title><link>{base}/dated/{n}</link>"
        f"<pubDate>{date}</pubDate></item>"
        for n, date in enumerate(dates)
    )


def entity_address(base: str) -> bytes:
    """A sitemap whose entity and document type are an address."""
    declared = f'<!DOCTYPE urlset SYSTEM "{base}/xxe" [<!ENTITY % a SYSTEM "{base}/xxe"> %a;'
    declared += f'<!ENTITY b SYSTEM "{base}/xxe">]>'
    return f"{declared}<urlset xmlns='{_SITEMAPS}'><url><loc>&b;</loc></url></urlset>".encode()


def malformed_feed(base: str) -> bytes:
    """Unknown entities, a bare ampersand, an unclosed item, and a cut in the middle of a tag."""
    items = (
        f"<item><title>R&D &nbsp;&hellip; at AT&T</title><link>{base}/item/1?a=1&b=2</link></item>"
        f"<item><title>Unclosed<link>{base}/item/2</link>"
        f"<item><title>Third</title><link>{base}/item/3</li"
    )
    return _rss(items)[: -len("</channel></rss>")]


def entity_bomb() -> bytes:
    """XML whose one entity grows to a billion words."""
    grow = "".join(
        f'<!ENTITY lol{n} "{f"&lol{n - 1};" * 10}">' if n else '<!ENTITY lol0 "lol">'
        for n in range(10)
    )
    return f'<?xml version="1.0"?><!DOCTYPE rss [{grow}]>{_rss_text("&lol9;")}'.encode()


def quadratic_entities() -> bytes:
    """XML with one entity of 100 kB, named 10,000 times."""
    declared = f'<!DOCTYPE rss [<!ENTITY a "{"a" * 100_000}">]>'
    return f'<?xml version="1.0"?>{declared}{_rss_text("&a;" * 10_000)}'.encode()


def entity_file() -> bytes:
    """XML whose entity is a file of the reader's machine."""
    declared = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    item = "<item><title>&secret;</title><link>http://127.0.0.1/</link></item>"
    return f'<?xml version="1.0"?>{declared}{_rss_text(item)}'.encode()


def sitemap_cycle(base: str) -> bytes:
    """A sitemap index that names itself, and then itself again under other addresses."""
    urls = "".join(
        f"<sitemap><loc>{base}/sitemap.xml{tail}</loc></sitemap>" for tail in ("", "?n=2")
    )
    return f'<sitemapindex xmlns="{_SITEMAPS}">{urls}</sitemapindex>'.encode()


def sitemap_index(count: int, base: str) -> bytes:
    """An index of so many sitemaps, whose addresses are new each time."""
    urls = "".join(f"<sitemap><loc>{base}/{next(_NEW)}.xml</loc></sitemap>" for _ in range(count))
    return f'<sitemapindex xmlns="{_SITEMAPS}">{urls}</sitemapindex>'.encode()


def urlset(count: int, date: str = "2026-11-23") -> bytes:
    """A sitemap of so many pages that nobody serves, all of one date."""
    urls = "".join(
        f"<url><loc>http://127.0.0.1:1/{n}</loc><lastmod>{date}</lastmod></url>"
        for n in range(count)
    )
    return f'<urlset xmlns="{_SITEMAPS}">{urls}</urlset>'.encode()


def _rss_text(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Hostile</title>{items}</channel></rss>'


def _rss(items: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{_rss_text(items)}'.encode()
