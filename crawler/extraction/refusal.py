"""Pages that are no article: walls, challenges, errors, lists, legal pages. Each with its reason.

A page shows what it is by its name, by its structure, or by most of its sentences: one that quotes
a wall tells of one, one that is a wall says hardly anything else.
"""

import re
from collections.abc import Iterator

from crawler.errors import ExtractionError
from crawler.extraction.listing import is_list_of_stories
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import PhrasePattern, anywhere, whole_name, words
from crawler.extraction.titles import Headline, first_part, normal

_CONSENT = anywhere("consent")
_CONSENT_WORDS = words("""
    cookie consent privac partner zustimm einwillig werbung consentement traceurs socios cookies
    consenso parceiros toestemming samtyck samtykke 同意 クッキー 쿠키
""")
_NOTICES = (
    ("challenge", anywhere("robot")),
    ("script-shell", anywhere("script")),
    ("error-page", anywhere("missing")),
    ("paywall", anywhere("offer")),
)
_SHORT_PAGES = (
    ("challenge", whole_name("challenge")),
    ("error-page", whole_name("error")),
    ("login", whole_name("login")),
)
_LEGAL = whole_name("legal")
_OWN_PAGE = whole_name("own_page")
_MISSING_ADDRESS = re.compile(
    r"/(?:[\w-]{0,40}[-_])?(?:404|not-?found|no-encontrada?|nao-encontrada?|nicht-gefunden|introuvable|"
    r"non-trovata|niet-gevonden)(?:[-_.?/]|$)",
    re.I,
)
_OWN_ADDRESS = re.compile(
    r"/(?:about|who-we-are|contact|kontakt|contatt|contato|advertis|media-?kit|mediadaten|werb|career|"
    r"jobs?|join|work-with|write-for|newsletter|rss|feeds?|faq|help|hilfe|aide|ayuda|support|subscri|"
    r"abo|donat|member|site-?map|team|staff|masthead|redakt|redac|redaz|events?|correction|editorial|"
    r"ethic|ueber-|uber-|wir-|[aà]-?propos|qui-sommes|sobre|quienes|quem-somos|acerca|chi-siamo|over-|"
    r"om-|o-nas|company|corporate|inquiry|info|privacy|cookies|tips?|partner|recruit|guanyu|lianxi)"
    r"\w{0,12}(?:[-_]\w{1,12})?(?:\.\w{2,5})?/?(?:[?#].{0,200})?$",
    re.I,
)
MISSING_CHARS = 300  # a page for what is not there says less
HARDLY_CHARS = 150  # many articles stand beside a form for signing in
NOTICE_CHARS = 1_500
OWN_PAGE_CHARS = 2_500  # a longer one tells a story, if its own
CONSENT_CHARS = 6_000  # with the purposes of a dialog; its first sentences tell what it is
CONSENT_SEEN_CHARS = 1_200
SHARE = 0.4  # of a text's characters in sentences of one kind
_QUOTED = re.compile(
    r"[“„][^“”„\n]{1,200}[”“]|«[^«»\n]{1,200}»|\"[^\"\n]{1,200}\"|「[^「」\n]{1,100}」"
)
_SENTENCE_END = re.compile(r"\n|(?<=[.!?…])\s+|(?<=[。！？])")


def refuse_if_not_article(
    parsed: Parsed, headline: Headline, text: str, *, has_article_data: bool
) -> None:
    """Raise when the page shows itself to be something else than an article.

    Raises: ExtractionError "error-page", "challenge", "script-shell", "login", "paywall",
    "consent-wall", "legal-page", "site-page", "list-page".
    """
    names = list(_names(parsed, headline))
    _refuse_by_name(parsed, names, text, has_article_data=has_article_data)
    if len(text) <= MISSING_CHARS and not has_article_data and _MISSING_ADDRESS.search(parsed.url):
        raise ExtractionError("error-page", parsed.url[:80])
    _refuse_notices(names[:1], text or parsed.text[:NOTICE_CHARS])
    if len(text) < HARDLY_CHARS and _has_password(parsed) and not has_article_data:
        raise ExtractionError("login", "a password field and hardly any text")
    if is_list_of_stories(parsed, names, text, has_article_data=has_article_data):
        raise ExtractionError("list-page", "titles of many stories")


def _refuse_by_name(parsed: Parsed, names: list[str], text: str, *, has_article_data: bool) -> None:
    for name in names:
        if len(text) < NOTICE_CHARS and not has_article_data:
            for reason, pattern in _SHORT_PAGES:
                if pattern.match(name):
                    raise ExtractionError(reason, name[:80])
        if _LEGAL.match(name):
            raise ExtractionError("legal-page", name[:80])
        own = len(text) < OWN_PAGE_CHARS and _OWN_PAGE.match(name)
        if own and _OWN_ADDRESS.search(parsed.url):
            raise ExtractionError("site-page", name[:80])


def _refuse_notices(names: list[str], text: str) -> None:
    if len(text) < NOTICE_CHARS:
        whole = "\n".join((*names, text))
        for reason, pattern in _NOTICES:
            if _share(pattern, whole) >= SHARE:
                raise ExtractionError(reason, text[:80].replace("\n", " "))
    if len(text) < CONSENT_CHARS:
        begin = "\n".join((*names, text[:CONSENT_SEEN_CHARS]))
        folded = begin.lower()
        if any(word in folded for word in _CONSENT_WORDS) and _share(_CONSENT, begin) >= SHARE:
            raise ExtractionError("consent-wall", text[:80].replace("\n", " "))


def _share(pattern: PhrasePattern, text: str) -> float:
    """Of the text's characters, those in sentences with a phrase that is not quoted."""
    told = said = 0
    for sentence in _SENTENCE_END.split(_QUOTED.sub(" ", text)):
        said += len(sentence)
        if pattern.search(sentence.strip()):
            told += len(sentence)
    return told / said if said else 0.0


def _names(parsed: Parsed, headline: Headline) -> Iterator[str]:
    """What the page calls itself, without marks around; no part of a longer headline."""
    for name in dict.fromkeys((headline.text, headline.shown)):
        if name:
            yield _bare(name)
    first = first_part(parsed.title_tag)
    if first and not normal(headline.text).startswith(normal(first)):
        yield _bare(first)


def _bare(name: str) -> str:
    return name[:120].strip(' \t.!…:|–—-«»"“”').replace("’", "'")


def _has_password(parsed: Parsed) -> bool:
    return bool(parsed.tree.xpath('boolean(//input[@type="password"])'))
