"""What the shape of an address and the place of a link tell: article, or a part of the site."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

from crawler.formats.markup import Element
from crawler.urls import names_article

_DATE_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]?[0-3]?\d)?(?:/|-|$)")
_DAY_PATH = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])[/-]?[0-3]?\d(?:/|-).")
_LONG_NUMBER = re.compile(r"\d{4,}")
_PARTS = frozenset(
    """
    about about-us account accounts advertise advertising all-news archive archives author authors
    autor awards careers categories category channel channels columnist columnists contact
    contact-us contributors cookie-policy cookies disclaimer download downloads editorial-policy
    event events faq feed feeds gallery help hub imprint impressum issue jobs kategorie label labels
    legal live login logout masthead media-kit membership my-account newsletter newsletters page
    pages partners people podcast podcasts policies policy press privacy privacy-policy profile
    register registration reporter rss rubric schlagwort search section sections series shop
    sign-in sign-up signin signup sitemap staff store subscribe subscription subscriptions support
    tag tags tagged team terms terms-of-service terms-of-use thema topic topics user users video
    videos webinar webinars whitepaper whitepapers writers wp-admin wp-content wp-json wp-login.php
    """.split()  # noqa: SIM905 - a list this long reads better as words
)
# "newsId", "idxno", "SerialNo", "ArtNr", WordPress's "p": their number names an article.
_ARTICLE_KEY = re.compile(r"(?i)^(?:p|sid|\w{0,20}(?:id|idx|idxno|no|nr|num|seq))$")
_ASIDE_TAGS = frozenset(["nav", "footer", "aside", "form", "noscript", "dialog"])
_ASIDE_ROLES = frozenset(["navigation", "banner", "contentinfo", "search", "complementary", "menu"])
_ASIDE_NAME = re.compile(
    r"(?i)^(?:[a-z0-9]{1,12}[-_]{1,2}){0,3}(?:nav|navbar|navigation|gnb|lnb|menu|submenu|topbar|"
    r"footer|breadcrumbs?|sidebar|side-?bar|social|share|sharing|cookie|consent|login|newsletter|"
    r"subscribe|pagination|pager|paging|advert|adverts|ads?|banner|sponsor(?:ed)?|promo|tags?|"
    r"tagcloud|mostread|popular|trending|ranking|widget)(?:[-_]{1,2}[a-z0-9]{1,12}){0,2}$"
)
_DEPTH = 40


def url_score(url: str) -> int:
    """How much an address looks like one article's: 3 or more surely, below 0 surely not."""
    parts = urlsplit(url)
    pieces = [unquote(piece).lower() for piece in parts.path.split("/") if piece]
    has_id = any(
        _ARTICLE_KEY.match(name) and re.fullmatch(r"(?=.*\d)[\w-]{3,}", value)
        for name, value in parse_qsl(parts.query)[:20]
    )
    score = 2 if has_id else 0
    if not pieces:
        return score or -5
    # ".../a-long-slug/index.html", ".../story-1019241/artikel"
    tail = len(pieces) > 1 and names_article(pieces[-2]) and not names_article(pieces[-1])
    if tail and pieces[-1] not in _PARTS and not re.fullmatch(r"20\d\d", pieces[-2]):
        pieces.pop()
    last = re.sub(r"\.(?:s?html?|php|aspx?|jsp|do|cms)$", "", pieces[-1])
    words = [word for word in re.split(r"[-_+ ]", last) if word]
    if _DAY_PATH.search(parts.path):
        score += 4
    elif _DATE_PATH.search(parts.path):
        score += 3 if names_article(last) or len(words) > 1 else 1
    if len(words) >= 5 or (len(words) >= 2 and len(last.encode()) >= 40):
        score += 3
    elif len(words) >= 3:
        score += 2
    if _LONG_NUMBER.search(last):
        score += 2
    elif re.search(r"\d", last) and len(last) >= 8:
        score += 1
    if last != pieces[-1]:
        score += 1
    if any(piece in _PARTS for piece in pieces[:-1]):
        score -= 2 if len(words) >= 4 or _LONG_NUMBER.search(last) else 4
    if last in _PARTS:
        score -= 5
    if len(words) <= 2 and not re.search(r"\d", last) and not has_id:
        score -= 2
    return score


def is_aside(element: Element) -> bool:
    """Whether an element stands in navigation, a footer, a side column or the like."""
    inside_article = False
    for depth, node in enumerate(_upwards(element)):
        if node.tag == "article":
            inside_article = True
        if node.tag in _ASIDE_TAGS and not (node.tag == "footer" and inside_article):
            return True
        if node.tag == "header" and not inside_article:
            return True
        if node.get("role") in _ASIDE_ROLES:
            return True
        if depth == 0 or node.tag in {"body", "html", "main", "article"}:
            continue
        names = f"{node.get('id') or ''} {node.get('class') or ''}".split()[:12]
        if any(len(name) <= 50 and _ASIDE_NAME.match(name) for name in names):
            return True
    return False


def is_headline(element: Element) -> bool:
    """Whether a link stands in a heading, or holds one."""
    if any(node.tag in {"h1", "h2", "h3", "h4", "h5"} for node in _upwards(element, 4)):
        return True
    return next(element.iter("h1", "h2", "h3", "h4", "h5"), None) is not None


def _upwards(element: Element, limit: int = _DEPTH) -> list[Element]:
    chain: list[Element] = []
    node: Element | None = element
    while node is not None and len(chain) < limit:
        chain.append(node)
        node = node.getparent()
    return chain
