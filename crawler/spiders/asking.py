"""The requests a turn sends: one for a listing, one for a page."""

from collections.abc import Callable
from typing import Any

from scrapy import Request

from crawler.article import Entry
from crawler.net.politeness import slot_of
from crawler.spiders.turns import Turn

Callback = Callable[..., Any]


def listing_request(
    turn: Turn, address: str, kind: str, *, whole: bool, read: Callback, failed: Callback
) -> Request:
    """Ask a listing. whole: "not modified" is no answer."""
    return Request(
        address,
        read,
        errback=failed,
        cb_kwargs={"turn": turn, "kind": kind},
        meta={"listing": address, "whole": whole, **_politeness(turn, address)},
        priority=10,
        dont_filter=True,
    )


def page_request(turn: Turn, entry: Entry, *, read: Callback, failed: Callback) -> Request:
    """Ask the page of an entry."""
    return Request(
        entry.url,
        read,
        errback=failed,
        cb_kwargs={"turn": turn, "entry": entry},
        meta={"page": True, **_politeness(turn, entry.url)},
        dont_filter=True,
    )


def _politeness(turn: Turn, address: str) -> dict[str, Any]:
    return {"download_slot": slot_of(address), "delay_s": turn.source.delay_s}
