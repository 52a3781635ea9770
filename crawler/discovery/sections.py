"""Front and section pages of sites without feeds → entries.

Article links are told from navigation by the shape of their address, their words and their place
on the page; no site is known by name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from crawler.article import Entry
from crawler.discovery.challenges import MOST_OF_A_CHALLENGE, challenge_words
from crawler.discovery.listing import Listing, counted, next_of, settle
from crawler.discovery.shapes import is_aside, is_headline, url_score
from crawler.errors import ListingError
from crawler.formats.dates import listing_date
from crawler.formats.jsonld import listed_articles
from crawler.formats.languages import fits_script, language_tag
from crawler.formats.markup import Element, base_of, html_tree, plain
from crawler.urls import document_id, join, same_site

_MAX_LINKS = 5_000
_ENOUGH = 4  # of `_score`; below it a link is navigation
_CARD_DEPTH = 5
_NO_TITLE = re.compile(
    r"(?i)^(?:read (?:more|full.*|article)|more|continue reading.*|learn more|view (?:more|all)|"
    r"see (?:more|all)|full story|comments?|\d+|\d+ comments?|share|photo|video|weiterlesen|mehr|"
    r"lire (?:la suite|plus)|leer m[aá]s|ver m[aá]s|leia mais|saiba mais|selengkapnya|devamı|"
    r"阅读更多|阅读全文|查看更多|閱讀更多|更多|続きを読む|もっと見る|더보기|자세히|"
    r"czytaj (?:więcej|dalej))\W*$"
)
_PRINTED_DATE = re.compile(  # year first, so that it means one day everywhere
    r"\W*((?:19|20)\d\d)\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})\s?[日일.]?"
    r"(?:\s+(\d{1,2}:\d\d)(?::\d\d)?)?\W*"
)
_NO_PAGE = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?(?:<\?xml[^>]{0,200}>\s*)?<(?:rss|feed|urlset|rdf:RDF)[\s>]"
)
_NEXT_TEXT = re.compile(
    r"(?i)^\W*(?:next(?: page)?|older(?: posts| entries| articles| stories)?|下一页|下一頁|下页|"
    r"次へ|次のページ|다음|다음 페이지|suivante?|page suivante|weiter|nächste(?: seite)?|siguiente|"
    r"pr[oó]xim[ao]|seguinte|selanjutnya|berikutnya|sonraki|следующая|далее|наступна|następna|"
    r"volgende|nästa|neste|næste|avanti|successiva|التالي|הבא|ถัดไป|trang sau)\W*$"
)


@dataclass(slots=True)
class _Link:
    """All anchors of one address on the page, taken together."""

    url: str
    element: Element
    title: str = ""
    aside: bool = True
    headline: bool = False
    score: int = 0


def parse_section(
    body: bytes,
    *,
    url: str,
    source_id: str,
    content_type: str | None = None,
    zone: str | None = None,
    now: datetime | None = None,
) -> Listing:
    """What a front or section page links to as articles; nothing found is a problem in it.

    url, content_type, zone, now: as for `feeds.parse_feed`.
    Raises: ListingError when the body is no web page.
    """
    if _NO_PAGE.match(body):
        raise ListingError(
            f"{url} is a feed or sitemap, not a page: list it under feeds or sitemaps"
        )
    root = html_tree(body, url=url, content_type=content_type)
    links = _links(root, url)
    entries = [*_linked(links, url, source_id, zone), *_listed(root, url, source_id, zone)]
    # pages that a protection lets through hold its scripts as well
    if not entries and (told := challenge_words(body[:MOST_OF_A_CHALLENGE].decode("latin-1"))):
        raise ListingError(f"{url} {told}")
    language = language_tag(root.get("lang"))
    titles = " ".join(entry.title or "" for entry in entries[:50])
    if language and fits_script(language, titles):
        entries = [replace(entry, language=language) for entry in entries]
    problems: list[str] = []
    settled = settle(entries, homes=[url], problems=problems, now=now)
    if not settled:
        problems.append(
            f"no article links found among {counted(len(links), 'link')}: the page may be drawn by "
            "scripts; look for a feed or sitemap with `techwire sources discover`"
        )
    return Listing(
        entries=settled,
        title=plain(root.findtext(".//title"), 200),
        language=language if entries and entries[0].language else None,
        next_url=_next(root, url),
        problems=tuple(problems),
    )


def _linked(links: dict[str, _Link], url: str, source_id: str, zone: str | None) -> Iterator[Entry]:
    """The page's links that are articles."""
    for link in _articles(links):
        raw = _date_beside(link, links)
        yield Entry(
            url=link.url,
            source_id=source_id,
            found_in=url,
            kind="section",
            title=link.title or None,
            published=listing_date(raw, zone=zone),
            published_raw=raw,
        )


def _listed(root: Element, url: str, source_id: str, zone: str | None) -> Iterator[Entry]:
    """Articles in the page's JSON-LD: all there is when scripts draw the page."""
    base = base_of(root, url)
    for article in listed_articles(root):
        address = join(base, article.url)
        if same_site(address, url) and url_score(address) >= 0:
            yield Entry(
                url=address,
                source_id=source_id,
                found_in=url,
                kind="section",
                title=plain(article.title, 300),
                published=listing_date(article.published, zone=zone),
                published_raw=article.published[:100] if article.published else None,
            )


