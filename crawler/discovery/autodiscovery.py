"""Where a site announces its articles: the pure part of `techwire sources discover`.

Candidates out of a page, and a ready registry entry. The caller fetches and tests them;
who the publisher is, `guesses` tells.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from crawler.discovery.guesses import Guess
from crawler.errors import SourceError
from crawler.formats.markup import base_of, html_tree, plain
from crawler.sources.source import slug_of, source_from
from crawler.sources.writing import source_toml
from crawler.urls import document_id, join, same_site, site_of

_MAX_CANDIDATES = 20
_FEED_TYPES = ("rss+xml", "atom+xml", "rdf+xml", "feed+json", "text/xml", "application/xml")
_FEED_ADDRESS = re.compile(
    r"(?i)(?:/(?:rss|feeds?|atom|rdf|syndication)(?:[/._-][^?]*)?$|\.(?:rss|atom|rdf)$|"
    r"/[^/]*(?:rss|feed)[^/]*\.(?:xml|json|php)$|[?&](?:feed|format|type)=(?:rss2?|atom|json|100))"
)
_SIDE_FEED = re.compile(r"(?i)comments?(?:[/_-]|$)|/(?:tags?|author|podcasts?|videos?|jobs)/")
_FEED_PATHS = (
    "feed/", "rss", "rss.xml", "feed", "feed.xml", "atom.xml", "index.xml", "feeds/posts/default",
    "rss/index.xml", "feed.json", "?feed=rss2", "rss/all.xml", "rss/news.xml", "news/feed/",
    "blog/feed/", "en/feed/", "rss/home", "feed/rss", "feeds/all.rss.xml",
)  # fmt: skip
_SITEMAP_PATHS = (
    "news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "googlenews.xml",
    "sitemaps/news.xml", "sitemap/news.xml", "news_sitemap.xml", "sitemap_index.xml",
    "sitemap.xml",
)  # fmt: skip
# First words of section names that carry tech-ecosystem news, in the registry's languages.
_SECTION_WORDS = re.compile(
    r"(?i)^(?:tech\w*|startups?|start-?ups|innova\w+|ai|artificial|intelligence|fintech|business|"
    r"econom\w*|digital\w*|science|ventures?|funding|chips?|semiconductors?|cyber\w*|telecoms?|"
    r"internet|software|hardware|gadgets?|robot\w*|cloud|crypto\w*|blockchain|security|it$|"
    r"t[eé]cn\w+|tecnolog\w+|negocios|neg[oó]cios|empresas?|wirtschaft|technik|technologie\w*|"
    r"entreprises?|teknolog\w+|teknoloji|ekonomi\w*|bisnis|công|khởi|科技|技术|技術|創業|创业|创投|創投|财经|財經|"
    r"產業|产业|融资|融資|人工智能|人工智慧|芯片|晶片|半导体|半導體|互联网|數位|数码|"
    r"テクノロジー|テック|スタートアップ|ビジネス|半導体|産業|"
    r"기술|테크|스타트업|경제|산업|과학|벤처|반도체|технологии|стартап\w*|"
    r"تقنية|تكنولوجيا|טכנולוגיה|הייטק|เทคโนโลยี)"
)


def feed_links(body: bytes, url: str) -> tuple[str, ...]:
    """Addresses a page names as its feeds, likeliest first: link tags, then links in its text.

    Feeds of comments, tags and authors come last; at most 20.
    """
    root = html_tree(body, url=url)
    base = base_of(root, url)
    tagged = [
        join(base, link.get("href") or "")
        for link in root.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split()
        and any(kind in (link.get("type") or "").lower() for kind in _FEED_TYPES)
    ]
    linked = [
        address
        for anchor in root.iter("a")
        if len(address := join(base, (anchor.get("href") or "").partition("#")[0])) < 500
        and _FEED_ADDRESS.search(address)
        and (same_site(address, url) or urlsplit(address).netloc.startswith(("feeds.", "feed.")))
    ]
    found = dict.fromkeys(a for a in [*tagged, *linked] if site_of(a) and a != url)
    return tuple(sorted(found, key=lambda a: bool(_SIDE_FEED.search(a))))[:_MAX_CANDIDATES]


def section_links(body: bytes, url: str) -> tuple[str, ...]:
    """Sections of the site that carry tech news, by the words of its navigation; at most 20."""
    root = html_tree(body, url=url)
    base = base_of(root, url)
    found: dict[str, str] = {}
    for anchor in root.iter("a"):
        words = plain("".join(map(str, anchor.itertext())), 60) or ""
        address = join(base, (anchor.get("href") or "").partition("#")[0])
        if len(words.split()) > 3 or not _SECTION_WORDS.match(words) or not same_site(address, url):
            continue
        depth = urlsplit(address).path.strip("/").count("/")
        if depth <= 2 and document_id(address) != document_id(url):
            found.setdefault(document_id(address), address)
    return tuple(found.values())[:_MAX_CANDIDATES]


def common_feed_paths(homepage: str) -> tuple[str, ...]:
    """Addresses where feeds of unknown sites often are, likeliest first."""
    return tuple(dict.fromkeys(join(_root_of(homepage), path) for path in _FEED_PATHS))


def common_sitemap_paths(homepage: str) -> tuple[str, ...]:
    """Addresses where news sitemaps often are, then plain ones; robots.txt knows better."""
    return tuple(join(_root_of(homepage), path) for path in _SITEMAP_PATHS)


def ready_entry(
    homepage: str,
    *,
    name: Guess,
    country: Guess,
    language: Guess,
    feeds: Sequence[str] = (),
    sitemaps: Sequence[str] = (),
    sections: Sequence[str] = (),
) -> str:
    """A registry entry as TOML text, ready for the user's file; each guess says where it is from.

    Raises: SourceError when no listing is given or a value is no good.
    """
    table: dict[str, object] = {
        "id": slug_of(name.value or "") or slug_of(site_of(homepage)) or "source",
        "name": name.value or site_of(homepage),
        "homepage": homepage,
        "feeds": list(feeds),
        "sitemaps": list(sitemaps),
        "sections": list(sections),
    }
    table |= {k: g.value for k, g in (("country", country), ("language", language)) if g.value}
    source, problems = source_from(table)
    if source is None:
        raise SourceError("\n".join(f"{homepage}: {problem}" for problem in problems))
    known = {"name": name, "country": country, "language": language}
    lines = [
        f"# {field}: {guess.why}" if guess.value else f"# {field} is unknown: fill it in"
        for field, guess in known.items()
    ]
    return "\n".join(lines) + "\n" + source_toml(source)


def _root_of(homepage: str) -> str:
    """The folder of a homepage: "https://a.com/en/index.html" is "https://a.com/en/"."""
    parts = urlsplit(homepage)
    path = parts.path if parts.path.endswith("/") else parts.path.rpartition("/")[0] + "/"
    return f"{parts.scheme}://{parts.netloc}{path}"
