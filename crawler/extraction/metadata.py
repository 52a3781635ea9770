"""The smaller facts of a page: site name, publisher, summary, image, section, tags, language."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from crawler.article import Site
from crawler.extraction.parsing import Parsed
from crawler.formats.jsonld import text_of
from crawler.sources.publishers import is_name_of, site_of_host
from crawler.urls import join, same_site, site_of

MAX_TAGS = 20
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])[\"”’»)]*\s+(?=[\"“„«(¿¡]*[^\W\d_a-zà-ÿ])|(?<=[。！？।؟])[」』”]?\s*"
)
_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$", re.I)
_NORWEGIAN = {
    "no": "nb",
    "nn": "nn",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "tl": "fil",
    "sh": "sr",
    "mo": "ro",
}


def site_name_of(parsed: Parsed, node: dict[str, Any]) -> str | None:
    name = parsed.meta("og:site_name", "application-name", "al:android:app_name") or text_of(
        node.get("publisher")
    )
    return " ".join(name.split())[:80] or None


def find_publisher(
    parsed: Parsed, node: dict[str, Any], site: Site | None
) -> tuple[str | None, str]:
    """(another publisher that the page names, where): whose page it is, its host says alone."""
    own = site or site_of_host(parsed.url)
    if own.id == site_of(parsed.url):  # in no registry: it is what the page calls itself
        own = replace(own, name=parsed.meta("og:site_name") or own.name)
    for name, address, source in _publishers(parsed, node):
        elsewhere = bool(address) and not same_site(address, parsed.url)
        shown = " ".join(name.split())[:80] or (site_of(address) if elsewhere else "")
        if not any(map(str.isalpha, shown)) or "://" in shown or (address and not elsewhere):
            continue
        if not is_name_of(shown, own):
            return shown, source
    return None, ""


def _publishers(parsed: Parsed, node: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Who may have published it: (name, address, where it stands); either may be ""."""
    told = node.get("publisher")
    told = told[0] if isinstance(told, list) and told else told
    home = (told.get("url") or told.get("@id")) if isinstance(told, dict) else None
    yield text_of(told), _web_address(home, parsed.url), "jsonld:publisher"
    yield parsed.meta("og:site_name") or "", "", "meta:og:site_name"
    for name in ("syndication-source", "original-source"):
        yield "", _web_address(parsed.meta(name), parsed.url), f"meta:{name}"
    yield "", _web_address(parsed.canonical, parsed.url), "link:canonical"


def _web_address(value: Any, base: str) -> str:
    address = join(base, value) if isinstance(value, str) and value else ""
    return address if address.startswith(("http://", "https://")) else ""


def find_summary(parsed: Parsed, node: dict[str, Any], text: str) -> tuple[str, str]:
    """(summary, where from): the page's own description, else the first two sentences."""
    for name in ("og:description", "description", "twitter:description"):
        if (value := text_of(parsed.meta(name) or "")) and len(value) >= 30:
            return value[:1000], f"meta:{name}"
    if len(value := text_of(node.get("description"))) >= 30:
        return value[:1000], "jsonld:description"
    return first_sentences(text, 2), "text"


def first_sentences(text: str, count: int) -> str:
    flat = " ".join(text[:3000].split())
    ends = [found.start() for found in _SENTENCE_END.finditer(flat)]
    return (flat[: ends[count - 1]] if len(ends) >= count else flat)[:600].strip()


def find_image(parsed: Parsed, node: dict[str, Any]) -> tuple[str | None, str]:
    for source, value in (
        ("meta:og:image", parsed.meta("og:image", "og:image:url", "og:image:secure_url")),
        ("meta:twitter:image", parsed.meta("twitter:image", "twitter:image:src")),
        ("jsonld:image", _image_in(node.get("image"))),
    ):
        if value and not value.startswith("data:"):
            address = join(parsed.url, value)
            if address.startswith(("http://", "https://")):
                return address[:2000], source
    return None, ""


def _image_in(value: Any) -> str | None:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, dict):
        value = value.get("url") or value.get("contentUrl") or value.get("@id")
    return value if isinstance(value, str) else None


def find_section(parsed: Parsed, node: dict[str, Any]) -> str | None:
    value = (
        text_of(node.get("articleSection"))
        or parsed.meta(
            "article:section", "parsely-section", "og:section", "section", "cxenseparse:section"
        )
        or ""
    )
    return " ".join(value.split())[:80] or None


def find_tags(parsed: Parsed, node: dict[str, Any]) -> tuple[str, ...]:
    raw: list[str] = []
    words = node.get("keywords")
    for value in words if isinstance(words, list) else [words]:
        raw += re.split(r"[,;、，]", text_of(value))
    if not any(raw):
        raw = [tag for value in parsed.metas.get("article:tag", ()) for tag in value.split(",")]
    if not any(raw):
        for name in ("parsely-tags", "news_keywords", "keywords", "sailthru.tags"):
            if value := parsed.meta(name):
                raw = re.split(r"[,;、，]", value)
                break
    tags: dict[str, str] = {}
    for tag in raw:
        tag = " ".join(tag.split())
        if 1 < len(tag) <= 60:
            tags.setdefault(tag.casefold(), tag)
    return tuple(tags.values())[:MAX_TAGS]


def find_language(parsed: Parsed, node: dict[str, Any]) -> str | None:
    """What the page says it is written in; what its text is in, `enrichment` tells."""
    return (
        primary(parsed.lang)
        or primary(text_of(node.get("inLanguage")))
        or primary(parsed.meta("og:locale", "content-language", "language"))
    )


def primary(tag: str | None) -> str | None:
    """ "en-US" → "en"; None for what is no language tag."""
    if not tag or not _TAG.match(tag.strip()):
        return None
    first = re.split(r"[-_]", tag.strip().lower())[0]
    return _NORWEGIAN.get(first, first)
