"""Stories as people read them: an HTML page, Markdown, plain text. Pure.

Every text is a stranger's and is escaped; the page holds no script, loads nothing, fits a phone.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from indexer.alerts.alert import at
from indexer.alerts.story import AlertStory

# Markdown's own signs; & where it begins an entity; what makes a list or heading at a line's start
_MARKDOWN = re.compile(r"[\\`*_\[\]<>|~]|&(?=[#\w])|^[-+=#]|(?<=\d)[.)](?=\s)")
_STYLE = """
body{font:16px/1.5 system-ui,sans-serif;color:#1b1b1b;background:#fff;margin:0 auto;
max-width:44rem;padding:1rem;overflow-wrap:anywhere}
h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.1rem;margin:1.6rem 0 .4rem;
border-bottom:1px solid #ccc}
ol,ul{padding-inline-start:1.4rem}li{margin:.8rem 0}li a{color:#0b4f9e;font-weight:600;
text-decoration:none}p{margin:.15rem 0}.facts{color:#595959;font-size:.85rem}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}li a{color:#8ab8f0}
.facts{color:#a6a6a6}h2{border-color:#444}}
""".replace("\n", "")
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="facts">{subtitle}</p>
{sections}
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some stories under a heading; "" for none."""

    heading: str
    stories: Sequence[AlertStory]


def html_page(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """A whole page."""
    body = "\n".join(_html_section(section) for section in sections)
    return _PAGE.format(title=escape(title), subtitle=escape(subtitle), style=_STYLE, sections=body)


def markdown(title: str, subtitle: str, sections: Sequence[Section]) -> str:
    """The same as Markdown."""
    lines = [f"# {_plain_markdown(title)}", "", _plain_markdown(subtitle), ""]
    for section in sections:
        if section.heading:
            lines += [f"## {_plain_markdown(section.heading)}", ""]
        for number, story in enumerate(section.stories, start=1):
            name = _plain_markdown(story.title)
            link = f"[{name}](<{_safe_url(story.url)}>)" if story.url else f"**{name}**"
            lines += [f"{number}. {link}  ", f"   {_plain_markdown(facts(story))}"]
            if story.summary:
                lines[-1] += "  "
                lines.append(f"   {_plain_markdown(story.summary)}")
        lines.append("")
    return "\n".join(lines)


def plain_text(title: str, sections: Sequence[Section]) -> str:
    """The same for a mail program that shows text alone."""
    lines = [title, ""]
    for section in sections:
        if section.heading:
            lines += [section.heading, "-" * min(len(section.heading), 70), ""]
        for story in section.stories:
            lines += [story.title, facts(story), story.summary, _safe_url(story.url), ""]
    return "\n".join(lines)


def facts(story: AlertStory) -> str:
    """Who told it when, what about and where, in one line."""
    when = at(story.published_at).strftime("%Y-%m-%d %H:%M UTC") if story.published_at else ""
    shared = f"in {story.outlets} outlets" if story.outlets > 1 else ""
    parts = (story.source_name, when, shared, ", ".join(story.topics), ", ".join(story.places))
    return " · ".join(part for part in parts if part)


def _html_section(section: Section) -> str:
    heading = f"<h2>{escape(section.heading)}</h2>\n" if section.heading else ""
    return heading + "<ol>\n" + "\n".join(map(_html_story, section.stories)) + "\n</ol>"


def _html_story(story: AlertStory) -> str:
    title = f"<bdi>{escape(story.title)}</bdi>"
    if story.url:
        title = f'<a href="{escape(_safe_url(story.url))}" rel="noopener noreferrer">{title}</a>'
    language = f' lang="{escape(story.language)}"' if story.language else ""
    summary = f'\n<p{language} dir="auto">{escape(story.summary)}</p>' if story.summary else ""
    return (
        f'<li>\n<p{language} dir="auto">{title}</p>\n'
        f'<p class="facts">{escape(facts(story))}</p>{summary}\n</li>'
    )


def _plain_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", text)


def _safe_url(url: str) -> str:
    """An address without what ends a link in Markdown or breaks a line."""
    return re.sub(r"[\s<>\\]", lambda found: "".join(f"%{b:02X}" for b in found[0].encode()), url)
