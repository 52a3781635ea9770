"""Whether an element of a page belongs to its story, or to other stories, comments, the frame."""

import re

from lxml import html

NOT_THE_STORY = re.compile(
    r"comment|leserbrief|related|sidebar|footer|copyright|(?<!elementor-)widget|teaser|recent|popular|"
    r"latest|calendar|upcoming|carousel|more-|ticker|recommend|navi|menu|aside|trending|nextprev|"
    r"cookie|breadcrumb|archive|similar|slider|event-?list|embed|tweet|(?<!v)card(?:$|[\s_-])|"
    r"(?:^|[\s_-])(?:nav|reply|replies|listing|(?<!icon-)list-?item|feed|rail|promo)(?:$|[\s_-])",
    re.I,
)  # fmt: skip
OTHER_STORIES = re.compile(
    r"related|recommend|popular|latest|trending|tweet|menu|carousel|ticker|calendar|upcoming|embed|"
    r"event-?list|recent|similar|(?:^|[\s_-])repl(?:y|ies)(?:$|[\s_-])",
    re.I,
)
STORY_FOOTER = re.compile(
    r"(?:article|post|entry|asset|node|story|content)[_-]{0,2}(?:footer|meta|info)|text_meta|"
    r"(?:news|article|post)-?single",
    re.I,
)
MARGIN = re.compile("footer|side-?bar|aside", re.I)

_SKIPPED = frozenset(("footer", "aside", "nav", "form", "select", "button", "blockquote"))
_MARGINS = frozenset(("aside", "nav", "button", "footer"))


def inside_other(
    element: html.HtmlElement,
    around_headline: frozenset[html.HtmlElement] = frozenset(),
    *,
    told: bool = False,
    in_head: bool = False,
) -> bool:
    """Within a page footer, a comment, a list of other stories.

    around_headline: elements that hold the headline; what stands beside it there belongs to it.
    told: the element says itself what it is (the day of publication, the author), which counts in
        a margin as well.
    in_head: it stands by the headline; only what surely is another story's is refused.
    """
    others = OTHER_STORIES if in_head else NOT_THE_STORY
    for depth, parent in enumerate(element.iterancestors()):
        if parent in around_headline:
            return False
        name = f"{parent.get('class') or ''} {parent.get('id') or ''}"
        own = parent.tag in ("footer", "aside") and (told or _articles_own(parent))
        if STORY_FOOTER.search(name) or own:
            continue
        if parent.tag in _SKIPPED and not (in_head and parent.tag in _MARGINS):
            return True
        if (
            depth < 6
            and parent.tag not in ("body", "html", "main", "article")
            and others.search(MARGIN.sub("", name) if told else name)
        ):
            return True
    return False


def _articles_own(element: html.HtmlElement) -> bool:
    """Of an article, not of the page."""
    return element.tag == "footer" and next(element.iterancestors("article"), None) is not None
