"""What publishers say of the use of a page, in one place or in several that agree or differ.

Each case is what a robots.txt, headers, a page's head, a tdmrep.json, a licence and a feed say of
https://news.example/a/1, and what it comes to: the marks, and the mark that keeps the page out.
"""

import time
from dataclasses import dataclass, field

import pytest

from crawler.article import Signal
from crawler.discovery.feeds import parse_feed
from crawler.net.robots import read_robots
from crawler.rights.licences import licence_signals, read_licence
from crawler.rights.pages import read_headers, read_page
from crawler.rights.preferences import usage_signals
from crawler.rights.signals import each_once, marks_of, refusal
from crawler.rights.tdmrep import read_tdmrep, tdmrep_signals
from indexer.foundation.marks import MARKS, REFUSED

URL = "https://news.example/a/1"
AT = "https://news.example/licence.xml"
LINK = f'<link rel="license" type="application/rsl+xml" href="{AT}">'


@dataclass(frozen=True, kw_only=True)
class Site:
    robots: str = ""
    headers: dict[str, list[str]] = field(default_factory=dict)
    head: str = ""
    tdmrep: str = ""
    licence: str = ""
    item: str = ""

    def says(self) -> tuple[Signal, ...]:
        rules = read_robots(self.robots.encode())
        found = tdmrep_signals(read_tdmrep(self.tdmrep.encode()), URL)
        found += usage_signals(rules.usage, URL)
        found += [Signal(mark="licence", words=one) for one in rules.licences]
        found += read_headers(self.headers, URL)
        found += read_page(self.head.encode(), URL)
        if self.item:
            found += parse_feed(_feed(self.item).encode(), url=URL, source_id="x").entries[0].rights
        if self.licence and any(one.mark == "licence" for one in found):
            found += licence_signals(read_licence(_rsl(self.licence)), URL, f"RSL {AT}")
        return each_once(found)


def _rsl(inside: str) -> bytes:
    if not inside.startswith("<content"):
        inside = f'<content url="/">{inside}</content>'
    return f'<rsl xmlns="https://rslstandard.org/rsl">{inside}</rsl>'.encode()


def _script(inside: str) -> str:
    return f'<script type="application/rsl+xml">{_rsl(inside).decode()}</script>'


def _feed(item: str) -> str:
    return (
        '<rss version="2.0" xmlns:rsl="https://rslstandard.org/rsl"><channel><title>N</title>'
        f"<item><title>A plant opens</title><link>{URL}</link>{item}</item></channel></rss>"
    )


def _header(name: str, *values: str) -> dict[str, list[str]]:
    return {name: list(values)}


def _robots(*lines: str) -> str:
    return "\n".join(("User-agent: *", "Allow: /", *lines))


def _licence(*parts: str) -> str:
    return f"<license>{''.join(parts)}</license>"


def _permits(uses: str) -> str:
    return f'<permits type="usage">{uses}</permits>'


def _prohibits(uses: str) -> str:
    return f'<prohibits type="usage">{uses}</prohibits>'


def _pay(kind: str) -> str:
    return f'<payment type="{kind}"/>'


def _licensed(inside: str, **more: str) -> Site:
    return Site(robots=_robots(f"License: {AT}"), licence=inside, **more)


TDM = '[{"location": "/", "tdm-reservation": 1}]'
TDM_OPEN = '[{"location": "/", "tdm-reservation": 0}]'
CLOUDFLARE = "Content-Signal: search=yes, ai-train=no"
ONLY_SEARCH = _licence(_permits("search"))

