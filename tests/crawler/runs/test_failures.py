"""A crawl that failed tells so, in time, whatever its webhook does."""

import json
import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from crawler.errors import SourceError
from crawler.runs import failures
from crawler.runs.crawling import CrawlReport
from crawler.runs.failures import failures_told
from indexer.delivery.pusher import PushReport
from indexer.foundation.addresses import Address
from indexer.foundation.config import Config
from indexer.foundation.errors import ConfigError, ServerDown
from tests.loopback import Answer, closed_port, serving


def a_report(**changes: Any) -> CrawlReport:
    nothing: Mapping[str, int] = {}
    fine = CrawlReport(
        sources=2,
        listings=2,
        listings_failed=0,
        found=1,
        fetched=1,
        stored=1,
        dropped=nothing,
        failed=nothing,
        problems={},
        seconds=1.0,
    )
    return replace(fine, **changes)


@pytest.mark.parametrize(
    ("changes", "code", "words"),
    [
        ({}, 0, None),
        ({"listings_failed": 1, "problems": {"u": "a: http 500"}}, 3, None),
        ({"push": PushReport(kept=3, error="no answer")}, 1, "no answer"),
        (
            {"listings_failed": 2, "problems": {"https://a.example/feed": "a: http 500"}},
            1,
            "none of 2 listings could be read, such as https://a.example/feed: a: http 500",
        ),
        ({"listings_failed": 2, "problems": {"u": "x"}, "interrupted": True}, 130, None),
    ],
)
def test_a_crawl_failed_when_nothing_could_be_read_or_the_index_took_not_all(
    changes: dict[str, Any], code: int, words: str | None
) -> None:
    report = a_report(**changes)

    assert report.exit_code == code
    assert (report.failure is None) == (words is None)
    assert (words or "") in (report.failure or "")


@pytest.mark.parametrize(
    ("error", "code"),
    [(SourceError("no such source"), 2), (ServerDown("no server"), 1), (KeyError("a bug"), 1)],
)
def test_what_ends_a_crawl_is_told_by_webhook_and_ends_it_all_the_same(
    config: Config, error: Exception, code: int
) -> None:
    with serving(lambda _: Answer(status=204)) as site:
        told = replace(config, failure_webhook=f"{site.url}/hook")
        with pytest.raises(type(error)), failures_told(told, "crawl"):
            raise error

    (asked,) = site.asked
    content = json.loads(asked.body)
    assert (asked.method, asked.path) == ("POST", "/hook")
    assert (content["command"], content["exit_code"]) == ("crawl", code)
    assert str(error.args[0]) in content["error"]
    assert content["text"].startswith("techwire crawl on ")


def test_what_is_told_hides_the_secrets_of_addresses(config: Config) -> None:
    with (
        serving(lambda _: Answer()) as site,
        failures_told(replace(config, failure_webhook=Address(site.url)), "crawl") as tell,
    ):
        tell("https://ant:geheim@a.example/feed: http 500", 1)

    assert b"a.example/feed: http 500" in site.asked[0].body
    assert b"geheim" not in site.asked[0].body


def test_a_crawl_that_went_well_tells_nobody(config: Config) -> None:
    with (
        serving(lambda _: Answer()) as site,
        failures_told(replace(config, failure_webhook=site.url), "crawl"),
    ):
        pass

    assert site.asked == []


def test_without_a_webhook_nothing_is_asked(config: Config) -> None:
    with failures_told(config, "crawl") as tell:
        tell("it failed", 1)


def test_a_webhook_that_is_down_slow_or_refuses_changes_nothing_of_the_end(
    config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(failures, "WITHIN_S", 0.3)
    released = threading.Event()

    def answer(_asked: object) -> Answer:
        released.wait(30)
        return Answer()

    with serving(answer) as slow, serving(lambda _: Answer(status=500)) as refusing:
        with capture_logs() as logs:
            for url in (slow.url, refusing.url, f"http://127.0.0.1:{closed_port()}"):
                with failures_told(replace(config, failure_webhook=url), "crawl") as tell:
                    tell("it failed", 1)
        assert not released.is_set(), "nobody waited for the answer"
        released.set()

    assert [log["event"] for log in logs] == ["the failure was not told"] * 3


def test_a_webhook_nobody_may_be_told_by_is_refused_at_the_start(config: Config) -> None:
    for url in ("http://169.254.169.254/latest", "http://hooks.example.org/"):
        told = replace(config, failure_webhook=url)
        with pytest.raises(ConfigError, match="TECHWIRE_FAILURE_WEBHOOK"), failures_told(told, "x"):
            pytest.fail("the crawl had begun")


@pytest.mark.parametrize("url", ["hooks.example.org/secret", "ftp://h.example/secret", "http://"])
def test_a_webhook_that_is_no_address_is_told_without_its_secret(url: str) -> None:
    with pytest.raises(ConfigError, match="write https://HOST/PATH") as caught:
        Config.from_env({"TECHWIRE_FAILURE_WEBHOOK": url})

    assert "secret" not in str(caught.value)
