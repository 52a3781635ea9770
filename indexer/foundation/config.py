"""What a deployment may change. The only reader of `.env` and the environment.

`load` reads both once (a real environment variable wins over `.env`) and returns a Config that is
passed by hand from there on.
"""

import logging
import os
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv.parser import parse_stream

from indexer.foundation.addresses import Address
from indexer.foundation.errors import ConfigError
from indexer.foundation.marks import MARKS, REFUSED
from indexer.foundation.rights import tighten

_log = logging.getLogger("techwire")

_PROXIES = ("http_proxy", "https_proxy", "all_proxy")
_LOOPBACK = ("localhost", "127.0.0.1", "127.0.0.0/8", "::1")
_ADDRESSES = (
    *("database_url", "meili_url", "smtp_url", "failure_webhook"),
    *("migrate_from", "migrate_to"),
)
_INDEX_NAME = re.compile(r"[A-Za-z0-9_-]{1,400}")
_MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}")
SERVE_HOSTS_ADVICE = "if it should be, add that to TECHWIRE_SERVE_HOSTS, in .env"
_NAME = re.compile(r"[A-Za-z0-9._-]+|\[?[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f:.]*\]?")
_HOST = re.compile(r"[A-Za-z0-9.:\[\]_-]+(/\d{1,3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One deployment's settings.

    home: data folder: state database, page archive, embedded engine. Made if absent.
    meili_url: a Meilisearch server; None means the embedded engine in `home`.
    meili_key: master or API key for it, or None.
    meili_index: uid of the index that holds the news.
    database_url: SQLAlchemy URL of the state database.
    contact: goes into the User-Agent, so that a publisher can reach whoever crawls.
    allow_hosts: loopback or private hosts, addresses or networks the crawl may enter.
    serve_hosts: names that page, probes and engine are called by, beside --host and loopback's.
    public_url: address of the page from outside, to which hubs send; None subscribes to none.
    hub: WebSub hub that our own feeds announce, or None.
    workers: processes that extract and enrich pages.
    lease_s: seconds after which others take over what a dead machine was doing.
    smtp_url: mail server for alerts, smtp://USER:PASSWORD@HOST:587 or smtps://; None sends none.
    mail_from: address that alerts come from.
    rights_refuse: marks of publishers' rights that keep a page out of the index.
    failure_webhook: gets a POST when a crawl failed; None tells nobody.
    push_batch: documents sent at once; push_bytes: the same in bytes of JSON.
    task_timeout_s: seconds to wait for the server to finish one batch.
    migrate_from, migrate_to: databases of `techwire migrate`, which a command line would show.

    Addresses may be given as text.
    """

    home: Path
    database_url: Address
    meili_url: Address | None = None
    meili_key: str | None = field(default=None, repr=False)
    meili_index: str = "news"
    contact: str | None = None
    allow_hosts: tuple[str, ...] = ()
    serve_hosts: tuple[str, ...] = ()
    public_url: str | None = None
    hub: str | None = None
    workers: int = 2
    lease_s: int = 30
    smtp_url: Address | None = None
    mail_from: str | None = None
    rights_refuse: frozenset[str] = REFUSED
    failure_webhook: Address | None = None
    push_batch: int = 1_000
    push_bytes: int = 8_000_000
    task_timeout_s: float = 300.0
    migrate_from: Address | None = None
    migrate_to: Address | None = None

    def __post_init__(self) -> None:
        for name in _ADDRESSES:
            written = getattr(self, name)
            if written is not None:
                object.__setattr__(self, name, Address.of(written))

    @property
    def engine_dir(self) -> Path:
        """Folder of the embedded engine."""
        return self.home / "engine"

    def make_home(self) -> Path:
        """The data folder, made if absent, for its owner alone. Raises: ConfigError."""
        try:
            self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            words = "it is a file" if self.home.is_file() else error.strerror
            raise ConfigError(
                f"TECHWIRE_HOME is {str(self.home)!r}, which cannot be made ({words}): "
                "name a folder you may write to, in .env"
            ) from error
        for line in tighten(self.home):
            _log.warning("%s", line)
        return self.home

    def told(self) -> dict[str, str]:
        """What is set and is the same on every machine, by the names of `.env`; no secrets."""
        database = self.database_url if self.database_url != default_database(self.home) else None
        values = {
            "MEILI_URL": self.meili_url,
            "MEILI_INDEX": self.meili_index,
            "TECHWIRE_DATABASE_URL": database,
            "TECHWIRE_LEASE_S": self.lease_s,
            "TECHWIRE_CONTACT": self.contact,
            "TECHWIRE_RIGHTS_REFUSE": self._rights_words(),
            "TECHWIRE_ALLOW_HOSTS": " ".join(self.allow_hosts),
            "TECHWIRE_SMTP_URL": self.smtp_url,
            "TECHWIRE_MAIL_FROM": self.mail_from,
        }
        return {name: str(value) for name, value in values.items() if value}

    def _rights_words(self) -> str | None:
        if self.rights_refuse == REFUSED:
            return None
        return " ".join(mark for mark in MARKS if mark in self.rights_refuse) or "none"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> "Config":
        """Read settings from a mapping of names to strings. Raises: ConfigError in one line."""
        home = _home(env)
        return cls(
            home=home,
            database_url=_database_url(env, home),
            meili_url=_meili_url(env),
            meili_key=_text(env, "MEILI_MASTER_KEY") or _text(env, "MEILI_API_KEY"),
            meili_index=_index_name(env),
            contact=_contact(env),
            allow_hosts=_hosts(env),
            serve_hosts=_serve_hosts(env),
            public_url=_public_address(env, "TECHWIRE_PUBLIC_URL"),
            hub=_public_address(env, "TECHWIRE_HUB"),
            workers=_workers(env),
            lease_s=_lease_s(env),
            smtp_url=_smtp_url(env),
            mail_from=_mail_from(env),
            rights_refuse=_rights_refuse(env),
            failure_webhook=_failure_webhook(env),
            migrate_from=_database(env, "TECHWIRE_MIGRATE_FROM"),
            migrate_to=_database(env, "TECHWIRE_MIGRATE_TO"),
        )


def load(env_file: Path = Path(".env")) -> Config:
    """Settings from `env_file` and the environment. Raises: ConfigError in one line."""
    ask_loopback_directly(os.environ)
    return Config.from_env({**_read_env_file(env_file), **os.environ})


def ask_loopback_directly(env: MutableMapping[str, str]) -> None:
    """Have no client of this process, and of those it starts, ask this machine through a proxy.

    The proxy would look for the search engine on its own machine. Every library that heeds
    `http_proxy` heeds `no_proxy` as well: requests below Meilisearch's client, httpx, Scrapy.
    """
    if not any(name.lower() in _PROXIES for name in env):
        return
    listed = env.get("no_proxy") or env.get("NO_PROXY") or ""
    hosts = [host for host in (one.strip() for one in listed.split(",")) if host]
    hosts += [host for host in _LOOPBACK if host not in hosts]
    env["no_proxy"] = env["NO_PROXY"] = "*" if "*" in hosts else ",".join(hosts)


def _read_env_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        with path.open(encoding="utf-8-sig") as file:
            lines = list(parse_stream(file))  # dotenv_values leaves out what it cannot read
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read ({error}): make it a UTF-8 text file") from error
    values: dict[str, str] = {}
    for line in lines:
        name = line.key
        if line.error or (name is not None and line.value is None):
            written = line.original.string.strip().splitlines()[0].partition("=")[0]
            raise ConfigError(
                f"{path} has a line {written!r} that is no setting: write NAME=value in line "
                f"{line.original.line}, with every quote closed"
            )
        if name is not None and line.value is not None:
            values[name] = line.value
    return values


def _text(env: Mapping[str, str], name: str) -> str | None:
    return env.get(name, "").strip() or None


def _home(env: Mapping[str, str]) -> Path:
    text = _text(env, "TECHWIRE_HOME") or "~/.local/share/techwire"
    try:
        return Path(text).expanduser().resolve()
    except (RuntimeError, OSError) as error:
        raise ConfigError(
            f"TECHWIRE_HOME is {text!r} ({error}): write a folder's path, in .env"
        ) from error


def _meili_url(env: Mapping[str, str]) -> Address | None:
    url = _text(env, "MEILI_URL")
    if url is None:
        return None
    if not is_address(url, "http", "https") or urlsplit(url).query or urlsplit(url).fragment:
        raise ConfigError(
            f"MEILI_URL is {str(Address(url))!r}: write http://HOST:7700 or https://HOST, with % "
            "signs for odd characters in a password (/ is %2F), in .env"
        )
    return Address(url.rstrip("/"))


def is_address(text: str, *schemes: str) -> bool:
    """Whether this is a whole address, of one of these schemes, that can be asked as it stands."""
    try:
        parts = urlsplit(text)
        whole = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none, half a bracket
        return False
    return whole and text.isprintable() and " " not in text


def _index_name(env: Mapping[str, str]) -> str:
    name = _text(env, "MEILI_INDEX") or "news"
    if not _INDEX_NAME.fullmatch(name):
        raise ConfigError(
            f"MEILI_INDEX is {name!r}: use letters, digits, - and _ only, 400 at most, in .env"
        )
    return name


def _database_url(env: Mapping[str, str], home: Path) -> Address:
    written = _database(env, "TECHWIRE_DATABASE_URL")
    return default_database(home) if written is None else written


def default_database(home: Path) -> Address:
    """Where the state database stands unless a setting says otherwise."""
    return Address(f"sqlite:///{home / 'techwire.db'}")


def _database(env: Mapping[str, str], name: str) -> Address | None:
    url = _text(env, name)
    return None if url is None else database_address(url, name)


def database_address(text: str, name: str) -> Address:
    """An SQLAlchemy URL of a state database; `postgresql://` alone means psycopg, which we use.

    name: where it was written. Raises: ConfigError in one line, without a password.
    """
    url = re.sub(r"^postgres(ql)?://", "postgresql+psycopg://", text)
    if not re.match(r"(sqlite:///|postgresql\+psycopg://).", url):
        raise ConfigError(
            f"{name} is {str(Address(text))!r}: "
            "write sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME"
            + (", in .env" if name.isupper() and "_" in name else "")
        )
    return Address(url)


def _contact(env: Mapping[str, str]) -> str | None:
    contact = _text(env, "TECHWIRE_CONTACT")
    if contact is not None and (not contact.isascii() or not contact.isprintable()):
        raise ConfigError(
            f"TECHWIRE_CONTACT is {contact!r}: it travels in an HTTP header, so write an ASCII "
            "address or URL, in .env"
        )
    return contact


def _hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple((_text(env, "TECHWIRE_ALLOW_HOSTS") or "").replace(",", " ").split())
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise ConfigError(
                f"TECHWIRE_ALLOW_HOSTS has {host!r}: list hosts, addresses or networks such as "
                "127.0.0.1 10.0.0.0/8 news.intra, parted by spaces, in .env"
            )
    return hosts


def _serve_hosts(env: Mapping[str, str]) -> tuple[str, ...]:
    hosts = tuple((_text(env, "TECHWIRE_SERVE_HOSTS") or "").replace(",", " ").split())
    for host in hosts:
        if not _NAME.fullmatch(host):
            raise ConfigError(
                f"TECHWIRE_SERVE_HOSTS has {host!r}: list names or addresses as browsers are given "
                "them, without scheme and port, such as news.example.org 10.0.0.7, in .env"
            )
    return hosts


def _public_address(env: Mapping[str, str], name: str) -> str | None:
    url = _text(env, name)
    if url is None:
        return None
    if not is_address(url, "http", "https") or "@" in url or not url.isascii() or "#" in url:
        raise ConfigError(
            f"{name} is {str(Address(url))!r}: write https://HOST or https://HOST/PATH, as others "
            "reach it, without a password, in .env"
        )
    return url.rstrip("/") if name == "TECHWIRE_PUBLIC_URL" else url


def _workers(env: Mapping[str, str]) -> int:
    text = _text(env, "TECHWIRE_WORKERS")
    if text is None:
        return max(1, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise ConfigError(f"TECHWIRE_WORKERS is {text!r}: write a number from 1 to 256, in .env")
    return int(text)


def _lease_s(env: Mapping[str, str]) -> int:
    text = _text(env, "TECHWIRE_LEASE_S") or "30"
    if not text.isdecimal() or not 4 <= int(text) <= 3600:
        raise ConfigError(
            f"TECHWIRE_LEASE_S is {text!r}: write a number of seconds from 4 to 3600, the same for "
            "all machines, in .env"
        )
    return int(text)


def _rights_refuse(env: Mapping[str, str]) -> frozenset[str]:
    text = _text(env, "TECHWIRE_RIGHTS_REFUSE")
    if text is None:
        return REFUSED
    marks = text.replace(",", " ").split()
    if marks == ["none"]:
        return frozenset()
    for mark in marks:
        if mark not in MARKS:
            raise ConfigError(
                f"TECHWIRE_RIGHTS_REFUSE has {mark!r}: list some of {' '.join(MARKS)}, parted by "
                "spaces, or write none, in .env"
            )
    return frozenset(marks)


def is_mail_address(text: str) -> bool:
    """Whether mail can go to this: one plain ASCII address without a name."""
    return _MAIL_ADDRESS.fullmatch(text) is not None


def _smtp_url(env: Mapping[str, str]) -> Address | None:
    url = _text(env, "TECHWIRE_SMTP_URL")
    if url is None:
        return None
    if is_address(url, "smtp", "smtps"):
        return Address(url)
    raise ConfigError(
        f"TECHWIRE_SMTP_URL is {str(Address(url))!r}: write smtp://USER:PASSWORD@HOST:587 or "
        "smtps://USER:PASSWORD@HOST, with % signs for odd characters (@ is %40), in .env"
    )


def _mail_from(env: Mapping[str, str]) -> str | None:
    sender = _text(env, "TECHWIRE_MAIL_FROM")
    if sender is not None and not is_mail_address(sender):
        raise ConfigError(
            f"TECHWIRE_MAIL_FROM is {sender!r}: write a mail address such as news@example.org, "
            "in .env"
        )
    return sender


def _failure_webhook(env: Mapping[str, str]) -> Address | None:
    url = _text(env, "TECHWIRE_FAILURE_WEBHOOK")
    if url is None:
        return None
    if is_address(url, "http", "https"):
        return Address(url)
    raise ConfigError(  # without its value: the path is the secret, and this is no address to tell
        "TECHWIRE_FAILURE_WEBHOOK is no address: write https://HOST/PATH, in .env"
    )
