"""The edition an article was published in: "Forbes Africa" and `/en-in/` write for a place.

Only what the site's name and address say; where the newsroom sits is `Site.country`'s.
"""

import re
from urllib.parse import urlsplit

from crawler.article import Site
from indexer.vocabulary.places import country_names, regions

# /en-in/, /pt_BR/, /in/ at the start of a path; "uk" is not an ISO code but what editions write.
_LOCALE = re.compile(r"^/(?:([a-z]{2})[-_]([A-Za-z]{2})|(uk|us|in|au|ca|sg|jp|br|mx|za))(?:/|$)")
_EDITIONS = frozenset((
    "africa", "asia", "europe", "india", "japan", "korea", "brasil", "brazil", "mexico",
    "australia", "uk", "usa", "canada", "china", "singapore", "malaysia", "indonesia",
    "philippines", "nigeria", "kenya", "southafrica", "me", "latam",
))  # fmt: skip
_OTHER_NAMES = {
    "brasil": "Brazil",
    "uk": "United Kingdom",
    "usa": "United States",
    "us": "United States",
    "korea": "South Korea",
    "southafrica": "South Africa",
    "me": "Middle East",
    "mena": "Middle East",
    "latam": "Latin America",
    "méxico": "Mexico",
    "españa": "Spain",
    "deutschland": "Germany",
    "türkiye": "Turkey",
    "italia": "Italy",
}
_OTHER_REGIONS = ("Africa", "Asia", "Europe", "Middle East", "Latin America", "Southeast Asia")


def audience_of(url: str, site: Site | None = None) -> str | None:
    """The region or country, in English, that the edition is written for, or None.

    Read in this order: a locale in the address's path, an edition as its subdomain, the last
    words of the site's name ("Wired Middle East").
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    locale = _LOCALE.match(parts.path)
    if locale:
        code = (locale[2] or locale[3]).upper()
        return country_names().get({"UK": "GB"}.get(code, code))
    first = (parts.hostname or "").split(".")[0]
    if first in _EDITIONS and (parts.hostname or "").count(".") >= 2:
        return _place_called(first)
    return _last_words(site.name) if site else None


def _last_words(name: str) -> str | None:
    words = name.split()
    for count in (2, 1):
        if len(words) > count:
            place = _place_called(" ".join(words[-count:]))
            if place:
                return place
    return None


def _place_called(words: str) -> str | None:
    lower = words.lower()
    if lower in _OTHER_NAMES:
        return _OTHER_NAMES[lower]
    for name in (*_OTHER_REGIONS, *set(regions().values()), *country_names().values()):
        if name.lower() == lower:
            return name
    return None
