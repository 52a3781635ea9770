"""The same three stories in every order and markup that a card's header may have."""

from datetime import UTC, datetime
from itertools import product

import pytest

from tests.crawler.extraction.aggregators.stories import (
    CABLES,
    CABLES_TEXT,
    CHIPS,
    CHIPS_TEXT,
    ROBOTS,
    ROBOTS_TEXT,
    stories_of,
)

STORIES = [
    (CHIPS, CHIPS_TEXT, "Bloomberg", "17 hours ago"),
    (ROBOTS, ROBOTS_TEXT, "Straits Times", "12 minutes ago"),
    (CABLES, CABLES_TEXT, "The Business Times", "an hour ago"),
]
CREDITS = {
    "glued": "<div><span>{name}</span><span>{ago}</span></div>",
    "name above time": "<div>{name}</div><div><i>time</i>{ago}</div>",
    "icon alone": "<div>{name}</div><div><div>time</div><div>{ago}</div></div>",
    "name again": "<p>{name}</p><p><i>schedule</i>{ago}</p><ul><li>• Tech</li></ul><p>{name}</p>",
    "category between": "<div>{name}</div><div>time{ago}</div><div>Tech</div><div>{name}</div>",
    "bullets": "<span>{name}</span> · <span>{ago}</span>",
    "time above name": "<div>{ago}</div><div>{name}</div>",
    "links": "<a href='https://p.example/'>{name}</a><a>{ago}</a>",
    "glued and again": "<div>{name}<small>time{ago}</small></div><p>• AI</p><p>{name}</p>",
}
TITLES = {
    "twice before": "<div>{title}</div><h3>{title}</h3>{credit}",
    "linked twice": "<a href='/s/1'><div>{title}</div></a><a href='/s/1'>{title}</a>{credit}",
    "before and after": "<h3>{title}</h3>{credit}<h4>{title}</h4>",
    "three times": "<div>{title}</div><div>{title}</div>{credit}<div>{title}</div>",
    "after": "{credit}<h3>{title}</h3><div>{title}</div>",
}
WRAPS = {
    "flat": "{head}{body}",
    "card": "<article>{head}{body}</article>",
    "apart": "<div><div>{head}</div></div><div>{body}</div>",
    "deep": "<div><div><div>{head}</div><div><section>{body}</section></div></div></div>",
}
BODY = """<p>{0}</p><p>Sign Up Sign Up</p><p>{1}</p><h4>Top stories</h4>
<p>Swipe. Select. Stay informed.</p><ul><li><a>Rain in the north today</a></li></ul><p>{2}</p>
<p>#tech #ai</p><div>Try Our AI Features</div><div>Explore what Hub AI can do with it</div>
<div>No comments yet</div>"""


@pytest.mark.parametrize("wrap", WRAPS.values(), ids=WRAPS)
@pytest.mark.parametrize("credit", CREDITS.values(), ids=CREDITS)
def test_stories_come_apart_whatever_the_order_of_their_headers(credit, wrap):
    for titles, separate in product(TITLES.values(), (True, False)):
        cards = []
        for title, text, name, ago in STORIES:
            head = titles.format(title=title, credit=credit.format(name=name, ago=ago))
            body = BODY.format(*text) if separate else f"<div>{'<br><br>'.join(text)}</div>"
            cards.append(wrap.format(head=head, body=body))
        page = (
            f"<title>{CHIPS} | Hub</title><body><div>Hub</div>{cards[0]}<h2>Related Articles</h2>"
            f"{cards[1]}{cards[2]}<footer>© Hub</footer>"
        )
        stories = stories_of(
            page.encode(),
            url="https://hub.example/story/1",
            fetched_at=datetime(2026, 11, 23, tzinfo=UTC),
        )
        assert [(story.title, story.text, story.publisher) for story in stories] == [
            (title, "\n".join(text), name) for title, text, name, _ in STORIES
        ], titles
        assert all(story.url is None for story in stories)
