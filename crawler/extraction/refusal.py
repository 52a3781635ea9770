"""Pages that are no article: walls, challenges, errors, lists, legal pages. Each with its reason.

A page shows what it is by its name, by its structure, or by most of its sentences: one that quotes
a wall tells of one, one that is a wall says hardly anything else.
"""

import re
from collections.abc import Callable, Iterator

from crawler.errors import ExtractionError
from crawler.extraction.listing import is_list_of_stories
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import anywhere, whole_name, words
from crawler.extraction.title_parts import first_part, repeats_address
from crawler.extraction.titles import Headline, normal

_CONSENT = anywhere("consent")
_CONSENT_WORDS = words("""
    cookie consent privac partner zustimm einwillig werbung consentement traceurs socios consenso
    parceiros toestemming samtyck samtykke zgod souhlas súhlas hozzájárul süti consimț συγκατάθ
    συνεργάτ onay izin çerez suostumu eväste соглас согла партн згод موافق ارتباط עוגי הסכמ persetuj
    mitra đồng คุกกี้ ยินยอม कुकी सहमति kolačić piškot бисквит 同意 隐私 クッキー 쿠키 동의
""")
_TO_READER = re.compile(
    r"\b(?:you|your|we|our|us|sie|ihre\w?|du|deine\w?|wir|unsere\w?|vous|votre|vos|nous|nos|tu|tus|su|"
    r"sus|usted|nosotros|nuestr[oa]s?|noi|tuo|tua|tuoi|você|seu|sua|nós|je|jouw?|wij|onze|vi|du|dina?|"
    r"мы|вы|ваш\w*|ми|ваш\w*|twoj\w*|twoich|my|vaš\w*|vám|naši|ön|önnek|partnereink|noi|tău|tale|îți|"
    r"εμείς|σας|μας|biz|siz\w*|\w+(?:ınız|iniz|unuz|ünüz)\w*|sinu\w*|me|anda|kami|bạn|نحن|جهازك|आप\w*)\b|"
    r"当社|当サイト|お客様|您|我们|我們|귀하|당사|คุณ|เรา"
)
_MISSING = anywhere("missing")
_NOTICES = (
    ("challenge", anywhere("robot")),
    ("script-shell", anywhere("script")),
    ("advert-wall", anywhere("adverts")),
    ("site-page", anywhere("app")),
    ("error-page", _MISSING),
)
_OFFER = anywhere("offer")
_WALL = anywhere("wall")
_SHORT_PAGES = (
    ("challenge", whole_name("challenge")),
    ("error-page", whole_name("error")),
    ("login", whole_name("login")),
)
_SERVICE = whole_name("service")
_LEGAL = whole_name("legal")
_OWN_PAGE = whole_name("own_page")
_MISSING_ADDRESS = re.compile(
    r"/(?:[\w-]{0,40}[-_])?(?:404|not-?found|no-encontrada?|nao-encontrada?|nicht-gefunden|introuvable|"
    r"non-trovata|niet-gevonden)(?:[-_.?/]|$)",
    re.I,
)
_OWN_ADDRESS = re.compile(
    r"/(?:about|our-|who-we-are|contact|kontakt|contatt|contato|advertis|media-?kit|mediadaten|werb|"
    r"career|jobs?|join|work-with|write-for|newsletter|rss|feeds?|faq|help|hilfe|aide|ayuda|support|"
    r"subscri|abo|donat|member|site-?map|team|staff|masthead|redakt|redac|redaz|events?|correction|"
    r"editorial|ethic|ueber-|uber-|wir-|[aà]-?propos|qui-sommes|sobre|quienes|quem-somos|acerca|"
    r"chi-siamo|over-|om-|o-nas|company|corporate|inquiry|info|privacy|cookies|tips?|partner|recruit|"
    r"guanyu|lianxi)\w{0,12}(?:[-_]\w{1,12})?(?:\.\w{2,5})?/?(?:[?#].{0,200})?$",
    re.I,
)
MISSING_CHARS = 300  # a page for what is not there says less
HARDLY_CHARS = 150  # many articles stand beside a form for signing in
NOTICE_CHARS = 1_500
OWN_PAGE_CHARS = 2_500  # a longer one tells a story, if its own
CONSENT_CHARS = 6_000  # with the purposes of a dialog; its first sentences tell what it is
CONSENT_SEEN_CHARS = 1_200
NAME_CHARS = 60
SHARE = 0.4  # of a text's characters in sentences of one kind
MOST = 0.6
_MARKS = ' \t.!…:|–—-«»"“”'
_QUOTED = re.compile(
    r"[“„][^“”„\n]{1,200}[”“]|«[^«»\n]{1,200}»|\"[^\"\n]{1,200}\"|「[^「」\n]{1,100}」"
)
_SENTENCE_END = re.compile(r"\n|(?<=[.!?…])\s+|(?<=[。！？])")


