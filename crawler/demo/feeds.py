"""The sites' feeds: RSS 2.0, Atom, JSON Feed and RSS 1.0 (RDF)."""

import json
from collections.abc import Sequence
from email.utils import format_datetime
from html import escape

from crawler.demo.markup import to_html
from crawler.demo.press import FEED_PATHS, Press, number_of
from crawler.demo.reply import SiteReply
from crawler.demo.story import DemoStory, signed_by

_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json; charset=utf-8",
    "rdf": "application/rdf+xml; charset=utf-8",
}
_DC = "http://purl.org/dc/elements/1.1/"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_MEDIA = "http://search.yahoo.com/mrss/"


def feed(press: Press, kind: str, stories: Sequence[DemoStory]) -> SiteReply:
    """A feed of `stories`, newest first as given. kind: a key of `press.FEED_PATHS`."""
    write = {"rss": _rss, "atom": _atom, "json": _json, "rdf": _rdf}[kind]
    newest = max((story.modified or story.published for story in stories), default=press.now)
    return SiteReply(
        body=write(press, stories).encode("utf-8"), content_type=_TYPES[kind], modified=newest
    )


def feed_type(kind: str) -> str:
    """Media type of a feed, for `<link rel=alternate>`."""
    return _TYPES[kind].partition(";")[0]


def _dated(press: Press, story: DemoStory) -> bool:
    return press.spec.feed_dates and story.dated


def _rss(press: Press, stories: Sequence[DemoStory]) -> str:
    spec = press.spec
    items = "\n".join(_rss_item(press, story) for story in stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<rss version="2.0" xmlns:dc="{_DC}" xmlns:content="{_CONTENT}" xmlns:media="{_MEDIA}">\n'
        f"<channel><title>{escape(spec.name)}</title><link>{press.base}/</link>\n"
        f"<description>{escape(spec.tagline)}</description><language>{spec.language}</language>\n"
        f"<ttl>15</ttl>\n{items}\n</channel></rss>\n"
    )


def _rss_item(press: Press, story: DemoStory) -> str:
    link = escape(press.link(story, press.spec.feed_link))
    parts = [
        f"<title>{escape(story.title)}</title><link>{link}</link>",
        f'<guid isPermaLink="false">{number_of(story)}</guid>',
        f"<description>{escape(f'<p>{story.dek}</p>')}</description>",
    ]
    if _dated(press, story):
        date = format_datetime(press.local(story.published))
        parts.append(f"<pubDate>{date}</pubDate>")
    parts += [f"<dc:creator>{escape(author)}</dc:creator>" for author in signed_by(story)]
    parts += [f"<category>{escape(tag)}</category>" for tag in story.tags]
    if press.spec.feed_text and story.access == "free":
        parts.append(f"<content:encoded><![CDATA[{to_html(story.blocks)}]]></content:encoded>")
    parts.append(f'<media:content url="{press.base}/img/{story.slug}.png" medium="image"/>')
    return "<item>" + "".join(parts) + "</item>"


def _atom(press: Press, stories: Sequence[DemoStory]) -> str:
    spec = press.spec
    newest = max((story.modified or story.published for story in stories), default=press.now)
    entries = "\n".join(_atom_entry(press, story) for story in stories)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{spec.language}">\n'
        f"<title>{escape(spec.name)}</title><id>{press.base}/</id>\n"
        f'<link href="{press.base}/"/><link rel="self" href="{press.base}{FEED_PATHS["atom"]}"/>\n'
        f"<updated>{press.iso(newest)}</updated>\n{entries}\n</feed>\n"
    )


def _atom_entry(press: Press, story: DemoStory) -> str:
    link = escape(press.link(story, press.spec.feed_link))
    authors = "".join(f"<author><name>{escape(name)}</name></author>" for name in signed_by(story))
    tags = "".join(f'<category term="{escape(tag)}"/>' for tag in story.tags)
    dates = ""
    if _dated(press, story):
        dates = (
            f"<published>{press.iso(story.published)}</published>"
            f"<updated>{press.iso(story.modified or story.published)}</updated>"
        )
    return (
        f'<entry><title type="html">{escape(escape(story.title, quote=False))}</title>'
        f'<link rel="alternate" type="text/html" href="{link}"/>'
        f"<id>tag:{press.spec.id},2026:{number_of(story)}</id>{dates}{authors}{tags}"
        f'<summary type="text">{escape(story.dek)}</summary></entry>'
    )


def _json(press: Press, stories: Sequence[DemoStory]) -> str:
    items = []
    for story in stories:
        item: dict[str, object] = {
            "id": str(number_of(story)),
            "url": press.link(story, press.spec.feed_link),
            "title": story.title,
            "summary": story.dek,
            "authors": [{"name": name} for name in signed_by(story)],
            "tags": list(story.tags),
            "image": f"{press.base}/img/{story.slug}.png",
        }
        if _dated(press, story):
            item["date_published"] = press.iso(story.published)
            if story.modified:
                item["date_modified"] = press.iso(story.modified)
        items.append(item)
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": press.spec.name,
        "home_page_url": f"{press.base}/",
        "feed_url": press.base + FEED_PATHS["json"],
        "language": press.spec.language,
        "items": items,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1)


def _rdf(press: Press, stories: Sequence[DemoStory]) -> str:
    spec = press.spec
    links = [escape(press.link(story, spec.feed_link)) for story in stories]
    order = "".join(f'<rdf:li rdf:resource="{link}"/>' for link in links)
    items = "\n".join(
        _rdf_item(press, story, link) for story, link in zip(stories, links, strict=True)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/" '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        f'xmlns:dc="{_DC}" xml:lang="{spec.language}">\n'
        f'<channel rdf:about="{press.base}{FEED_PATHS["rdf"]}"><title>{escape(spec.name)}</title>'
        f"<link>{press.base}/</link><description>{escape(spec.tagline)}</description>"
        f"<items><rdf:Seq>{order}</rdf:Seq></items></channel>\n{items}\n</rdf:RDF>\n"
    )


def _rdf_item(press: Press, story: DemoStory, link: str) -> str:
    date = f"<dc:date>{press.iso(story.published)}</dc:date>" if _dated(press, story) else ""
    creator = "".join(f"<dc:creator>{escape(name)}</dc:creator>" for name in signed_by(story))
    return (
        f'<item rdf:about="{link}"><title>{escape(story.title)}</title><link>{link}</link>'
        f"<description>{escape(story.dek)}</description>{date}{creator}</item>"
    )
