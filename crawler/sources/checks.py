"""What each field of a source must look like, and what to write when it does not.

A check takes a value and gives an empty string, or the advice that ends the error's line.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from babel import Locale
from babel.core import UnknownLocaleError
from cronsim import CronSim, CronSimError

from crawler.formats.countries import REGIONS

Check = Callable[[object], str]
ACCESS = ("free", "metered", "hard")
DATE_ORDERS = ("DMY", "MDY", "YMD")
FOCUS = (
    "ai", "biotech", "climate-tech", "consumer-tech", "crypto", "cybersecurity", "enterprise",
    "fintech", "gaming", "general-business", "mobility", "policy", "robotics", "semiconductors",
    "space", "startups", "telecom", "venture-capital",
)  # fmt: skip
# Tags select sets of sources. Those of the subjects follow from the focus; the rest say what kind
# of publisher it is.
TAG_OF_FOCUS = {
    "ai": "ai", "biotech": "biotech", "climate-tech": "climate", "consumer-tech": "gadgets",
    "crypto": "crypto", "cybersecurity": "security", "enterprise": "enterprise",
    "fintech": "fintech", "gaming": "gaming", "general-business": "business",
    "mobility": "mobility", "policy": "policy", "robotics": "robotics",
    "semiconductors": "chips", "space": "space", "startups": "startups", "telecom": "telecom",
    "venture-capital": "startups",
}  # fmt: skip
TAGS = tuple(sorted({*TAG_OF_FOCUS.values(), "open-source", "privacy", "research", "vendor-blog"}))
ADDRESS_LISTS = ("feeds", "sitemaps", "sections")
CRON_NAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
}


def shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def is_address(value: object) -> bool:
    """Whether a value is an absolute http(s) address with a host and without spaces."""
    if not isinstance(value, str) or re.search(r"\s", value):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _check_id(value: object) -> str:
    good = isinstance(value, str) and re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value)
    return "" if good else "write lower-case letters, digits and hyphens, at most 64"


def _check_text(value: object) -> str:
    return "" if isinstance(value, str) and value.strip() else 'write a text, "..."'


def _check_address(value: object) -> str:
    return "" if is_address(value) else "write a whole address, https://..."


def _check_addresses(value: object) -> str:
    if not isinstance(value, list):
        return 'write a list, ["https://..."]'
    bad = [item for item in value if not is_address(item)]
    return f"{shown(bad[0])} is no address, write https://..." if bad else ""


def _one_of(known: tuple[str, ...]) -> Check:
    def check(value: object) -> str:
        if isinstance(value, str) and value in known:
            return ""
        near = get_close_matches(str(value), known, n=1, cutoff=0.75)
        return f"did you mean {near[0]}?" if near else f"write one of {', '.join(known)}"

    return check


def _some_of(known: tuple[str, ...], example: str) -> Check:
    def check(value: object) -> str:
        if not isinstance(value, list):
            return f"write a list, {example}"
        return next((f"{shown(v)}: {c}" for v in value if (c := _one_of(known)(v))), "")

    return check


@cache
def _territories() -> frozenset[str]:
    codes = (str(code) for code in Locale("en").territories)
    return frozenset(code for code in codes if re.fullmatch("[A-Z]{2}", code)) - {
        "ZZ",
        "XA",
        "XB",
        "EU",
        "EZ",
        "UN",
        "QO",
    }


def _check_country(value: object) -> str:
    return "" if value in _territories() else 'write two capital letters of ISO 3166, "SG"'


def _check_language(value: object) -> str:
    try:
        good = isinstance(value, str) and bool(Locale.parse(value, sep="-"))
    except (ValueError, UnknownLocaleError):
        good = False
    return "" if good else 'write a language tag, "en" or "pt-BR"'


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())  # walks a folder at every call


def _check_timezone(value: object) -> str:
    return "" if value in _timezones() else 'write an IANA name, "Asia/Singapore"'


def _check_schedule(value: object) -> str:
    try:
        CronSim(CRON_NAMES.get(str(value), str(value)), datetime(2026, 1, 1, tzinfo=UTC))
    except CronSimError as error:
        return f'{error}; write five cron fields, "*/15 6-22 * * *", or "@hourly"'
    return ""


def _check_delay(value: object) -> str:
    good = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 3600
    return "" if good else "write seconds, 0 to 3600"


def _check_day(value: object) -> str:
    good = isinstance(value, date) and not isinstance(value, datetime)
    return "" if good else "write a day without quotes, 2026-10-02"


def _check_flag(value: object) -> str:
    return "" if isinstance(value, bool) else "write true or false"


CHECKS: Mapping[str, Check] = {
    "id": _check_id,
    "name": _check_text,
    "homepage": _check_address,
    **dict.fromkeys(ADDRESS_LISTS, _check_addresses),
    "country": _check_country,
    "region": _one_of(REGIONS),
    "language": _check_language,
    "focus": _some_of(FOCUS, '["ai", "startups"]'),
    "tags": _some_of(TAGS, '["chips", "research"]'),
    "owner": _check_text,
    "timezone": _check_timezone,
    "date_order": _one_of(DATE_ORDERS),
    "access": _one_of(ACCESS),
    "enabled": _check_flag,
    "reason": _check_text,
    "schedule": _check_schedule,
    "delay_s": _check_delay,
    "verify_tls": _check_flag,
    "unverified": _check_flag,
    "known_from": _check_text,
    "last_seen": _check_day,
}
