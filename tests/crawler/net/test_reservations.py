"""Reservations of text and data mining are read where publishers write them."""

import json
import time

import pytest

from crawler.extraction.reserved import read_meta
from crawler.net.reservations import is_reserved, read_headers, read_tdmrep


def rules(*pairs: tuple[str, int]) -> bytes:
    return json.dumps([{"location": p, "tdm-reservation": r} for p, r in pairs]).encode()


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("/", "/any/thing", True),
        ("/news/", "/news/a", True),
        ("/news/", "/sport/a", False),
        ("/*/premium/", "/de/premium/a", True),
        ("/*.html$", "/a.html", True),
        ("/*.html$", "/a.html?b", False),
        ("/exact$", "/exact", True),
        ("/exact$", "/exactly", False),
        ("/a*b*c", "/a-c-b", False),
        ("/a*b*c", "/a-b-c-d", True),
    ],
)
def test_patterns_are_those_of_robots_txt(pattern: str, path: str, fits: bool) -> None:
    known = read_tdmrep(rules((pattern, 1)))

    assert is_reserved(known, f"https://news.example{path}") is fits


def test_the_most_specific_rule_decides() -> None:
    known = read_tdmrep(rules(("/", 1), ("/open/", 0)))

    assert is_reserved(known, "https://news.example/closed/1")
    assert not is_reserved(known, "https://news.example/open/1")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>not found</html>", b"{}", b"[1, null]", b"[" * 100_000, b'[{"location":1}]'],
)
def test_a_broken_tdmrep_reserves_nothing(body: bytes) -> None:
    assert read_tdmrep(body) == () or not is_reserved(read_tdmrep(body), "https://a.example/")


def test_headers_said_to_another_robot_are_not_ours() -> None:
    assert read_headers({"x-robots-tag": ["otherbot: noai"]}, "techwire") is None
    assert read_headers({"x-robots-tag": ["Techwire: noai"]}, "techwire") is not None
    assert read_headers({"x-robots-tag": ["noindex, NOAI"]}, "techwire") is not None
    assert read_headers({"x-robots-tag": ["noimageai"]}, "techwire") is None
    assert read_headers({"tdm-reservation": ["0"]}, "techwire") is None
    assert read_headers({"tdm-reservation": [" 1 "]}, "techwire") is not None


def test_meta_tags_in_any_order_and_quotes_are_read() -> None:
    assert read_meta(b"<META CONTENT=1 NAME='tdm-reservation'>") is not None
    assert read_meta(b'<meta name="robots" content="index, noai">') is not None
    assert read_meta(b'<meta name="tdm-reservation" content="0">') is None
    assert read_meta(b'<p>write &lt;meta name="tdm-reservation" content="1"&gt;</p>') is None


def test_a_hostile_head_is_read_in_time() -> None:
    began = time.process_time()
    read_meta(b"<meta " * 30_000 + b"<meta name=" + b"a" * 190_000)
    read_meta(b'<meta a="' * 20_000)

    assert time.process_time() - began < 2
