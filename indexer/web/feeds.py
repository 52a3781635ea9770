"""Every search is a feed: /feed.xml (RSS 2.0, or Atom with format=atom) and /feed.json.

They take the page's own parameters, with names as people write them, and give the newest hits, one
per story unless copies=all.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from indexer.search.contract import FORMAT, SHOWING
from indexer.search.query import Names, Query, searches_of, united
from indexer.vocabulary.sources import Registry
from indexer.web.hub_calls import NO_HUBS, Hubs
from indexer.web.proxy import RefusedRequest, SearchProxy
from indexer.web.question import Unclear, query_of

NEWEST = 50
MAX_AGE_S = 300
FIELDS = (
    *("id", "url", "title", "summary", "source_name", "authors", "language", "published_at"),
    *("crawled_at", "topics", "regions", "image", "story_id"),
)
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("atom", ATOM)
ElementTree.register_namespace("dc", DC)


class Feeds:
    """Answers feed readers through the page's way to the search server."""

    def __init__(
        self,
        proxy: SearchProxy,
        sources: Registry,
        *,
        hubs: Hubs = NO_HUBS,
    ) -> None:
        self._proxy = proxy
        self._hubs = hubs
        self._names = Names(sources=sources, ask=proxy.ask_from_thread)

    async def xml(self, request: Request) -> Response:
        if request.query_params.get(FORMAT) == "atom":
            return await self._answer(request, atom, "application/atom+xml")
        return await self._answer(request, rss, "application/rss+xml")

    async def json(self, request: Request) -> Response:
        return await self._answer(request, json_feed, "application/feed+json")

    async def _answer(self, request: Request, write: Any, kind: str) -> Response:
        parameters = request.query_params.multi_items()
        try:
            query = await run_in_threadpool(query_of, parameters, self._names)
            hits = await self._newest(query)
        except Unclear as unclear:
            return PlainTextResponse(f"{unclear}\n", 400)
        except RefusedRequest as refused:
            return PlainTextResponse(f"{refused}\n", refused.status, {"Retry-After": "60"})
        channel = _announced(_channel(request, parameters, query), request, self._hubs)
        content = write(hits, channel)
        headers = {
            "ETag": f'"{hashlib.sha256(content).hexdigest()[:24]}"',
            "Last-Modified": format_datetime(_time(_changed_at(hits)), usegmt=True),
            "Cache-Control": f"public, max-age={MAX_AGE_S}",
        }
        if channel.hub:
            headers["Link"] = f'<{channel.hub}>; rel="hub", <{channel.address}>; rel="self"'
        if _is_known(request, headers):
            return Response(status_code=304, headers=headers)
        return Response(content, media_type=kind, headers=headers)

    async def _newest(self, query: Query) -> list[dict[str, Any]]:
        found = []
        wanted_hits = replace(query, newest=True, limit=NEWEST)
        for asked in searches_of(wanted_hits):
            wanted = {**asked, "attributesToRetrieve": list(FIELDS)}
            answer = await self._proxy.ask_index("search", wanted)
            if not isinstance(answer.get("hits"), list):
                raise RefusedRequest(502, "answer_unreadable", "What answers is no search server.")
            found.append(answer)
        hits: list[dict[str, Any]] = united(found, wanted_hits)["hits"]
        return hits


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed tells of itself: title, its own address, the page of the same search.

    address, page: "" when a feed has none. hub: who tells of its changes (WebSub), or "".
    """

    title: str
    address: str
    page: str
    one_per_story: bool = True
    hub: str = ""
    notes: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What it brings, and what of the search was ignored."""
        return ". ".join(("News found by this search, newest first", *self.notes))

    def identity(self, hit: Mapping[str, Any]) -> str:
        """Stays the same for all copies of a story, so a reader sees each story once."""
        return f"urn:techwire:{hit['story_id'] if self.one_per_story else hit['id']}"


def _channel(request: Request, parameters: list[tuple[str, str]], query: Query) -> Channel:
    searched = [(name, value) for name, value in parameters if name != FORMAT]
    words = [value for name, value in searched if name not in SHOWING]
    return Channel(
        title="techwire" + (f": {', '.join(words)}" if words else ""),
        address=str(request.url),
        page=str(request.base_url) + (f"?{urlencode(searched)}" if searched else ""),
        one_per_story=not query.copies,
        notes=query.notes,
    )


def _announced(channel: Channel, request: Request, hubs: Hubs) -> Channel:
    """With the hub, and by the name that the feed has outside, where these are set."""
    if hubs.public_url:
        asked = f"?{request.url.query}" if request.url.query else ""
        address = f"{hubs.public_url}{request.url.path}{asked}"
        page = f"{hubs.public_url}/{channel.page.removeprefix(str(request.base_url))}"
        channel = replace(channel, address=address, page=page)
    return replace(channel, hub=hubs.own or "")


def _is_known(request: Request, headers: Mapping[str, str]) -> bool:
    """Whether the reader holds this very feed; its tag decides where it sends one (RFC 9110)."""
    tags = request.headers.get("if-none-match")
    if tags is not None:
        return headers["ETag"] in tags
    return request.headers.get("if-modified-since") == headers["Last-Modified"]


