from datetime import UTC, datetime, timedelta

from crawler.demo.markup import parse, to_html, to_json, to_text
from crawler.demo.story import age, read_stories

NOW = datetime(2026, 11, 23, 12, 0, 59, tzinfo=UTC)

BODY = """\
First **strong** line
that goes on, 1 < 2.

## A subhead

- one [linked](/r/7)
- two

> "Said."

| a | b |
| 1 | 2 |
"""


def test_markup_becomes_escaped_html() -> None:
    assert to_html(parse(BODY)) == (
        "<p>First <strong>strong</strong> line that goes on, 1 &lt; 2.</p>\n"
        "<h2>A subhead</h2>\n"
        '<ul><li>one <a href="/r/7">linked</a></li><li>two</li></ul>\n'
        '<blockquote><p>"Said."</p></blockquote>\n'
        "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )


def test_markup_becomes_plain_lines() -> None:
    assert to_text(parse(BODY)).split("\n") == [
        "First strong line that goes on, 1 < 2.",
        "A subhead",
        "one linked",
        "two",
        '"Said."',
        "a | b",
        "1 | 2",
    ]


def test_markup_becomes_blocks_for_scripts() -> None:
    kinds = [block["type"] for block in to_json(parse(BODY))]

    assert kinds == ["paragraph", "heading", "list", "quote", "table"]


def test_an_age_counts_days_hours_and_minutes() -> None:
    assert age("2d 4h 5m") == timedelta(days=2, hours=4, minutes=5)


def test_ages_count_back_from_now_to_the_minute() -> None:
    story = read_stories("qiantang-wire", NOW)[0]

    assert story.published == datetime(2026, 11, 23, 6, 40, tzinfo=UTC)


def test_a_copy_is_retitled_reworded_and_cut_but_keeps_its_facts() -> None:
    original = next(s for s in read_stories("lagoon", NOW) if s.slug == "kilimo-pay-seed-round")
    copy = next(s for s in read_stories("deccan", NOW) if s.slug == "kilimopay-harvest-loans")

    assert len(copy.blocks) < len(original.blocks)
    assert "fertiliser" in to_text(original.blocks)
    assert "fertilizer" in to_text(copy.blocks)
    assert (copy.group, copy.agency, copy.topics) == (
        original.group,
        original.agency,
        original.topics,
    )
    assert copy.title != original.title
    assert copy.published > original.published


def test_slugs_are_unique_on_each_site() -> None:
    for site_id in ("bay", "strait", "lagoon", "pauta"):
        slugs = [story.slug for story in read_stories(site_id, NOW)]
        assert len(set(slugs)) == len(slugs)
