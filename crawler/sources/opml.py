"""OPML in and out, so that a registry and a feed reader can share their lists."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lxml import etree

from crawler.errors import SourceError
from crawler.formats.markup import whole_characters
from crawler.sources.checks import is_address
from crawler.sources.source import Source, slug_of, source_from

_MAX_OPML_BYTES = 10_000_000
_MAX_DEPTH = 20


def read_opml(body: bytes) -> tuple[tuple[Source, ...], tuple[str, ...]]:
    """The sources an OPML file lists, feeds of one site together, and lines on what was left out.

    Raises: SourceError when it is no OPML.
    """
    feeds: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    homes: dict[str, str] = {}
    left_out: list[str] = []
    for outline in _outlines(_root(body)):
        title = outline.get("title") or outline.get("text") or ""
        url = (outline.get("xmlUrl") or "").strip()
        if not is_address(url):
            left_out.append(f"outline {title!r}: xmlUrl {url!r} is no http(s) address")
            continue
        home = (outline.get("htmlUrl") or "").strip()
        home = home if is_address(home) else f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
        key = home.rstrip("/").lower()
        homes.setdefault(key, home)
        names.setdefault(key, " ".join(title.split()) or urlsplit(home).netloc)
        if url not in feeds.setdefault(key, []):
            feeds[key].append(url)
    sources: dict[str, Source] = {}
    for key, urls in feeds.items():
        source_id = _free_id(names[key], homes[key], sources)
        table = {"id": source_id, "name": names[key], "homepage": homes[key], "feeds": urls}
        source, problems = source_from(table)
        left_out += [f"{names[key]}: {problem}" for problem in problems]
        if source:
            sources[source_id] = source
    return tuple(sources.values()), tuple(left_out)


def write_opml(sources: Iterable[Source], *, title: str = "techwire sources") -> bytes:
    """An OPML 2.0 file of every feed, in one folder a region; sources without feeds are not in."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _clean(title)
    body = etree.SubElement(root, "body")
    folders: dict[str, etree._Element] = {}
    for source in sources:
        region = source.region or "Other"
        for feed in source.feeds:
            if region not in folders:
                folders[region] = etree.SubElement(body, "outline", text=region, title=region)
            fields = {"type": "rss", "text": source.name, "title": source.name}
            fields |= {"xmlUrl": feed, "htmlUrl": source.homepage}
            if source.language:
                fields["language"] = source.language
            etree.SubElement(folders[region], "outline", {k: _clean(v) for k, v in fields.items()})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _root(body: bytes) -> etree._Element:
    if len(body) > _MAX_OPML_BYTES:
        raise SourceError(f"the OPML file has {len(body)} bytes: split it under {_MAX_OPML_BYTES}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    whole = whole_characters(body.decode("latin-1")).encode("latin-1")  # bytes as they are
    try:
        root = etree.fromstring(whole, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"the file is not OPML: {error}") from error
    if root is None or root.tag != "opml":
        found = "nothing readable" if root is None else f"<{root.tag}>"
        raise SourceError(f"the file is not OPML: it begins with {found}, expected <opml>")
    return root


def _outlines(element: etree._Element, depth: int = 0) -> Iterator[etree._Element]:
    """Outlines that name a feed, folders opened."""
    for child in element if depth < _MAX_DEPTH else ():
        if child.tag == "outline" and child.get("xmlUrl") is not None:
            yield child
        if isinstance(child.tag, str):
            yield from _outlines(child, depth + 1)


def _free_id(name: str, home: str, taken: dict[str, Source]) -> str:
    """An id from the name, or from the host when the name has no Latin letters; never one taken."""
    slug = slug_of(name) or slug_of(urlsplit(home).netloc.removeprefix("www.")) or "source"
    candidates = [slug, *(f"{slug[:60]}-{n}" for n in range(2, len(taken) + 3))]
    return next(candidate for candidate in candidates if candidate not in taken)


def _clean(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