def rss(hits: list[dict[str, Any]], channel: Channel) -> bytes:
    root = ElementTree.Element("rss", version="2.0")
    body = ElementTree.SubElement(root, "channel")
    _add(body, "title", channel.title)
    _add(body, "link", channel.page)
    _add(body, "description", channel.description)
    if channel.address:
        own = {"href": channel.address, "rel": "self", "type": "application/rss+xml"}
        ElementTree.SubElement(body, f"{{{ATOM}}}link", _clean_all(own))
    if channel.hub:
        ElementTree.SubElement(
            body, f"{{{ATOM}}}link", _clean_all({"href": channel.hub, "rel": "hub"})
        )
    for hit in hits:
        item = ElementTree.SubElement(body, "item")
        _add(item, "title", hit["title"])
        _add(item, "link", hit["url"])
        _add(item, "guid", channel.identity(hit), isPermaLink="false")
        if hit.get("published_at") is not None:
            _add(item, "pubDate", format_datetime(_time(hit["published_at"]), usegmt=True))
        _add(item, f"{{{DC}}}creator", hit["source_name"])
        _add(item, "description", hit["summary"])
        for topic in _labels(hit):
            _add(item, "category", topic)
    return _bytes(root)


def atom(hits: list[dict[str, Any]], channel: Channel) -> bytes:
    root = ElementTree.Element(f"{{{ATOM}}}feed")
    _add(root, f"{{{ATOM}}}title", channel.title)
    _add(root, f"{{{ATOM}}}subtitle", channel.description)
    _add(root, f"{{{ATOM}}}id", channel.address)
    links = [(channel.address, "self"), (channel.page, "alternate")]
    for href, rel in links + ([(channel.hub, "hub")] if channel.hub else []):
        ElementTree.SubElement(root, f"{{{ATOM}}}link", _clean_all({"href": href, "rel": rel}))
    _add(root, f"{{{ATOM}}}updated", _iso(max(map(_moment, hits), default=0)))
    for hit in hits:
        entry = ElementTree.SubElement(root, f"{{{ATOM}}}entry")
        _add(entry, f"{{{ATOM}}}title", hit["title"])
        _add(entry, f"{{{ATOM}}}id", channel.identity(hit))
        ElementTree.SubElement(entry, f"{{{ATOM}}}link", _clean_all({"href": hit["url"]}))
        _add(entry, f"{{{ATOM}}}updated", _iso(_moment(hit)))
        if hit.get("published_at") is not None:
            _add(entry, f"{{{ATOM}}}published", _iso(hit["published_at"]))
        author = ElementTree.SubElement(entry, f"{{{ATOM}}}author")
        _add(author, f"{{{ATOM}}}name", hit["source_name"])
        _add(entry, f"{{{ATOM}}}summary", hit["summary"])
        for topic in _labels(hit):
            ElementTree.SubElement(entry, f"{{{ATOM}}}category", _clean_all({"term": topic}))
    return _bytes(root)


def json_feed(hits: list[dict[str, Any]], channel: Channel) -> bytes:
    items = [
        {
            "id": channel.identity(hit),
            "url": hit["url"],
            "title": hit["title"],
            "content_text": hit["summary"],
            "authors": [{"name": hit["source_name"]}],
            "tags": _labels(hit),
        }
        | ({"language": hit["language"]} if hit.get("language") else {})
        | ({"image": hit["image"]} if hit.get("image") else {})
        | ({"date_published": _iso(hit["published_at"])} if hit.get("published_at") else {})
        for hit in hits
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "description": channel.description,
        "home_page_url": channel.page,
        "feed_url": channel.address,
        "items": items,
    } | ({"hubs": [{"type": "WebSub", "url": channel.hub}]} if channel.hub else {})
    return json.dumps(feed, ensure_ascii=False).encode("utf-8", "replace")


def _add(parent: ElementTree.Element, tag: str, text: Any, **attributes: str) -> None:
    ElementTree.SubElement(parent, tag, attributes).text = _clean(text)


def _clean(text: Any) -> str:
    """Text without the characters XML 1.0 forbids (section 2.2)."""
    return _NOT_XML.sub("", str(text or ""))


def _clean_all(attributes: Mapping[str, str]) -> dict[str, str]:
    return {name: _clean(value) for name, value in attributes.items()}


def _bytes(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _labels(hit: Mapping[str, Any]) -> list[str]:
    topics, regions = hit.get("topics") or {}, hit.get("regions") or {}
    return [*topics.get("lvl0", []), *topics.get("lvl1", []), *regions.get("lvl1", [])]


def _moment(hit: Mapping[str, Any]) -> int:
    return int(hit.get("published_at") or hit.get("crawled_at") or 0)


def _changed_at(hits: list[dict[str, Any]]) -> int:
    return max((int(hit.get("crawled_at") or 0) for hit in hits), default=0)


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _iso(seconds: float) -> str:
    return _time(seconds).strftime("%Y-%m-%dT%H:%M:%SZ")