def refuse_if_not_article(
    parsed: Parsed,
    headline: Headline,
    text: str,
    *,
    site_name: str | None,
    has_article_data: bool,
) -> None:
    """Raise when the page shows itself to be something else than an article.

    Raises: ExtractionError "error-page", "challenge", "script-shell", "advert-wall", "login",
    "paywall", "consent-wall", "legal-page", "site-page", "list-page".
    """
    names = list(_names(parsed, headline, site_name))
    if not has_article_data:
        _refuse_short_page(parsed, names, text)
    for name in names:
        if _LEGAL.match(name):
            raise ExtractionError("legal-page", name[:80])
        own = len(text) < OWN_PAGE_CHARS and _OWN_PAGE.match(name)
        if own and _OWN_ADDRESS.search(parsed.url):
            raise ExtractionError("site-page", name[:80])
    _refuse_notice("\n".join((*names[:1], text or parsed.text[:NOTICE_CHARS])))
    if is_list_of_stories(parsed, names, text, has_article_data=has_article_data):
        raise ExtractionError("list-page", "titles of many stories")


def _refuse_short_page(parsed: Parsed, names: list[str], text: str) -> None:
    if len(text) >= NOTICE_CHARS:
        return
    for name in names:
        for reason, pattern in _SHORT_PAGES:
            if pattern.match(name):
                raise ExtractionError(reason, name[:80])
        if _SERVICE.match(name) and not repeats_address(name, parsed.url):
            raise ExtractionError("site-page", name[:80])
        if len(name) < NAME_CHARS and len(text) <= MISSING_CHARS and _MISSING.search(name):
            raise ExtractionError("error-page", name[:80])
    if len(text) <= MISSING_CHARS and _MISSING_ADDRESS.search(parsed.url):
        raise ExtractionError("error-page", parsed.url[:80])
    if len(text) < HARDLY_CHARS and _has_password(parsed):
        raise ExtractionError("login", "a password field and hardly any text")


def _refuse_notice(text: str) -> None:
    """text: the page's name on a line, and what it says."""
    told = " ".join(text[:120].split())
    if len(text) < NOTICE_CHARS:
        for reason, pattern in _NOTICES:
            if _share(pattern.search, text) >= SHARE:
                raise ExtractionError(reason, told)
        if _share(_OFFER.search, text) >= SHARE and _WALL.search(text):
            raise ExtractionError("paywall", told)
    if len(text) < CONSENT_CHARS:
        begin = text[:CONSENT_SEEN_CHARS]
        if _is_of_consent(begin) and _CONSENT.search(begin) and _asks(begin):
            raise ExtractionError("consent-wall", told)


def _asks(text: str) -> bool:
    """Whether most of the text asks its reader for consent."""
    share = _share(_CONSENT.search, text)
    return share >= SHARE or (share > 0 and _share(_asks_reader, text) >= MOST)


def _asks_reader(sentence: str) -> bool:
    return _is_of_consent(sentence) and bool(_TO_READER.search(sentence.lower()))


def _is_of_consent(text: str) -> bool:
    folded = text.lower()
    return any(word in folded for word in _CONSENT_WORDS)


def _share(is_told: Callable[[str], bool], text: str) -> float:
    """Of the text's characters, those in sentences of a kind; what is quoted does not count."""
    told = said = 0
    for sentence in _SENTENCE_END.split(_QUOTED.sub(" ", text)):
        said += len(sentence)
        if is_told(sentence.strip()):
            told += len(sentence)
    return told / said if said else 0.0


def _names(parsed: Parsed, headline: Headline, site_name: str | None) -> Iterator[str]:
    """What the page calls itself, with and without its site; no part of a longer headline."""
    names = [headline.text, headline.shown]
    first = first_part(parsed.title_tag)
    if not normal(headline.text).startswith(normal(first)):
        names.append(first)
    for name in dict.fromkeys(filter(None, names)):
        bare = name[:120].strip(_MARKS).replace("’", "'")
        yield bare
        if site_name and bare != site_name and site_name.casefold() in bare.casefold():
            without = re.sub(re.escape(site_name), " ", bare, flags=re.I).strip(_MARKS)
            yield re.sub(r"\s(?:of|for|at|von|der|de|du|di|da)$", "", without)


def _has_password(parsed: Parsed) -> bool:
    return bool(parsed.tree.xpath('boolean(//input[@type="password"])'))
