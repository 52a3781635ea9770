"""The pages of a site: articles, front and section pages, and what is no article (walls, errors).

Each is a template of its site, filled, with all the furniture around it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from string import Template

from crawler.demo.feeds import feed_type
from crawler.demo.markup import StoryBlock, inline_html, to_html, to_text
from crawler.demo.press import FEED_PATHS, FOLDER, Press, amp_path
from crawler.demo.reply import SiteReply, html_reply
from crawler.demo.story import DemoStory, signed_by
from crawler.demo.structured import graph, in_script, metered, news_article, next_data

OPEN_BLOCKS = 2  # what a teaser shows
_RELATED = 4
_DATA = {"metered": metered, "wordpress": graph}


@cache
def template(name: str) -> Template:
    """A page's skeleton from templates/."""
    return Template((FOLDER / "templates" / f"{name}.html").read_text(encoding="utf-8"))


def article_page(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> SiteReply:
    """A story's page. others: the site's stories, newest first, to link as related."""
    page = template(press.spec.template).substitute(_values(press, story, others))
    return html_reply(page, modified=story.modified or story.published)


def amp_page(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> SiteReply:
    """The story once more, in the AMP printing."""
    page = template("amp").substitute(_values(press, story, others))
    return html_reply(page, modified=story.modified or story.published)


def readable_text(story: DemoStory) -> str:
    """What a reader without a subscription sees of the story's text."""
    return to_text(story.blocks[:OPEN_BLOCKS] if story.access == "teaser" else story.blocks)


def furniture(press: Press) -> dict[str, str]:
    """What stands around every page of a site: navigation, words, head links."""
    spec, labels = press.spec, press.labels
    nav = "".join(
        f'<a href="{press.base}/{word}/">{escape(name)}</a> '
        for word, name in spec.sections.items()
    )
    feeds = "".join(
        f'<link rel="alternate" type="{feed_type(kind)}" title="{escape(spec.name)}" '
        f'href="{press.base}{FEED_PATHS[kind]}">'
        for kind in spec.feeds
    )
    comments = "".join(
        f'<li class="comment"><b>{escape(name)}</b> <p>{escape(text)}</p></li>'
        for name, text in labels["comments"]
    )
    words = {f"l_{key}": escape(value) for key, value in labels.items() if isinstance(value, str)}
    return words | {
        "lang": spec.language,
        "dir": "rtl" if spec.language == "ar" else "ltr",
        "site_name": escape(spec.name),
        "tagline": escape(spec.tagline),
        "base": press.base,
        "year": str(press.now.year),
        "nav": nav,
        "feed_links": feeds,
        "comments": comments,
    }


def _values(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> Mapping[str, str]:
    spec = press.spec
    opening = story.blocks[:OPEN_BLOCKS] if story.access == "teaser" else story.blocks
    published = story.published if story.dated else None
    has_amp = "amp" in (spec.feed_link, spec.front_link)
    amp = f'<link rel="amphtml" href="{press.base}{amp_path(press.path(story))}">'
    make = _DATA.get(spec.template, news_article)
    return furniture(press) | {
        "title": escape(story.title),
        "dek": escape(story.dek),
        "canonical": escape(press.url(story)),
        "amp_link": amp if has_amp else "",
        "image": f"{press.base}/img/{story.slug}.png",
        "caption": escape(f"{story.title}. {press.labels['photo']}: {spec.name}"),
        "byline": escape(", ".join(signed_by(story))),
        "author_links": _author_links(press, story),
        "credit": escape(
            press.labels["credit"].format(agency=story.agency) if story.agency else ""
        ),
        "date_iso": press.iso(published),
        "date_text": escape(press.visible(published)),
        "modified_iso": press.iso(story.modified or published),
        "updated": _updated(press, story),
        "section": escape(spec.sections.get(story.section, "")),
        "section_url": f"{press.base}/{story.section}/",
        "tags": "".join(
            f'<a rel="tag" href="/tag/{escape(t)}">{escape(t)}</a> ' for t in story.tags
        ),
        "tag_list": escape(", ".join(story.tags)),
        "body": to_html(opening),
        "body_divs": _as_divs(opening),
        "body_halved": _halved(press, opening, others),
        "wall": {"teaser": _wall, "metered": _meter}.get(story.access, _no_wall)(press),
        "related": _related(press, story, others),
        "jsonld": in_script(make(press, story)),
        "next_data": in_script(next_data(press, story)) if spec.template == "next" else "",
    }


def _updated(press: Press, story: DemoStory) -> str:
    """The second date of a changed story, as readers see it."""
    if story.modified is None:
        return ""
    text = f"{press.labels['updated']} {press.visible(story.modified)}"
    return f'<span class="updated">{escape(text)}</span>'


def _author_links(press: Press, story: DemoStory) -> str:
    return ", ".join(
        f'<a rel="author" href="{press.base}/author/{number}">{escape(name)}</a>'
        for number, name in enumerate(signed_by(story), start=11)
    )


def _related(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> str:
    near = [other for other in others if other.slug != story.slug and other.kind != "not-article"]
    return "".join(
        f'<li><a href="{escape(press.url(other))}">{escape(other.title)}</a>'
        f"<p>{escape(other.dek)}</p></li>"
        for other in near[:_RELATED]
    )


def _as_divs(blocks: Sequence[StoryBlock]) -> str:
    """Paragraphs the old way: text parted by line breaks in one div, subheads in bold."""
    parts = []
    for block in blocks:
        if block.kind == "heading":
            parts.append(f"<b>{inline_html(block.lines[0])}</b><br><br>")
        elif block.kind == "paragraph":
            parts.append(f"{inline_html(block.lines[0])}<br><br>")
        else:
            parts.append(to_html((block,)))
    return "\n".join(parts)


def _halved(press: Press, blocks: Sequence[StoryBlock], others: Sequence[DemoStory]) -> str:
    """The body with an "also read" link and an advertisement in its middle."""
    middle = max(1, len(blocks) // 2)
    also = next((other for other in reversed(others) if other.kind == "article"), None)
    link = (
        f'<p class="also-read"><strong>{escape(press.labels["also_read"])}:</strong> '
        f'<a href="{escape(press.url(also))}">{escape(also.title)}</a></p>'
        if also
        else ""
    )
    advert = f'<div class="ad-slot">{escape(press.labels["ad"])}</div>'
    first, second = tuple(blocks[:middle]), tuple(blocks[middle:])
    return "\n".join((to_html(first), link, advert, to_html(second)))


def _no_wall(press: Press) -> str:
    return ""


def _meter(press: Press) -> str:
    """What a metered page says below a story it still shows whole."""
    labels = press.labels
    return (
        f'<div class="meter-note"><p>{escape(labels["meter"])}</p>'
        f'<a href="/subscribe">{escape(labels["wall_yes"])}</a></div>'
    )


def _wall(press: Press) -> str:
    labels = press.labels
    return (
        '<div class="subscribers-only"></div><div class="paywall-prompt" role="dialog">'
        f"<h3>{escape(labels['wall'])}</h3>"
        f'<p>{escape(labels["wall_text"])}</p><a href="/subscribe">{escape(labels["wall_yes"])}</a>'
        f'<a href="/account/login">{escape(labels["login"])}</a></div>'
    )


def list_page(
    press: Press, stories: Sequence[DemoStory], section: str = "", number: int = 1
) -> SiteReply:
    """Page `number` (from 1) of the stories of a section, or of the whole site when "".

    stories: all that belong there, newest first.
    """
    size = press.spec.per_page
    shown = stories[(number - 1) * size : number * size]
    make = {"cards": _card, "list": _line}[press.spec.front]
    values = furniture(press) | {
        "heading": escape(press.spec.sections.get(section, press.spec.tagline)),
        "items": "\n".join(make(press, story) for story in shown),
        **_pager(press, section, number, len(stories) > number * size),
    }
    newest = max((story.modified or story.published for story in shown), default=press.now)
    return html_reply(template("front").substitute(values), modified=newest)


def pages_of(press: Press, stories: Sequence[DemoStory]) -> int:
    """How many list pages the stories fill."""
    return max(1, -(-len(stories) // press.spec.per_page))


def list_path(section: str, number: int = 1) -> str:
    """Where a list page lives."""
    start = f"/{section}/" if section else "/"
    return start if number == 1 else f"{start}page/{number}/"


def _pager(press: Press, section: str, number: int, more: bool) -> dict[str, str]:
    if not more:
        return {"next_head": "", "next_link": ""}
    url = press.base + list_path(section, number + 1)
    return {
        "next_head": f'<link rel="next" href="{url}">',
        "next_link": f'<a class="next" rel="next" href="{url}">{press.labels["more"]}</a>',
    }


def _shown_date(press: Press, story: DemoStory) -> str:
    return escape(press.visible(story.published)) if story.dated else ""


def _card(press: Press, story: DemoStory) -> str:
    link = escape(press.link(story, press.spec.front_link))
    return (
        f'<article class="card"><a href="{link}"><img src="{press.base}/img/{story.slug}.png" '
        f'alt="" width="320"><h3>{escape(story.title)}</h3></a><p>{escape(story.dek)}</p>'
        f'<span class="meta">{escape(", ".join(signed_by(story)))} · {_shown_date(press, story)}'
        "</span></article>"
    )


def _line(press: Press, story: DemoStory) -> str:
    link = escape(press.link(story, press.spec.front_link))
    return (
        f'<li class="news-line"><a href="{link}" title="{escape(story.title)}">'
        f"{escape(story.title)}</a><em>{_shown_date(press, story)}</em></li>"
    )


_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 0>>endobj\n"
)


def not_an_article(press: Press, story: DemoStory, others: Sequence[DemoStory]) -> SiteReply:
    """The answer behind the link of a story whose `reason` says what is there instead."""
    if story.reason == "list-page":
        return list_page(press, others)
    if story.reason == "not-html":
        return SiteReply(body=_PDF + b"%%EOF\n", content_type="application/pdf")
    if story.reason == "empty":
        return html_reply("")
    forms = {"login": _login(press), "consent-wall": _consent(press)}
    return wall(press, story.title, forms.get(story.reason, ""))


def wall(press: Press, title: str, inner: str, status: int = 200) -> SiteReply:
    """A short page of the site with a heading and a few words."""
    labels = press.labels
    texts = {"title": escape(title), "inner": inner or f"<p>{escape(labels['not_found'])}</p>"}
    return html_reply(template("wall").substitute(furniture(press) | texts), status=status)


def _login(press: Press) -> str:
    labels = press.labels
    return (
        f'<form method="post" action="/account/login"><label>{escape(labels["email"])}'
        '<input type="email" name="email"></label><input type="password" name="password">'
        f"<button>{escape(labels['login'])}</button></form><p>{escape(labels['wall_text'])}</p>"
    )


def _consent(press: Press) -> str:
    labels = press.labels
    return (
        f'<div id="cmp" role="dialog"><p>{escape(labels["consent_long"])}</p>'
        f"<button>{escape(labels['consent_yes'])}</button>"
        f"<button>{escape(labels['consent_no'])}</button></div>"
    )
