"""A crawl over TLS verifies who answers; what is broken is told where people look."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.sources.source import Source
from crawler.state.health import Health, SourceState, health
from indexer.foundation.database import reading, state_database
from tests.crawler.middlewares.test_middlewares import a_site, pages
from tests.loopback import Site, serving
from tests.tls import BROKEN, Authority

CRAWL_S = 120.0
LET_THROUGH = "127.0.0.2"


@dataclass
class Crawled:
    """One crawl by TLS: its sites by id, its report, how its sources fare then."""

    sites: dict[str, Site]
    report: dict[str, Any]
    health: dict[str, Health]

    def problem(self, name: str) -> str:
        return str(self.report["problems"][f"{self.sites[name].url}/feed"])


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    home: Path = tmp_path_factory.mktemp("tls")
    authority = Authority(home)
    with ExitStack() as stack:
        sites = {
            kind: stack.enter_context(serving(https_site(), tls=authority.context(kind)))
            for kind in ("good", *BROKEN)
        }
        expired = authority.context("expired", LET_THROUGH)
        sites["let-through"] = stack.enter_context(
            serving(https_site(), host=LET_THROUGH, tls=expired)
        )
        sources = [
            {
                "id": name,
                "name": name,
                "homepage": site.url,
                "feeds": [f"{site.url}/feed"],
                "delay_s": 0.0,
                "verify_tls": name != "let-through",
            }
            for name, site in sites.items()
        ]
        order = {"home": str(home), "allow_hosts": ["127.0.0.0/8"], "sources": sources}
        ended = subprocess.run(
            [sys.executable, "-m", "tests.crawler.one_crawl"],
            input=json.dumps(order),
            env={**os.environ, "SSL_CERT_FILE": str(authority.file)},
            capture_output=True,
            text=True,
            timeout=CRAWL_S,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr
        yield Crawled(sites, json.loads(ended.stdout), look(home, sources))


def https_site() -> Any:
    plain = a_site(pages("a-plain-story-1"))

    def answer(asked: Any) -> Any:
        reply = plain(asked)
        if asked.path != "/feed":
            return reply
        return type(reply)(body=reply.body.replace(b"http://", b"https://"), headers=reply.headers)

    return answer


def look(home: Path, sources: list[dict[str, Any]]) -> dict[str, Health]:
    known = [Source(**{**fields, "feeds": tuple(fields["feeds"])}) for fields in sources]
    with (
        state_database(f"sqlite:///{home / 'techwire.db'}") as engine,
        reading(engine) as connection,
    ):
        found = health(connection, known, now=datetime.now(UTC))
    return {one.source.id: one for one in found}


def test_a_site_that_proves_who_it_is_is_crawled(crawled: Crawled) -> None:
    assert "/a-plain-story-1" in crawled.sites["good"].paths()
    assert crawled.health["good"].state is SourceState.OK


@pytest.mark.parametrize(("kind", "words"), BROKEN.items())
def test_a_broken_certificate_is_told_and_nothing_is_sent(
    crawled: Crawled, kind: str, words: str
) -> None:
    assert crawled.sites[kind].asked == []
    assert words in crawled.problem(kind)
    assert "certificate: the certificate of 127.0.0.1" in crawled.problem(kind)
    assert "verify_tls = false" in crawled.problem(kind)


def test_a_source_with_a_broken_certificate_is_failing_at_once(crawled: Crawled) -> None:
    fared = crawled.health["expired"]

    assert fared.state is SourceState.FAILING
    assert "has expired" in fared.words


def test_a_source_lets_its_own_site_through(crawled: Crawled) -> None:
    assert "/a-plain-story-1" in crawled.sites["let-through"].paths()
    assert f"{crawled.sites['let-through'].url}/feed" not in crawled.report["problems"]
