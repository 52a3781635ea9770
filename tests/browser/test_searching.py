"""Searching on the page in Chromium: words, filters, counts, address, stories."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.samples import DAY_S, about, articles

pytestmark = pytest.mark.browser


def test_typing_finds_and_marks_words(open_page: OpenPage) -> None:
    reader = open_page()
    reader.total("72 articles")

    reader.type("hollandaise")

    reader.total("1 article")
    assert reader.headlines() == ["Quantum networking gets its first commercial customer"]
    expect(reader.hit("Quantum").locator("mark")).to_have_text("hollandaise")


def test_words_with_fields_are_shown_as_they_were_read_and_each_has_its_way_out(
    open_page: OpenPage,
) -> None:
    reader = open_page()

    reader.type('region:Europe -"two nanometres" topic:nosuchthing')

    read = reader.page.locator("#understood")
    expect(read.locator(".chip")).to_have_count(2)
    expect(read.locator(".note")).to_contain_text("topic:nosuchthing was left out")
    expected = articles(
        lambda document: (
            about("regions.lvl0", "Europe")(document)
            and "two nanometres" not in document["title"] + document["text"]
        )
    )
    assert 0 < expected < articles(about("regions.lvl0", "Europe"))
    reader.total(f"{expected} articles")

    read.get_by_role("button", name="region: Europe").click()

    expect(read.locator(".chip")).to_have_count(1)
    expect(reader.page.locator("#query")).to_have_value('-"two nanometres" topic:nosuchthing')


def test_a_facet_narrows_the_hits_and_the_other_facets_counts(open_page: OpenPage) -> None:
    reader = open_page()
    before = reader.counts("topic")
    assert before["Semiconductors"] == articles(about("topics.lvl0", "Semiconductors"))

    reader.choose("region", "Europe")

    expect(reader.value("topic", "Semiconductors").locator(".count")).not_to_have_text(
        str(before["Semiconductors"])
    )
    inside = articles(
        lambda document: (
            about("topics.lvl0", "Semiconductors")(document)
            and about("regions.lvl0", "Europe")(document)
        )
    )
    assert reader.count("topic", "Semiconductors") == inside
    assert reader.chips() == ["Europe"]


def test_choices_within_a_facet_join_by_or_and_leave_its_own_counts(open_page: OpenPage) -> None:
    reader = open_page()
    before = reader.counts("source")

    reader.choose("source", "Bay Wire")
    reader.total(f"{before['Bay Wire']} articles")
    reader.choose("source", "Berlin Bytes")

    reader.total(f"{before['Bay Wire'] + before['Berlin Bytes']} articles")
    assert reader.counts("source") == before


def test_choices_in_two_facets_join_by_and(open_page: OpenPage) -> None:
    reader = open_page()
    reader.choose("topic", "Policy")
    reader.choose("language", "English")

    expected = articles(
        lambda document: about("topics.lvl0", "Policy")(document) and document["language"] == "en"
    )
    reader.total(f"{expected} articles")


def test_places_of_different_levels_join_by_or(open_page: OpenPage) -> None:
    reader = open_page("?region=Europe&region=Asia+%3E+Japan")

    expected = articles(
        lambda document: (
            about("regions.lvl0", "Europe")(document)
            or about("regions.lvl1", "Asia > Japan")(document)
        )
    )
    expect(reader.page.locator(".stats")).to_contain_text(f"{expected} ")
    assert sorted(reader.chips()) == ["Europe", "Japan"]


def test_a_part_chosen_replaces_the_whole_it_lies_in(open_page: OpenPage) -> None:
    reader = open_page("?region=Asia")
    reader.page.get_by_role("button", name="Show what lies in Asia").click()

    reader.choose("region", "China")

    expect(reader.page.locator(".chip")).to_have_text(["China ×"])


def test_a_source_is_found_within_its_facet(open_page: OpenPage) -> None:
    reader = open_page()

    reader.page.get_by_placeholder("Find in Source").fill("lag")

    expect(reader.facet("source").locator(".name")).to_have_text(["Lagos Ledger"])


def test_the_last_day_leaves_what_is_older_out(open_page: OpenPage) -> None:
    reader = open_page()
    reader.page.get_by_role("button", name="Last day").click()

    since = time.time() - DAY_S
    expected = articles(lambda document: (document["published_at"] or 0) >= since)
    expect(reader.page.locator(".stats")).to_contain_text(f"{expected} articles")
    reader.page.wait_for_url(re.compile("since=1d"))


def test_dragging_over_the_days_chooses_them_and_keeps_all_bars(open_page: OpenPage) -> None:
    reader = open_page()
    histogram = reader.page.locator(".histogram")
    expect(histogram).to_be_visible()
    bars = histogram.locator(".day").count()
    box = histogram.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2

    reader.page.mouse.move(box["x"] + box["width"] * 0.2, middle)
    reader.page.mouse.down()
    reader.page.mouse.move(box["x"] + box["width"] * 0.5, middle, steps=4)
    reader.page.mouse.up()

    reader.page.wait_for_url(re.compile(r"from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d"))
    expect(reader.page.locator(".chip")).to_have_count(1)
    assert histogram.locator(".day").count() == bars
    assert 0 < histogram.locator(".day.in").count() < bars
    assert histogram.locator(".out .bar-of-day").count() > 0


def test_an_own_range_of_days_is_a_choice_too(open_page: OpenPage) -> None:
    reader = open_page()
    day = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 10 * DAY_S))

    reader.page.get_by_label("To", exact=True).fill(day)

    reader.page.wait_for_url(re.compile(f"to={day}"))
    expect(reader.page.locator(".chip")).to_contain_text("until")


def test_funding_is_chosen_by_amount(open_page: OpenPage) -> None:
    reader = open_page()
    reader.page.locator("summary", has_text="Funding amount").click()
    reader.page.get_by_role("button", name="≥ $10M").click()

    expected = articles(lambda document: (document["funding_usd"] or 0) >= 10_000_000)
    reader.total(f"{expected} articles")


def test_a_shared_address_opens_the_same_search(open_page: OpenPage) -> None:
    first = open_page("?q=chips&topic=Semiconductors&language=es&since=30d&sort=newest")
    second = open_page(first.page.url.removeprefix(first.url).removeprefix("/"))

    assert second.chips() == first.chips() == ["Semiconductors", "Spanish", "Last month"]
    assert second.headlines() == first.headlines() != []
    assert second.page.get_by_label("Order").input_value() == "newest"
    assert second.page.get_by_role("searchbox", name="Search the news").input_value() == "chips"


def test_the_page_names_the_feeds_of_the_search(open_page: OpenPage) -> None:
    reader = open_page("?q=chips&topic=Semiconductors&sort=newest")

    found = reader.page.locator("link[rel=alternate]")
    search = "q=chips&topic=Semiconductors"
    addresses = [link.get_attribute("href") for link in found.all()]
    assert addresses == [
        f"feed.xml?{search}",
        f"feed.xml?{search}&format=atom",
        f"feed.json?{search}",
    ]


def test_the_back_button_goes_back_through_the_search(open_page: OpenPage) -> None:
    reader = open_page()
    reader.choose("topic", "Policy")
    reader.page.wait_for_url(re.compile("topic=Policy"))
    reader.type("models")
    reader.page.wait_for_url(re.compile("q=models"))

    reader.page.go_back()
    expect(reader.page.get_by_role("searchbox", name="Search the news")).to_have_value("")
    assert reader.chips() == ["Policy"]

    reader.page.go_back()
    reader.total("72 articles")
    assert reader.chips() == []


def test_a_story_unfolds_into_its_other_copies(open_page: OpenPage) -> None:
    reader = open_page("?q=nagare+sensor")
    story = reader.hit("buys Nagare")

    story.get_by_role("button", name="also in 4 outlets").click()

    expect(story.locator(".copies li")).to_have_count(4)
    assert len(set(story.locator(".copies .source").all_inner_texts())) == 4


def test_all_copies_can_be_listed(open_page: OpenPage) -> None:
    reader = open_page("?q=%22buys+Nagare%22")
    expect(reader.page.locator(".hit")).to_have_count(1)

    reader.page.get_by_label("Copies").select_option("allCopies")

    expect(reader.page.locator(".hit")).to_have_count(5)
    reader.page.wait_for_url(re.compile("copies=all"))


def test_newest_first_orders_by_time(open_page: OpenPage) -> None:
    reader = open_page("?q=chips&sort=newest")

    times = [
        element.get_attribute("datetime") or ""
        for element in reader.page.locator(".byline time").all()
    ]
    assert times == sorted(times, reverse=True)
    assert len(times) > 2


def test_more_hits_come_when_asked_for(open_page: OpenPage) -> None:
    reader = open_page()
    expect(reader.page.locator(".hit")).to_have_count(20)

    reader.page.get_by_role("button", name="Show more").last.click()

    expect(reader.page.locator(".hit")).to_have_count(40)


def test_a_filter_leaves_by_its_chip(open_page: OpenPage) -> None:
    reader = open_page("?topic=Policy&language=en")

    reader.page.get_by_role("button", name="Remove the filter Policy").click()
    expect(reader.page.locator(".chip")).to_have_text(["English ×"])

    reader.page.get_by_role("button", name="Remove the filter English").click()
    reader.total("72 articles")


def test_a_tag_of_a_hit_becomes_a_filter(open_page: OpenPage) -> None:
    reader = open_page("?q=quantum+networking")

    reader.hit("Quantum").get_by_role("button", name="Hangzhou").click()

    expect(reader.page.locator(".chip")).to_have_text(["Hangzhou ×"])


def test_an_empty_result_explains_itself_and_offers_a_way_out(open_page: OpenPage) -> None:
    reader = open_page("?q=hollandaise&topic=Policy&region=Europe&since=7d")
    empty = reader.page.locator(".empty")
    expect(empty.get_by_role("listitem")).to_contain_text(
        ["With “Last week” alone 1 article", "Without any filter 1 article", "Berlin Bytes"]
    )
    # Berlin Bytes, of Germany, is silent
    expect(empty).to_contain_text("Berlin Bytes: silent")

    empty.get_by_role("button", name="Without any filter").click()

    reader.total("1 article")
