"""Passwords and tokens in addresses are used and never told: not on a terminal, not in a log."""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.foundation.database import connect
from indexer.foundation.times import now_utc
from indexer.search.index_settings import index_settings
from tests.command_line import Run, command_line
from tests.loopback import Answer, Asked, Site, closed_port, html, serving
from tests.search_fake import FakeSearch, open_search

MARK = "geheim-7f3"
FEED = """<rss version="2.0"><channel><title>Wire</title>
<item><title>Chips</title><link>{page}</link><pubDate>{date:%a, %d %b %Y %H:%M:%S} +0000</pubDate>
</item></channel></rss>"""
TEXT = "The startup raised 12 million dollars for its artificial intelligence chips. " * 20


@pytest.fixture
def techwire(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return command_line(monkeypatch, capsys)


@pytest.fixture
def site() -> Iterator[Site]:
    """A publisher that wants a password for its feed, and a page that anybody may read."""

    def answer(asked: Asked) -> Answer:
        if asked.path.startswith("/feed"):
            wanted = "Basic " + base64.b64encode(f"me:{MARK}".encode()).decode()
            if asked.headers.get("authorization") != wanted:
                return Answer(status=401)
            page = f"{site.url}/story"
            body = FEED.format(page=page, date=now_utc())
            return Answer(body=body.encode(), headers={"Content-Type": "application/rss+xml"})
        if asked.path == "/story":
            return html(f"<h1>Chips</h1><article><p>{TEXT}</p></article>")
        return Answer(status=404)

    with serving(answer) as site:
        yield site


@pytest.fixture
def deployment(own_settings: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A secret in every address there can be."""
    home = own_settings / "home"
    home.mkdir()
    own = site.url.replace("//", f"//me:{MARK}@")
    gone = f"127.0.0.1:{closed_port()}"
    (home / "sources.toml").write_text(
        "".join(
            f"""[[source]]
id = "{name}"
name = "Wire"
homepage = "{site.url}/"
feeds = ["{feed}"]
country = "DE"
language = "en"
"""
            for name, feed in (
                ("wire", f"{own}/feed?access_token={MARK}"),
                ("gone", f"http://{MARK}@{gone}/feed?key={MARK}"),
            )
        )
    )
    (home / "alerts.toml").write_text(
        f'[hook]\nwords = "chips"\nwebhook = "http://u:{MARK}@{gone}/{MARK}-0123456789abcdef0?key={MARK}"\n'
        f'secret = "{MARK}-long-enough"\n'
    )
    monkeypatch.setenv("TECHWIRE_ALLOW_HOSTS", "127.0.0.1")
    monkeypatch.setenv("TECHWIRE_SMTP_URL", f"smtp://me:{MARK}@{gone}")
    monkeypatch.setenv("MEILI_MASTER_KEY", MARK)
    monkeypatch.setenv("https_proxy", f"http://me:{MARK}@{gone}")
    return home


COMMANDS = [
    "doctor",
    "doctor --json",
    "index",
    "search chips",
    "search chips --json",
    "status",
    "status --json",
    "audit",
    "keys list",
    "alerts list",
    "alerts list --json",
    "alerts run",
    "alerts run --json",
    "sources list",
    "sources list --json",
    "export x.jsonl",
    "prune",
    "digest",
]


@pytest.mark.parametrize("search", ["answers", "refuses", "is gone"])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_no_command_tells_a_secret_of_its_settings(
    techwire: Run, deployment: Path, monkeypatch: pytest.MonkeyPatch, search: str, database: str
) -> None:
    if database == "postgresql":
        address = f"postgresql://me:{MARK}@127.0.0.1:{closed_port()}/x?sslpassword={MARK}"
        monkeypatch.setenv("TECHWIRE_DATABASE_URL", address)
    key = "another" if search == "refuses" else None
    with open_search(FakeSearch(key=key, settings=index_settings())) as fake:
        url = f"http://127.0.0.1:{closed_port()}" if search == "is gone" else fake.url
        monkeypatch.setenv("MEILI_URL", url.replace("//", f"//me:{MARK}@"))
        told = {words: "".join(map(str, techwire(*words.split()))) for words in COMMANDS}

    assert {words: said for words, said in told.items() if MARK in said} == {}
    assert "***@127.0.0.1" in told["doctor"], "the address is told, without its secret"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEILI_URL", f"http://me:{MARK}@host:port"),
        ("MEILI_URL", f"http://me:pa/{MARK}@host"),
        ("MEILI_URL", f"ftp://me:{MARK}@host"),
        ("MEILI_URL", f"http://host/?token={MARK}"),
        ("MEILI_URL", f"http://me:{MARK} @host"),
        ("MEILI_URL", f"http://me:{MARK}@[::1"),
        ("TECHWIRE_DATABASE_URL", f"mysql://me:{MARK}@host/x"),
        ("TECHWIRE_DATABASE_URL", f"postgresql://me:{MARK}@host:port/x"),
        ("TECHWIRE_SMTP_URL", f"http://me:{MARK}@host"),
        ("TECHWIRE_SMTP_URL", f"smtp://me:{MARK}@host:port"),
        ("TECHWIRE_MIGRATE_TO", f"mysql://me:{MARK}@host/x"),
    ],
)
def test_a_wrong_setting_is_named_without_its_secret(
    techwire: Run, own_settings: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    code, out, err = techwire("status")

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert name in err
    assert MARK not in err


def test_a_migration_takes_its_databases_from_the_environment(
    techwire: Run, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = own_settings / "home" / "techwire.db", own_settings / "new.db"
    old.parent.mkdir()
    connect(f"sqlite:///{old}").dispose()
    monkeypatch.setenv("TECHWIRE_MIGRATE_TO", f"sqlite:///{new}")

    code, out, err = techwire("migrate")

    assert (code, new.is_file()) == (0, True)
    assert "tables moved" in out
    assert "command line" not in err

    gone = f"postgresql://me:{MARK}@127.0.0.1:{closed_port()}/x"
    code, _, err = techwire("migrate", f"sqlite:///{new}", gone)
    assert code == 2
    assert "tells a password to every user of this machine" in err
    assert MARK not in err


def test_a_migration_without_a_target_says_what_to_name(techwire: Run, own_settings: Path) -> None:
    code, _, err = techwire("migrate")

    assert code == 2
    assert "TECHWIRE_MIGRATE_TO" in err


def test_a_crawl_uses_a_feeds_secrets_and_tells_none(
    techwire: Run, deployment: Path, site: Site
) -> None:
    checkout = Path(__file__).parents[2]
    (deployment / "scrapy.cfg").write_text((checkout / "scrapy.cfg").read_text())
    words = "crawl news -a source=wire -L DEBUG --logfile crawl.log"

    done = subprocess.run(
        [sys.executable, "-m", "scrapy", *words.split()],
        cwd=deployment,
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=240,
    )

    assert done.returncode == 0, done.stderr
    log = (deployment / "crawl.log").read_text()
    assert "/feed?access_token=***" in log
    assert MARK not in log + done.stdout + done.stderr
    code, out, err = techwire("why", f"{site.url}/story")
    assert (code, err) == (0, "")
    assert "in the feed http://***@" in out
    assert "/feed?access_token=***" in out
    assert "version 1" in out, "its password opened the feed"
    assert MARK not in out
