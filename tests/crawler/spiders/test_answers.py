from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.sources.registry import load_sources
from crawler.spiders.answers import read_listing

URL = "https://www.site.ng/feed"
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def unchanged(**asked: str) -> Response:
    request = Request(URL, headers=asked, meta={"listing": URL})
    return Response(URL, status=304, request=request)


@pytest.mark.parametrize("name", ["If-None-Match", "If-Modified-Since"])
def test_unchanged_is_a_good_answer_to_whom_asks_what_changed(name: str) -> None:
    source = load_sources().get("techcrunch")

    assert read_listing(unchanged(**{name: "x"}), source, "feed", now=NOW).answer.error is None


def test_unchanged_is_no_answer_to_whom_asks_for_all() -> None:
    reading = read_listing(unchanged(), load_sources().get("techcrunch"), "feed", now=NOW)

    assert reading.answer.error is not None
    assert "304 (unchanged) though it was asked for the whole" in reading.answer.error