CASES: list[tuple[str, Site, str, str | None]] = [
    # name, what is said, marks, the mark that keeps it out
    ("nothing", Site(), "", None),
    # TDMRep
    ("tdm header", Site(headers=_header("tdm-reservation", " 1 ")), "no-mining", "no-mining"),
    ("tdm header 0", Site(headers=_header("tdm-reservation", "0")), "", None),
    ("tdm meta", Site(head="<META CONTENT=1 NAME='tdm-reservation'>"), "no-mining", "no-mining"),
    ("tdm meta 0", Site(head='<meta name="tdm-reservation" content="0">'), "", None),
    ("tdm file", Site(tdmrep=TDM), "no-mining", "no-mining"),
    ("tdm file open", Site(tdmrep=TDM_OPEN), "", None),
    ("tdm policy alone", Site(head='<meta name="tdm-policy" content="https://x/p">'), "", None),
    (
        "tdm file and meta agree",
        Site(tdmrep=TDM, head='<meta name="tdm-reservation" content="1">'),
        "no-mining",
        "no-mining",
    ),
    (
        "tdm file reserves, meta opens: the file stands",
        Site(tdmrep=TDM, head='<meta name="tdm-reservation" content="0">'),
        "no-mining",
        "no-mining",
    ),
    (
        "tdm file opens, header reserves: the header stands",
        Site(tdmrep=TDM_OPEN, headers=_header("tdm-reservation", "1")),
        "no-mining",
        "no-mining",
    ),
    # noai
    ("noai meta", Site(head='<meta name="robots" content="index, noai">'), "no-ai", "no-ai"),
    ("noai to us", Site(head='<meta name="techwire" content="noai">'), "no-ai", "no-ai"),
    ("noai to another", Site(head='<meta name="otherbot" content="noai">'), "", None),
    ("noai header", Site(headers=_header("x-robots-tag", "noindex, NOAI")), "no-ai", "no-ai"),
    ("header to us", Site(headers=_header("x-robots-tag", "Techwire: noai")), "no-ai", "no-ai"),
    ("header to another", Site(headers=_header("x-robots-tag", "otherbot: noai")), "", None),
    ("noimageai", Site(headers=_header("x-robots-tag", "noimageai")), "no-image-ai", None),
    (
        "noai and noimageai",
        Site(head='<meta name="robots" content="noai, noimageai">'),
        "no-ai no-image-ai",
        "no-ai",
    ),
    ("escaped tag", Site(head='<p>&lt;meta name="robots" content="noai"&gt;</p>'), "", None),
    # AIPREF
    ("usage header", Site(headers=_header("content-usage", "train-ai=n")), "no-training", None),
    (
        "usage search=n",
        Site(headers=_header("content-usage", "search=n")),
        "no-search",
        "no-search",
    ),
    ("usage y", Site(headers=_header("content-usage", "train-ai=y, search=y")), "", None),
    ("usage said twice", Site(headers=_header("content-usage", "search=n, search=y")), "", None),
    (
        "usage in two headers",
        Site(headers=_header("content-usage", "train-ai=n", "ai-use=n")),
        "no-training no-ai-use",
        None,
    ),
    ("usage unknown", Site(headers=_header("content-usage", "dance=n, ???, search=?0")), "", None),
    (
        "usage parameters",
        Site(headers=_header("content-usage", "search=n;x=1")),
        "no-search",
        "no-search",
    ),
    ("older label", Site(headers=_header("content-usage", "bots=n")), "no-mining", "no-mining"),
    ("usage robots", Site(robots=_robots("Content-Usage: train-ai=n")), "no-training", None),
    (
        "usage robots search",
        Site(robots=_robots("content-usage: search=n")),
        "no-search",
        "no-search",
    ),
    ("usage of a path", Site(robots=_robots("Content-Usage: /a/ train-ai=n")), "no-training", None),
    ("usage of another path", Site(robots=_robots("Content-Usage: /b/ search=n")), "", None),
    (
        "the longer path decides",
        Site(robots=_robots("Content-Usage: search=n", "Content-Usage: /a/ search=y")),
        "",
        None,
    ),
    (
        "two for one path: the stricter stands",
        Site(robots=_robots("Content-Usage: /a/ search=y", "Content-Usage: /a/ search=n")),
        "no-search",
        "no-search",
    ),
    (
        "usage to another robot",
        Site(robots="User-agent: otherbot\nContent-Usage: search=n\n\nUser-agent: *\nAllow: /"),
        "",
        None,
    ),
    (
        "usage to us, over that to all",
        Site(
            robots="User-agent: techwire\nContent-Usage: train-ai=n\n\n"
            "User-agent: *\nContent-Usage: search=n"
        ),
        "no-training",
        None,
    ),
    ("content signals", Site(robots=_robots(CLOUDFLARE)), "no-training", None),
    (
        "content signals of all kinds",
        Site(robots=_robots("Content-Signal: search=no, ai-input=no, ai-train=no")),
        "no-search no-training no-ai-use",
        "no-search",
    ),
    (
        "robots allows, header refuses",
        Site(
            robots=_robots("Content-Usage: search=y"), headers=_header("content-usage", "search=n")
        ),
        "no-search",
        "no-search",
    ),
    (
        "robots refuses, header allows",
        Site(
            robots=_robots("Content-Usage: search=n"), headers=_header("content-usage", "search=y")
        ),
        "no-search",
        "no-search",
    ),
    # RSL
    ("licence unread", Site(robots=_robots(f"License: {AT}")), "licence", None),
    ("licence by link", Site(head=LINK), "licence", None),
    ("licence of other kinds", Site(head='<link rel="license" href="/cc-by">'), "", None),
    (
        "licence by header",
        Site(headers=_header("link", f'<{AT}>; rel="license"; type="application/rsl+xml"')),
        "licence",
        None,
    ),
    (
        "all prohibited",
        _licensed(_licence(_prohibits("all"))),
        "no-search no-training no-ai-use licence",
        "no-search",
    ),
    (
        "training prohibited",
        _licensed(_licence(_prohibits("ai-train"))),
        "no-training licence",
        None,
    ),
    (
        "ai prohibited",
        _licensed(_licence(_prohibits("ai-all"))),
        "no-training no-ai-use licence",
        None,
    ),
    ("search alone", _licensed(ONLY_SEARCH), "no-training no-ai-use licence", None),
    ("all permitted", _licensed(_licence(_permits("all"), _pay("free"))), "licence", None),
    (
        "search for pay",
        _licensed(_licence(_permits("search"), _pay("crawl"))),
        "no-search no-training no-ai-use licence",
        "no-search",
    ),
    (
        "all for pay",
        _licensed(_licence(_pay("subscription"))),
        "no-search no-training no-ai-use licence",
        "no-search",
    ),
    (
        "training for pay",
        _licensed(_licence(_permits("ai-train"), _pay("training"))),
        "no-training no-ai-use licence",
        None,
    ),
    (
        "search free beside training for pay",
        _licensed(ONLY_SEARCH + _licence(_permits("ai-train"), _pay("purchase"))),
        "no-training no-ai-use licence",
        None,
    ),
    (
        "what a licence both permits and prohibits is prohibited",
        _licensed(_licence(_permits("all"), _prohibits("search"))),
        "no-search licence",
        "no-search",
    ),
    (
        "the longer path of a licence decides",
        _licensed(
            f'<content url="/">{_licence(_prohibits("all"))}</content>'
            f'<content url="/a/*">{_licence(_permits("all"))}</content>'
        ),
        "licence",
        None,
    ),
    (
        "licence of another site",
        _licensed(f'<content url="https://other.example/">{_licence(_prohibits("all"))}</content>'),
        "licence",
        None,
    ),
    (
        "licence for countries alone",
        _licensed(_licence('<prohibits type="geo">US</prohibits>')),
        "licence",
        None,
    ),
    ("no licence at all", _licensed('<content url="/"/>'), "licence", None),
    (
        "RSL within the page",
        Site(
            head=_script(_licence(_prohibits("search"))),
        ),
        "no-search",
        "no-search",
    ),
    (
        "RSL in a feed's item",
        Site(
            item='<rsl:content url=""><rsl:license><rsl:prohibits type="usage">ai-train'
            "</rsl:prohibits></rsl:license></rsl:content>"
        ),
        "no-training",
        None,
    ),
    (
        "a feed's link",
        Site(
            item=f'<link xmlns="http://www.w3.org/2005/Atom" rel="license" '
            f'type="application/rsl+xml" href="{AT}"/>'
        ),
        "licence",
        None,
    ),
    # several standards
    (
        "AIPREF allows search, TDMRep reserves",
        Site(robots=_robots("Content-Usage: search=y"), tdmrep=TDM),
        "no-mining",
        "no-mining",
    ),
    (
        "RSL permits all, noai refuses",
        _licensed(_licence(_permits("all")), head='<meta name="robots" content="noai">'),
        "no-ai licence",
        "no-ai",
    ),
    (
        "content signals allow search, RSL prohibits it",
        Site(robots=_robots(CLOUDFLARE, f"License: {AT}"), licence=_licence(_prohibits("search"))),
        "no-search no-training licence",
        "no-search",
    ),
    (
        "all agree on training alone",
        Site(
            robots=_robots(CLOUDFLARE, "Content-Usage: train-ai=n", f"License: {AT}"),
            headers=_header("content-usage", "train-ai=n"),
            licence=_licence(_prohibits("ai-train")),
        ),
        "no-training licence",
        None,
    ),
]


