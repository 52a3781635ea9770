"""JSON Feed (versions 1 and 1.1) → plain items."""

from collections.abc import Iterator
from typing import Any

from crawler.discovery.items import Item, RawFeed
from crawler.discovery.listing import MAX_ENTRIES
from crawler.errors import ListingError
from crawler.formats.jsontext import read_json
from crawler.formats.markup import beginning
from crawler.urls import join


def looks_like_json(text: str) -> bool:
    return text[:1] in "{["


def read_json_feed(text: str, *, url: str) -> RawFeed:
    """Raises ListingError when the text is JSON of another kind, or none."""
    try:
        data = read_json(text)
    except (ValueError, RecursionError) as error:
        raise ListingError(f"{url} is broken JSON: {str(error)[:100]}") from error
    if not isinstance(data, dict) or not isinstance(data.get("items"), list):
        raise ListingError(f"{url} is JSON but no JSON Feed: it begins {beginning(text)}")
    problems = []
    if "jsonfeed.org" not in str(data.get("version", "")):
        problems.append("the JSON names no version of JSON Feed: read as one")
    rows = [row for row in data["items"][:MAX_ENTRIES] if isinstance(row, dict)]
    return RawFeed(
        items=[_item(row, data, url) for row in rows],
        title=_string(data, "title"),
        language=_string(data, "language"),
        home=_address(_string(data, "home_page_url"), url),
        next_url=_address(_string(data, "next_url"), url),
        hubs=tuple(_hubs(data, url)),
        topic=_address(_string(data, "feed_url"), url),
        problems=problems,
    )


def _item(row: dict[str, Any], feed: dict[str, Any], url: str) -> Item:
    link = _string(row, "url") or _string(row, "external_url")
    identity = _string(row, "id")
    if not link and identity and identity.startswith(("http://", "https://")):
        link = identity
    tags = row.get("tags")
    return Item(
        link=_address(link, url),
        title=_string(row, "title"),
        published=_string(row, "date_published"),
        modified=_string(row, "date_modified"),
        summary=_string(row, "summary", "content_text", "content_html"),
        authors=_authors(row) or _authors(feed),
        image=_address(_string(row, "image", "banner_image"), url),
        language=_string(row, "language"),
        guid=identity,
        contents=tuple(filter(None, (_string(row, "content_html"), _string(row, "content_text")))),
        categories=tuple(str(tag) for tag in tags[:50]) if isinstance(tags, list) else (),
    )


def _hubs(feed: dict[str, Any], url: str) -> Iterator[str]:
    listed = feed.get("hubs")
    for one in listed[:5] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or str(one.get("type", "")).lower() != "websub":
            continue
        if address := _address(_string(one, "url"), url):
            yield address


def _string(row: dict[str, Any], *names: str) -> str | None:
    """The first named text there is."""
    texts = (row[name] for name in names if isinstance(row.get(name), str) and row[name].strip())
    return next(texts, None)


def _address(link: str | None, url: str) -> str | None:
    return (join(url, link) or None) if link else None


def _authors(row: dict[str, Any]) -> tuple[str, ...]:
    listed = row.get("authors")
    people = listed if isinstance(listed, list) else [row.get("author")]
    named = [_string(person, "name") for person in people[:20] if isinstance(person, dict)]
    return tuple(name for name in named if name)
