"""What the hostile sites send: bombs, lies about charsets, broken feeds. Bytes only, no server."""

import zlib
from functools import cache

import brotli

MB = 1024 * 1024
BOMB_BYTES = 64 * MB
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


def page(title: str, *paragraphs: str) -> str:
    """A small honest article."""
    body = "".join(f"<p>{text}</p>" for text in paragraphs)
    return f"{_HEAD.format(title)}<article><h1>{title}</h1>{body}</article></body></html>"


def long_article(title: str = "A chip plant in a quiet valley") -> str:
    """A page with enough text to be an article."""
    sentence = "The new semiconductor plant hires engineers and buys equipment from its region. "
    return page(title, *(sentence * 3 for _ in range(8)))


def deep_nesting() -> bytes:
    """50,000 open elements, and the text at the bottom."""
    depth = 50_000
    inner = "<p>The bottom of the well.</p>"
    return f"{_HEAD.format('Deep')}{'<div>' * depth}{inner}{'</div>' * depth}".encode()


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


def shift_jis_page() -> bytes:
    """A Japanese page in Shift_JIS whose meta says so."""
    text = page("半導体の新工場", *["熊本県で新しい半導体工場の建設が始まった。" * 6] * 6)
    return text.replace("utf-8", "shift_jis").encode("shift_jis")


def feed_of(count: int, base: str) -> bytes:
    """An RSS feed of `count` items that link to numbered pages."""
    items = "".join(
        f"<item><title>Item {n}</title><link>{base}/item/{n}</link><guid>{n}</guid>"
        "<pubDate>Mon, 23 Nov 2026 08:00:00 GMT</pubDate></item>"
        for n in range(count)
    )
    return _rss(items)


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


def entity_file() -> bytes:
    """XML whose entity is a file of the reader's machine."""
    declared = '<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
    item = "<item><title>&secret;</title><link>http://127.0.0.1/</link></item>"
    return f'<?xml version="1.0"?>{declared}{_rss_text(item)}'.encode()


def feed_of_bad_links() -> bytes:
    """Items that link to private addresses, files and scripts."""
    links = (
        "http://169.254.169.254/latest/meta-data/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://[::1]:22/",
        "http://10.0.0.1/",
        "//",
        "http://user:secret@127.0.0.1:1/",
        "http://0x7f000001/",
    )
    return _rss("".join(f"<item><title>t</title><link>{link}</link></item>" for link in links))


def feed_of_bad_dates(base: str) -> bytes:
    """Items dated in ISO form, in words, in 2099, in 1970, in February's thirtieth, not at all."""
    dates = ("2026-11-23T08:00:00Z", "yesterday", "Fri, 01 Jan 2099 00:00:00 GMT",
             "Thu, 01 Jan 1970 00:00:00 GMT", "Mon, 30 Feb 2026 08:00:00 GMT", "")  # fmt: skip
    return _rss(
        "".join(
            f"<item><title>Item {n}</title><link>{base}/item/{n}</link>"
            f"<pubDate>{date}</pubDate></item>"
            for n, date in enumerate(dates)
        )
    )


def sitemap_cycle(base: str) -> bytes:
    """A sitemap index that names itself, and then itself again under other addresses."""
    urls = "".join(
        f"<sitemap><loc>{base}/sitemap-cycle.xml{tail}</loc></sitemap>" for tail in ("", "?n=2")
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<sitemapindex xmlns="{space}">{urls}</sitemapindex>'.encode()


def _rss_text(items: str) -> str:
    return f'<rss version="2.0"><channel><title>Hostile</title>{items}</channel></rss>'


def _rss(items: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>{_rss_text(items)}'.encode()
