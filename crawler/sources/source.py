"""One publisher as the registry knows it, and how a TOML table becomes one.

`registry` reads files, `checks` says what a single value must look like.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from difflib import get_close_matches
from typing import Any

from crawler.article import Site
from crawler.formats.countries import COUNTRIES, date_order
from crawler.sources.checks import ADDRESS_LISTS, CHECKS, CRON_NAMES, TAG_OF_FOCUS, shown
from crawler.urls import site_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A publisher and where it announces its articles.

    id: lower-case letters, digits and hyphens. feeds, sitemaps, sections: absolute addresses.
    country: ISO 3166-1 alpha-2. region: one of `REGIONS`. language: BCP 47 tag.
    focus: of `FOCUS`. tags: of `TAGS`, those of its focus among them.
    timezone: IANA name. date_order: "DMY", "MDY" or "YMD".
    access: "free", "metered" or "hard". reason: why it is not enabled, else None.
    schedule: five cron fields on the source's own clock, or None to poll as its listings ask.
    delay_s: seconds between two requests to it, or None for the default.
    verify_tls: False lets a broken certificate of its own site through.
    unverified: taken from a list of others and not crawled until a check of it has passed here;
    it may be without a listing. known_from: where the entry is from. last_seen: day of the newest
    evidence that it was alive.
    """

    id: str
    name: str
    homepage: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    country: str | None = None
    region: str | None = None
    language: str | None = None
    focus: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    owner: str | None = None
    timezone: str | None = None
    date_order: str = "DMY"
    access: str = "free"
    enabled: bool = True
    reason: str | None = None
    schedule: str | None = None
    delay_s: float | None = None
    verify_tls: bool = True
    unverified: bool = False
    known_from: str | None = None
    last_seen: date | None = None

    @property
    def crawled(self) -> bool:
        """Whether a crawl that names no sources asks it."""
        return self.enabled and not self.unverified

    @property
    def waits(self) -> bool:
        """Whether only a check that has not passed here yet keeps it from being crawled."""
        return self.enabled and self.unverified

    def as_json(self) -> dict[str, Any]:
        """The source as a JSON object."""
        day = self.last_seen.isoformat() if self.last_seen else None
        return asdict(self) | {"last_seen": day}

    def site(self) -> Site:
        """What an extractor wants to know of this publisher."""
        return Site(
            id=self.id,
            name=self.name,
            homepage=self.homepage,
            country=self.country,
            region=self.region,
            language=self.language,
            timezone=self.timezone,
            date_order=self.date_order,
            access=self.access,
        )

    def owns(self, url: str) -> bool:
        """Whether an address lies on one of the sites that this source is known by."""
        return site_of(url) in sites_of(self)


def sites_of(source: Source) -> frozenset[str]:
    """Registered domains of a source's homepage and listings."""
    addresses = (source.homepage, *source.feeds, *source.sitemaps, *source.sections)
    return frozenset(site for url in addresses if (site := site_of(url)))


def unverified_sites(sources: Iterable[Source]) -> frozenset[str]:
    """Registered domains of sources whose broken certificates are let through."""
    return frozenset().union(*(sites_of(source) for source in sources if not source.verify_tls))


FIELDS = tuple(field.name for field in fields(Source))


def source_from(table: Mapping[str, Any]) -> tuple[Source | None, list[str]]:
    """The source a TOML table describes, or None and every complaint as `field: what to write`.

    Region, time zone and date order follow from the country where the table leaves them out.
    """
    problems = [_unknown(name) for name in table if name not in FIELDS]
    problems += [
        f"{name} is missing: write {name} = ..."
        for name in ("id", "name", "homepage")
        if not table.get(name)
    ]
    for name, value in table.items():
        if name in CHECKS:
            complaint = CHECKS[name](value)
            if complaint:
                problems.append(f"{name} is {shown(value)}: {complaint}")
    problems = problems or _problems_together(table)
    return (None, problems) if problems else (source_of_checked(table), [])


def source_of_checked(table: Mapping[str, Any]) -> Source:
    """The source of a table that is known to be right."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in table.items()}
    country = COUNTRIES.get(values.get("country", ""))
    if country:
        values.setdefault("region", country.region)
        values.setdefault("timezone", country.timezone)
    values.setdefault("date_order", date_order(values.get("country"), values.get("language")))
    if "schedule" in values:
        values["schedule"] = CRON_NAMES.get(values["schedule"], values["schedule"])
    values["reason"] = _reason(values)
    implied = (TAG_OF_FOCUS[subject] for subject in values.get("focus", ()))
    values["tags"] = tuple(dict.fromkeys((*values.get("tags", ()), *implied)))
    return Source(**values)


def _reason(values: Mapping[str, Any]) -> str | None:
    if values.get("enabled", True):
        return None
    return str(values.get("reason") or "switched off without a reason")


def _problems_together(table: Mapping[str, Any]) -> list[str]:
    needed = table.get("enabled", True) and not table.get("unverified", False)
    if needed and not any(table.get(name) for name in ADDRESS_LISTS):
        return ["no feeds, sitemaps or sections: write at least one address, or enabled = false"]
    return []


def _unknown(name: str) -> str:
    near = get_close_matches(name, FIELDS, n=1)
    return f"{name} is no field of a source: " + (
        f"did you mean {near[0]}?" if near else f"known are {', '.join(FIELDS)}"
    )


def slug_of(name: str) -> str:
    """`name` as an id: lower-case ASCII letters and digits joined by hyphens; may be empty."""
    latin = unicodedata.normalize("NFKD", name.lower().replace("'", ""))
    latin = "".join(character for character in latin if not unicodedata.combining(character))
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:64].strip("-")
