"""Front and section pages: lists of stories with navigation and, where long, further pages."""

from collections.abc import Sequence
from html import escape

from crawler.demo.pages import furniture, template
from crawler.demo.press import Press
from crawler.demo.reply import SiteReply, html_reply
from crawler.demo.story import DemoStory, signed_by


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
