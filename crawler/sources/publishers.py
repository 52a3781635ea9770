"""Whose a page is: its host decides, never what the page or a list says of it."""

import re
import unicodedata
from functools import cache

from crawler.article import Article, Site
from crawler.sources.registry import Registry, load_sources, plain_name
from crawler.sources.source import Source
from crawler.urls import same_site, site_of

_PARTED = re.compile(r"\s+[|–—·:•-]+\s+|\s*[|｜]\s*")  # a name and its slogan
_TELLS_A_NAME = 3  # characters; names in Chinese are short
_TELLS_A_HOST = 5


def site_of_page(
    url: str, registry: Registry, crawled: Source | None = None, *, linked: bool = False
) -> Site:
    """The source of a page at this address: the registry's, else the bare host.

    crawled: whose listing announced it. It owns what lies on its own sites, and also what no other
    source does, unless it is linked: announced by a list of many publishers' links.
    """
    if crawled is not None and crawled.owns(url):
        return crawled.site()
    owner = registry.of_url(url)
    if owner is not None:
        return owner.site()
    if crawled is not None and not linked:
        return crawled.site()
    return site_of_host(url)


def site_of_story(article: Article, page: Site, registry: Registry) -> Site:
    """The source of a story that an aggregator carries.

    Its own address decides where the aggregator links one. Without, the name is all there is: it
    means a source when exactly one in the registry has it; else the story stays the aggregator's.
    """
    if not any(same_site(article.url, carrier) for carrier in article.seen_at):
        return site_of_page(article.url, registry)
    known = registry.named(article.publisher or "")
    return page if known is None else known.site()


def site_of_host(url: str) -> Site:
    """A site that is in no registry: its registered domain is all that is known of it."""
    host = site_of(url) or "unknown"
    return Site(id=host, name=host, homepage=f"http://{host}/" if site_of(url) else "")


def is_name_of(name: str, site: Site) -> bool:
    """Whether a name is the site's own: as the registry has it, shorter, with more behind, or its
    host's ("BBC" of BBC News, "The Daily Star" of thedailystar.net).
    """
    label = _folded(site_of(site.homepage or f"http://{site.id}/").partition(".")[0])
    own = {*map(_folded, (site.name, *_PARTED.split(site.name))), label} - {""}
    parts = {_folded(part) for part in (name, *_PARTED.split(name))} - {""}
    if site_of(f"http://{name.strip()}/") == site_of(site.homepage) != "":
        return True
    if parts & own or (len(label) >= _TELLS_A_HOST and label in _folded(name)):
        return True
    return any(
        min(len(part), len(one)) >= _TELLS_A_NAME and (part.startswith(one) or one.startswith(part))
        for part in parts
        for one in own
    )


def _folded(name: str) -> str:
    """A name without case, marks, accents and a leading "The"."""
    letters = unicodedata.normalize("NFKD", plain_name(name))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def bundled() -> Registry:
    """The bundled registry, read once."""
    return load_sources()
