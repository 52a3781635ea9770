"""Pages travel in gzip and are inflated where they are read: bounded, and as far as it goes."""

import gzip
from dataclasses import replace

import pytest

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.extraction.inflating import inflated
from crawler.extraction.parsing import MAX_BYTES
from tests.factories import NOW

HTML = b"<html><p>" + b" ".join(b"%d" % number for number in range(9_000)) + b"</html>"
PACKED = Page(url="https://n.example/a", body=gzip.compress(HTML), fetched_at=NOW, coding="gzip")


def test_a_page_comes_out_as_it_was_written() -> None:
    assert inflated(PACKED) == replace(PACKED, body=HTML, coding=None)


def test_a_page_that_was_not_packed_stays_as_it_is() -> None:
    page = replace(PACKED, body=HTML, coding=None)

    assert inflated(page) is page


def test_several_members_make_one_page() -> None:
    page = replace(PACKED, body=gzip.compress(HTML[:4_000]) + gzip.compress(HTML[4_000:]))

    assert inflated(page).body == HTML


@pytest.mark.parametrize("tail", [b"", b"\0" * 200], ids=["cut off", "and garbage"])
def test_a_broken_stream_gives_what_came_of_it(tail: bytes) -> None:
    page = replace(PACKED, body=PACKED.body[: len(PACKED.body) // 2] + tail)

    body = inflated(page).body

    assert len(body) > 5_000
    assert HTML.startswith(body[:5_000])


def test_bytes_that_are_no_gzip_are_no_page() -> None:
    with pytest.raises(ExtractionError, match="not-html: broken gzip"):
        inflated(replace(PACKED, body=HTML))


def test_a_small_body_that_inflates_beyond_the_limit_is_refused() -> None:
    page = replace(PACKED, body=gzip.compress(b"a" * (MAX_BYTES + 1)))

    with pytest.raises(ExtractionError, match="too-large"):
        inflated(page)
