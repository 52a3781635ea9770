"""Pages that are no article: consent walls, logins, error pages, lists. Each with its reason."""

import re

from crawler.errors import ExtractionError
from crawler.extraction.parsing import Parsed

_CONSENT = re.compile(
    r"before you continue|we (?:and our (?:\d+ )?partners )?(?:use|store) cookies|cookie (?:consent|settings|preferences|policy)|accept (?:all )?cookies|manage (?:your )?(?:consent|privacy|choices)|your privacy choices|mit werbung (?:lesen|nutzen|weiterlesen)|zustimmen|einwilligung|datenschutz|nous utilisons des cookies|accepter et continuer|aceptar (?:todas )?(?:las )?cookies|utilizamos cookies|cookiebeleid|privacy-?instellingen|samtykke",
    re.I,
)
_LOGIN = re.compile(
    r"^(?:log ?in|sign ?in|anmelden|einloggen|connexion|se connecter|iniciar sesión|accedi|inloggen|logga in|logg inn|entrar|войти|登录|登入|ログイン|로그인|تسجيل الدخول|masuk|giriş yap|create (?:an )?account|register)\b",
    re.I,
)
_ERROR = re.compile(
    r"^(?:error\s)?(?:404|403|410|500|502|503)\b|\b(?:404|403)(?: error| not found| forbidden)?$|page (?:not found|can(?:no|')t be found|does(?: not|n't) exist|unavailable)|not found$|access (?:to this page has been )?denied|forbidden$|(?:just a|one) moment\.\.\.|attention required|are you (?:a )?(?:human|robot)|verify (?:that )?you are (?:a )?human|checking your browser|security check|pardon our interruption|service unavailable|bad gateway|internal server error|seite (?:wurde )?nicht gefunden|page introuvable|página no encontrada|pagina non trovata|pagina niet gevonden|sidan hittades inte|страница не найдена|页面不存在|找不到(?:页面|頁面|网页)|ページが見つかりません|페이지를 찾을 수 없", re.I)  # fmt: skip
_ROBOT = re.compile(
    r"enable javascript and cookies to continue|unusual traffic from your|press (?:&|and) hold to confirm|complete the security check|ray id:|request could not be satisfied|you don't have permission to access",
    re.I,
)


def refuse_if_not_article(
    parsed: Parsed, title: str, text: str, page_text: str, *, has_article_data: bool
) -> None:
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
    if len(page_text) < 3000 and _ROBOT.search(page_text):
        raise ExtractionError("error-page", "asks for proof of a human visitor")
    if (
        len(text) < 1500
        and any(_LOGIN.match(name.strip()) for name in names if name)
        and _has_password(parsed)
    ):
        raise ExtractionError("login", (title or parsed.title_tag)[:80])
    if len(text) < 300 and _has_password(parsed) and not has_article_data:
        raise ExtractionError("login", "a password field and hardly any text")
    if _is_consent(text, page_text):
        raise ExtractionError("consent-wall", text[:80].replace("\n", " "))


def refuse_list(parsed: Parsed, text: str, linked_chars: int, headings: int) -> None:
    """Raise "list-page" when the text is teasers of other stories."""
    if headings >= 6 and linked_chars > 0.5 * len(text):
        raise ExtractionError("list-page", f"{headings} linked headings")


def _is_consent(text: str, page_text: str) -> bool:
    hits = len(set(match.lower() for match in _CONSENT.findall(text[:4000])))
    if len(text) < 2500 and hits >= 2 and _CONSENT.search(text[:400]):
        return True
    return len(page_text) < 2500 and len(text) < 600 and hits >= 1


def _has_password(parsed: Parsed) -> bool:
    return bool(parsed.tree.xpath('boolean(//input[@type="password"])'))
