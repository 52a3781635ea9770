"""A publisher's name, as an aggregator prints it → the site it means."""

import re
import unicodedata
from functools import cache

from crawler.article import Site
from crawler.sources.registry import Registry, load_sources


def site_named(name: str, registry: Registry | None = None) -> Site:
    """The registry's publisher of that name, else one made of the name alone."""
    known = (registry or bundled()).named(name)
    if known is not None:
        return known.site()
    plain = unicodedata.normalize("NFKC", name).casefold()
    own_id = re.sub(r"\W+", "-", plain).strip("-")[:100] or "unknown"
    return Site(id=own_id, name=name.strip(), homepage="")


@cache
def bundled() -> Registry:
    """The bundled registry, read once."""
    return load_sources()
