"""How long an answer's headers ask not to come again. Pure; a header is hostile text.

`Cache-Control` and `Expires` after RFC 9111, `Retry-After` after RFC 9110, 10.2.3. No clock here:
the present is passed in.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

LONGEST_ASKED = timedelta(days=1)  # a mistyped year must not silence a source
_MAX_AGE = re.compile(r"(?:^|[,\s])(?:s-maxage|max-age)\s*=\s*\"?(\d{1,9})")
_NONE = timedelta(0)


def fresh_for(headers: Mapping[str, str], *, now: datetime) -> timedelta:
    """How long the answer calls itself fresh, 0 to a day. headers: names in lower case."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return _NONE
    ages = [int(age) for age in _MAX_AGE.findall(control)]
    if ages:
        seconds = max(ages) - _age_s(headers)
        return _bounded(timedelta(seconds=seconds))
    expires = http_date(headers.get("expires", ""))
    if expires is None:
        return _NONE
    return _bounded(expires - (http_date(headers.get("date", "")) or now))


def retry_after(text: str, *, date: str = "", now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks, 0 to a day; None when it says nothing readable.

    date: the answer's own `Date`; a moment counts from it, since our clock may be another.
    """
    text = text.strip()
    if re.fullmatch(r"\d{1,9}", text):
        return _bounded(timedelta(seconds=int(text)))
    moment = http_date(text)
    return None if moment is None else _bounded(moment - (http_date(date) or now))


def http_date(text: str) -> datetime | None:
    """A date as HTTP writes it, aware UTC; None for anything else ("0", "-1")."""
    try:
        moment = parsedate_to_datetime(text[:64])
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _age_s(headers: Mapping[str, str]) -> int:
    age = headers.get("age", "").strip()
    return int(age) if re.fullmatch(r"\d{1,9}", age) else 0


def _bounded(span: timedelta) -> timedelta:
    return min(max(span, _NONE), LONGEST_ASKED)
