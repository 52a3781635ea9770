"""Who a publisher is, guessed from its front page: name, language, country, each with a reason."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawler.formats.countries import COUNTRIES, country_of_host, country_of_language
from crawler.formats.jsonld import things_of
from crawler.formats.languages import fits_script, language_of_script, language_tag
from crawler.formats.markup import Element, html_tree, plain
from crawler.urls import site_of

_SEPARATORS = re.compile(r" [|·•»–—:-] ")


@dataclass(frozen=True, slots=True)
class Guess:
    """A guessed value, None when nothing speaks for one, and what it was taken from."""

    value: str | None
    why: str = ""


def guess_name(body: bytes, url: str) -> Guess:
    """The publisher's name: its own metadata, else a part of the title, else the host."""
    root = html_tree(body, url=url)
    for meta in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        if name := plain(_meta(root, meta), 80):
            return Guess(name, f"from the page's {meta}")
    for thing in things_of(root):
        is_publisher = re.search("Organization|WebSite", str(thing.get("@type")))
        if is_publisher and (name := plain(str(thing.get("name") or ""), 80)):
            return Guess(name, "from the page's JSON-LD")
    host = site_of(url)
    title = plain(root.findtext(".//title"), 300) or ""
    parts = [part for part in _SEPARATORS.split(title) if part.strip()]
    if parts:
        stem = re.sub(r"[^a-z0-9]", "", host.partition(".")[0])
        named = [p for p in parts if re.sub(r"[^a-z0-9]", "", p.lower()) == stem]
        return Guess((named or [min(parts, key=len)])[0][:80], "from the page's title")
    return Guess(host, "from the host")


def guess_language(body: bytes, url: str) -> Guess:
    """A BCP 47 tag: what the page declares where its text agrees, else what its text is."""
    root = html_tree(body, url=url)
    text = _headlines(root)
    declared = [
        (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang"), "html lang"),
        (_meta(root, "og:locale"), "og:locale"),
        (_meta(root, "content-language"), "content-language"),
    ]
    for raw, where in declared:
        tag = language_tag(raw)
        if tag and fits_script(tag, text):
            return Guess(_registry_form(tag, text), f"from the page's {where}")
    by_script = language_of_script(text)
    if by_script:
        return Guess(_registry_form(by_script, text), "from the script of its text")
    if len(text) < 200:
        return Guess(None)
    from py3langid.langid import classify  # its model takes a second to load: only when needed

    return Guess(_registry_form(str(classify(text)[0]), text), "from its text")


def guess_country(body: bytes, url: str, language: str | None = None) -> Guess:
    """ISO 3166-1 alpha-2: by host ending, address in metadata, locale, or its language's home."""
    root = html_tree(body, url=url)
    host = urlsplit(url).hostname or ""
    if code := country_of_host(host):
        return Guess(code, f"from the host's ending .{host.rpartition('.')[2]}")
    for thing in things_of(root):
        address = thing.get("address")
        stated = address.get("addressCountry") if isinstance(address, dict) else None
        stated = stated.get("name") if isinstance(stated, dict) else stated
        if isinstance(stated, str) and stated.strip().upper() in COUNTRIES:
            return Guess(stated.strip().upper(), "from the address in its JSON-LD")
    for raw, where in ((root.get("lang"), "html lang"), (_meta(root, "og:locale"), "og:locale")):
        place = (language_tag(raw) or "").rpartition("-")[2]
        # en-US is what software writes when nobody chose.
        if place in COUNTRIES and place != "US":
            return Guess(place, f"from the page's {where}")
    home = country_of_language((language or "").partition("-")[0])  # its region is a guess too
    return Guess(home, f"from its language, {language}") if home else Guess(None)


def _registry_form(tag: str, text: str) -> str:
    """The tag as the registry writes it: the region only for Portuguese, the script for Chinese."""
    language, _, rest = tag.partition("-")
    if language == "zh":
        if re.search("Hant|TW|HK|MO", rest):
            return "zh-Hant"
        if re.search("Hans|CN|SG", rest):
            return "zh-Hans"
        traditional = sum(text.count(c) for c in "這國們會後時來對說開關應學業電產")
        simplified = sum(text.count(c) for c in "这国们会后时来对说开关应学业电产")
        return "zh-Hant" if traditional > simplified else "zh-Hans"
    if language == "pt":
        return "pt-PT" if rest == "PT" else "pt-BR"
    return {"no": "nb", "iw": "he", "in": "id"}.get(language, language)


def _meta(root: Element, name: str) -> str | None:
    for meta in root.iter("meta"):
        named = meta.get("property") or meta.get("name") or meta.get("http-equiv") or ""
        if named.lower() == name and meta.get("content"):
            return str(meta.get("content"))
    return None


def _headlines(root: Element) -> str:
    """The words a reader sees in headings, links and paragraphs, as far as needed."""
    pieces: list[str] = []
    for element in root.iter("title", "h1", "h2", "h3", "p", "a"):
        pieces.append(plain("".join(map(str, element.itertext())), 300) or "")
        if sum(map(len, pieces)) > 6_000:
            break
    return " ".join(pieces)
