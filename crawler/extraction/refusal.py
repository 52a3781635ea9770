"""Pages that are no article: consent walls, logins, error pages, lists. Each with its reason."""

import re

from crawler.errors import ExtractionError
from crawler.extraction.parsing import Parsed
from crawler.extraction.phrases import anywhere, at_start

_CONSENT = anywhere("consent")
_LOGIN = at_start("login")
_ERROR = anywhere("error")
_ROBOT = anywhere("robot")
_MISSING = anywhere("missing")
_MISSING_ADDRESS = re.compile(
    r"/(?:[\w-]{0,40}[-_])?(?:404|not-?found|no-encontrada?|nao-encontrada?|nicht-gefunden|introuvable|"
    r"non-trovata|niet-gevonden)(?:[-_.?/]|$)",
    re.I,
)
SHORT_CHARS = 700  # an error page says less, and nothing else


def refuse_if_not_article(parsed: Parsed, title: str, text: str, *, has_article_data: bool) -> None:
    """Raise when the page shows itself to be something else than an article.

    Raises: ExtractionError "error-page", "login", "consent-wall".
    """
    names = (title, parsed.title_tag)
    if (
        len(text) < 1500
        and not has_article_data
        and any(_ERROR.search(name.strip()) for name in names if name)
    ):
        raise ExtractionError("error-page", (title or parsed.title_tag)[:80])
    if (
        len(text) < SHORT_CHARS
        and not has_article_data
        and (
            _MISSING.search(text[:300]) or (_MISSING_ADDRESS.search(parsed.url) and not text[300:])
        )
    ):
        raise ExtractionError("error-page", text[:80].replace("\n", " ") or parsed.url[:80])
    if len(parsed.text) < 3000 and _ROBOT.search(parsed.text):
        raise ExtractionError("error-page", "asks for proof of a human visitor")
    if (
        len(text) < 1500
        and any(_LOGIN.match(name.strip()) for name in names if name)
        and _has_password(parsed)
    ):
        raise ExtractionError("login", (title or parsed.title_tag)[:80])
    if len(text) < 300 and _has_password(parsed) and not has_article_data:
        raise ExtractionError("login", "a password field and hardly any text")
    if _is_consent(text, parsed.text):
        raise ExtractionError("consent-wall", text[:80].replace("\n", " "))


def _is_consent(text: str, page_text: str) -> bool:
    if len(text) >= 2500:
        return False
    hits = len(set(_CONSENT.findall(text)))
    if hits >= 2 and _CONSENT.search(text[:400]):
        return True
    return len(page_text) < 2500 and len(text) < 600 and hits >= 1


def _has_password(parsed: Parsed) -> bool:
    return bool(parsed.tree.xpath('boolean(//input[@type="password"])'))