@pytest.mark.parametrize(
    ("site", "marks", "kept_out"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_publishers_say_comes_to_marks_and_may_keep_a_page_out(
    site: Site, marks: str, kept_out: str | None
) -> None:
    said = site.says()
    words = refusal(said, REFUSED)

    assert " ".join(marks_of(said)) == marks
    assert (words is None) if kept_out is None else str(words).endswith(f"({kept_out})")


def test_what_keeps_a_page_out_is_told_with_where_it_stands_and_its_value() -> None:
    said = Site(robots=_robots("Content-Usage: search=n")).says()

    assert refusal(said, REFUSED) == "robots.txt Content-Usage: search=n (no-search)"


@pytest.mark.parametrize("mark", MARKS)
def test_every_mark_can_be_made_to_keep_pages_out_or_to_let_them_in(mark: str) -> None:
    said = [Signal(mark=mark, words="header X: y")]

    assert refusal(said, {mark}) == f"header X: y ({mark})"
    assert refusal(said, set(MARKS) - {mark}) is None


def test_hostile_heads_headers_and_licences_are_read_in_time() -> None:
    began = time.process_time()
    read_page(b"<meta " * 30_000 + b"<meta name=" + b"a" * 190_000, URL)
    read_page(b'<meta a="' * 20_000, URL)
    read_page(b'<script type="application/rsl+xml">' * 5_000, URL)
    read_headers({"link": ["<" * 20_000, "<a>;" * 5_000], "content-usage": ["a=" * 9_999]}, URL)
    read_licence(b'<rsl xmlns="https://rslstandard.org/rsl">' + b"<content><license>" * 9_000)

    assert time.process_time() - began < 3


def test_a_licence_of_a_whole_feed_holds_for_items_without_their_own() -> None:
    licence = (
        '<rsl:content url="{}"><rsl:license><rsl:prohibits type="usage">{}</rsl:prohibits>'
        "</rsl:license></rsl:content>"
    )
    own = _feed(licence.format("", "search")).replace(
        "<item>",
        licence.format("/", "ai-train")
        + ("<item><title>B</title><link>https://news.example/b/2</link></item><item>"),
    )

    entries = parse_feed(own.encode(), url=URL, source_id="x").entries

    assert [marks_of(entry.rights) for entry in entries] == [["no-training"], ["no-search"]]
