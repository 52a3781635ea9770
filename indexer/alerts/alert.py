"""An alert: what to watch for and whom to tell. Pure; `store` keeps them, `alerts_file` reads them.

Its written form is one flat mapping, the same in a TOML table, in the database and on the command
line: words, topic, region ..., silent; feed, webhook or email; digest; secret.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from indexer.foundation.addresses import Address
from indexer.foundation.config import is_address, is_mail_address
from indexer.foundation.errors import ConfigError
from indexer.search.contract import FACETS

WAYS = ("feed", "webhook", "email")
DIGESTS = ("hourly", "daily")
DAY_BEGINS = timedelta(hours=6)  # local time: a daily digest is there in the morning
LEAST_SECRET = 16
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_NOBODY = Address("")
_KNOWN = {"words", *FACETS, "silent", *WAYS, "digest", "secret"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One saved search, or a watch for silent sources.

    words: all of them must be found. names: kind -> names as they were written, understood anew at
        every look; any of a kind, of every kind.
    silent: ids of sources to watch instead, or ("all",).
    way: feed, webhook or email. target: the webhook's URL, the mail address, "" for a feed.
    digest: hourly or daily; None tells every story as it comes.
    secret: signs webhooks.
    """

    name: str
    way: str
    words: str = ""
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    target: Address = _NOBODY
    digest: str | None = None
    secret: str = field(default="", repr=False)

    def options(self) -> dict[str, Any]:
        """The written form."""
        written: dict[str, Any] = {
            "words": self.words,
            **{name: list(values) for name, values in self.names.items()},
            "silent": list(self.silent),
            self.way: self.target.reveal() or True,
            "digest": self.digest,
            "secret": self.secret,
        }
        return {name: value for name, value in written.items() if value}

    def summary(self) -> str:
        """What it watches for, in one line."""
        if self.silent:
            return f"silence of {', '.join(self.silent)}"
        parts = [f"{name} {' or '.join(values)}" for name, values in self.names.items()]
        return ", ".join([f"“{self.words}”"] * bool(self.words) + parts)

    def period(self, at: datetime) -> object:
        """Which hour or day a moment lies in; a digest goes out when that changes."""
        if self.digest == "hourly":
            return int(at.timestamp()) // 3600
        return (at.astimezone() - DAY_BEGINS).date()


def read_alert(name: str, options: Mapping[str, Any]) -> Alert:
    """An alert from its written form. Raises: ConfigError in one line."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"alert name {name!r}: use small letters, digits, - and _ only, 64 at most"
        )
    unknown = sorted(options.keys() - _KNOWN)
    if unknown:
        raise ConfigError(
            f"alert {name} has {unknown[0]!r}: it may have {', '.join(sorted(_KNOWN))}"
        )
    way, target = _way(name, options)
    names = {option: _list(name, option, options) for option in FACETS}
    alert = Alert(
        name=name,
        way=way,
        words=_text(name, "words", options),
        names={option: values for option, values in names.items() if values},
        silent=_list(name, "silent", options),
        target=Address(target),
        digest=_text(name, "digest", options) or None,
        secret=_text(name, "secret", options),
    )
    _check(alert)
    return alert


def _check(alert: Alert) -> None:
    searches = bool(alert.words or alert.names)
    if searches == bool(alert.silent):
        raise ConfigError(
            f"alert {alert.name}: give it either a search (words, topic, region ...) or silent "
            "sources to watch"
        )
    if alert.digest not in (None, *DIGESTS):
        raise ConfigError(f"alert {alert.name} has digest {alert.digest!r}: write hourly or daily")
    if alert.way == "webhook" and len(alert.secret) < LEAST_SECRET:
        raise ConfigError(
            f"alert {alert.name} needs a secret of at least {LEAST_SECRET} characters: its webhook "
            "is signed with it"
        )


def _way(name: str, options: Mapping[str, Any]) -> tuple[str, str]:
    """How it is told, and where to."""
    given = [way for way in WAYS if options.get(way)]
    if len(given) != 1:
        raise ConfigError(f"alert {name}: say one of feed, webhook URL or email ADDRESS")
    way = given[0]
    if way == "feed":
        if options["feed"] is not True:
            raise ConfigError(f"alert {name} has feed {options['feed']!r}: write feed = true")
        return way, ""
    target = _text(name, way, options)
    if way == "email" and not is_mail_address(target):
        raise ConfigError(f"alert {name} has email {target!r}: write one address, me@example.org")
    if way == "webhook":
        _check_url(name, target)
    return way, target


def _check_url(name: str, url: str) -> None:
    if not is_address(url, "http", "https") or not url.isascii():
        shown = str(Address(url))[:100]
        raise ConfigError(f"alert {name} has webhook {shown!r}: write an https:// address")


def _text(name: str, option: str, options: Mapping[str, Any]) -> str:
    value = options.get(option) or ""
    if not isinstance(value, str) or len(value) > 2000:
        raise ConfigError(f"alert {name} has {option} {str(value)[:100]!r}: write one text")
    return value.strip()


def _list(name: str, option: str, options: Mapping[str, Any]) -> tuple[str, ...]:
    value = options.get(option) or []
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list | tuple) or not all(isinstance(v, str) for v in values):
        raise ConfigError(f"alert {name} has {option} {value!r}: write a text or a list of texts")
    return tuple(v.strip() for v in values if v.strip())


def at(seconds: float) -> datetime:
    """UNIX seconds as an aware moment."""
    return datetime.fromtimestamp(seconds, UTC)
