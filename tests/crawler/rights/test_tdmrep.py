"""Reservations in a host's tdmrep.json are read as its patterns say."""

import json

import pytest

from crawler.rights.tdmrep import read_tdmrep, tdmrep_signals


def rules(*pairs: tuple[str, int]) -> bytes:
    return json.dumps([{"location": p, "tdm-reservation": r} for p, r in pairs]).encode()


def is_reserved(body: bytes, url: str) -> bool:
    return bool(tdmrep_signals(read_tdmrep(body), url))


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
    assert is_reserved(rules((pattern, 1)), f"https://news.example{path}") is fits


def test_the_most_specific_rule_decides() -> None:
    known = rules(("/", 1), ("/open/", 0))

    assert is_reserved(known, "https://news.example/closed/1")
    assert not is_reserved(known, "https://news.example/open/1")


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>not found</html>", b"{}", b"[1, null]", b"[" * 100_000, b'[{"location":1}]'],
)
def test_a_broken_tdmrep_reserves_nothing(body: bytes) -> None:
    assert not is_reserved(body, "https://a.example/")