def _links(root: Element, url: str) -> dict[str, _Link]:
    """Links inside the site by document id, in page order."""
    base = base_of(root, url)
    here = document_id(url)
    found: dict[str, _Link] = {}
    for number, anchor in enumerate(root.iter("a")):
        if number == _MAX_LINKS:
            break
        address = join(base, (anchor.get("href") or "").partition("#")[0])
        if not anchor.get("href") or not same_site(address, url):
            continue
        key = document_id(address)
        if key == here:
            continue
        link = found.setdefault(key, _Link(url=address, element=anchor))
        title = _title(anchor)
        aside = is_aside(anchor)
        if len(title) > len(link.title) and (link.aside or not aside):
            link.title = title
        if link.aside and not aside:
            link.aside, link.element = False, anchor
        link.headline = link.headline or is_headline(anchor)
    return found


def _title(anchor: Element) -> str:
    """The headline a link carries, not its teaser or "read more"; empty without one."""
    heading = next(anchor.iter("h1", "h2", "h3", "h4", "h5"), None)
    source = anchor if heading is None else heading
    text = plain(" ".join(str(piece) for piece in source.itertext()), 300) or ""
    if not text or _NO_TITLE.match(text):
        text = plain(anchor.get("title"), 300) or ""
        image = next(anchor.iter("img"), None)
        if not text and image is not None:
            text = plain(image.get("alt"), 300) or ""
    return "" if _NO_TITLE.match(text) else text


def _articles(links: dict[str, _Link]) -> list[_Link]:
    """The links that are articles: shape, words and place weighed; lists of alike ones support."""
    alike: Counter[tuple[str, ...]] = Counter()
    for link in links.values():
        link.score = _score(link)
        if link.score >= _ENOUGH - 1:
            alike[_template(link.element)] += 1
    return [
        link
        for link in links.values()
        if link.score >= _ENOUGH
        or (link.score == _ENOUGH - 1 and alike[_template(link.element)] >= 3)
    ]


def _score(link: _Link) -> int:
    """Address shape -5..9, title -2..2, place -4..2."""
    score = url_score(link.url)
    # One Chinese, Japanese, Korean or Thai character carries about as much as two Latin letters.
    length = sum(2 if ord(c) > 0x0E00 else 1 for c in link.title)
    score += 2 if length >= 25 else (0 if length >= 14 else -2)
    if link.aside:
        return score - 4
    return score + 2 if link.headline else score


def _template(element: Element) -> tuple[str, ...]:
    """Where an element stands, as its tags and first classes; list items share it."""
    names: list[str] = []
    node: Element | None = element
    while node is not None and len(names) < 4:
        names.append(f"{node.tag}.{(node.get('class') or '').split(' ')[0]}")
        node = node.getparent()
    return tuple(names)


def _date_beside(link: _Link, links: dict[str, _Link]) -> str | None:
    """The date in the link's own card: the largest block around it that names no other article."""
    own = document_id(link.url)
    node = link.element
    for _ in range(_CARD_DEPTH):
        for time in node.iter("time"):
            raw = (time.get("datetime") or "".join(map(str, time.itertext()))).strip()[:100]
            if raw:
                return raw
        printed = _printed_date(node)
        if printed:
            return printed
        parent = node.getparent()
        if parent is None or parent.tag in {"body", "main", "ul", "ol", "table"}:
            break
        if _names_another(parent, own, link, links):
            break
        node = parent
    return None


def _printed_date(card: Element) -> str | None:
    """A date that stands by itself in a card, as ISO writes it."""
    for text in card.itertext():
        found = _PRINTED_DATE.fullmatch(str(text)[:60])
        if found:
            year, month, day, clock = found.groups()
            return f"{year}-{int(month):02}-{int(day):02}" + (f"T{clock:0>5}" if clock else "")
    return None


def _names_another(card: Element, own: str, link: _Link, links: dict[str, _Link]) -> bool:
    for number, anchor in enumerate(card.iter("a")):
        if number > 30:
            return True
        key = document_id(join(link.url, anchor.get("href") or ""))
        if key != own and key in links and links[key].score >= _ENOUGH - 1:
            return True
    return False


def _next(root: Element, url: str) -> str | None:
    """The page with older articles, by rel, class or the words of the link."""
    base = base_of(root, url)
    for element in root.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split():
            found = next_of(join(base, element.get("href") or "") or None, url)
            if found and url_score(found) < 3:  # else it is the next article
                return found
    for anchor in list(root.iter("a"))[-_MAX_LINKS:]:
        text = plain("".join(map(str, anchor.itertext())), 40) or ""
        label = anchor.get("aria-label") or anchor.get("title") or ""
        names = set(re.split(r"[\s_-]+", f"{anchor.get('class') or ''}".lower()))
        told = _NEXT_TEXT.match(text) or _NEXT_TEXT.match(label)
        if told or ("next" in names and names & {"page", "pagination", "nav"}):
            found = next_of(join(base, anchor.get("href") or "") or None, url)
            if found and url_score(found) < 3:
                return found
    return None
