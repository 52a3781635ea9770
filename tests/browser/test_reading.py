"""Reading the page in Chromium: hostile words, small windows, keyboard, languages, views, axe."""

import gzip
import re

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from indexer.web.app import STATIC, create_app
from tests.browser.conftest import OpenPage
from tests.browser.reading import AXE
from tests.browser.samples import HOSTILE_TITLE, about, articles
from tests.indexer.web.loopback import closed_address, running

pytestmark = pytest.mark.browser


def test_a_hostile_headline_is_text(open_page: OpenPage) -> None:
    reader = open_page("?q=chips&since=1d&copies=all")

    assert HOSTILE_TITLE in reader.headlines()
    assert reader.page.evaluate("window.hit") is None
    assert reader.page.title() == "chips · techwire"
    assert reader.page.locator(".hit script, .hit img").count() == 0


def test_an_address_that_is_no_web_address_is_no_link(open_page: OpenPage) -> None:
    reader = open_page("?q=%22must+not+run%22")

    expect(reader.page.locator(".headline")).to_have_text(["A link that must not run"])
    assert reader.page.locator("a.headline").count() == 0


def test_hostile_words_in_the_address_are_text(open_page: OpenPage) -> None:
    reader = open_page(
        "?q=%3Cimg+src%3Dx+onerror%3D%22window.hit%3D1%22%3E&source=%22+OR+id+EXISTS"
    )

    expect(reader.page.locator(".empty")).to_be_visible()
    assert reader.page.evaluate("window.hit") is None


def test_an_article_without_a_date_says_so(open_page: OpenPage) -> None:
    reader = open_page("?q=%22without+a+date%22")

    expect(reader.hit("without a date")).to_contain_text("no date")


def test_the_exact_time_and_its_evidence_show_on_hover(open_page: OpenPage) -> None:
    reader = open_page("?q=quantum+networking")

    evidence = reader.hit("Quantum").locator("time").get_attribute("title") or ""
    assert re.search(r"\b20\d\d\b", evidence)
    assert "The page says: as written" in evidence


def test_arabic_runs_from_right_to_left(open_page: OpenPage) -> None:
    reader = open_page("?language=ar")

    direction = "element => getComputedStyle(element).direction"
    for part in (".hit h2", ".hit .byline", ".hit .tags"):
        assert reader.page.locator(part).evaluate(direction) == "rtl", part


@pytest.mark.parametrize(
    ("width", "letters"), [(360, "100%"), (320, "100%"), (1280, "200%"), (640, "200%")]
)
def test_nothing_is_cut_off_on_a_phone_or_with_large_letters(
    open_page: OpenPage, width: int, letters: str
) -> None:
    reader = open_page(width=width, height=740)
    reader.page.evaluate(f"document.documentElement.style.fontSize = '{letters}'")

    assert not reader.overflows()
    for view in ("Where", "Trends", "Coverage"):
        reader.page.get_by_role("link", name=view).click()
        expect(reader.page.locator("#view:not([aria-busy])")).to_be_visible()
        assert not reader.overflows(), view


def test_a_phone_shows_its_filters_when_asked(open_page: OpenPage) -> None:
    reader = open_page(width=360, height=740)
    assert not reader.facet("topic").is_visible()

    reader.page.get_by_role("button", name="Filters").click()
    way_out = reader.page.locator(".close-filters")
    expect(way_out).to_be_focused()
    reader.choose("topic", "Policy")
    policy = articles(about("topics.lvl0", "Policy"))
    expect(way_out).to_have_text(f"Show {policy} articles")
    expect(reader.page.get_by_label("Page language")).to_be_visible()
    reader.page.keyboard.press("Escape")

    assert not reader.facet("topic").is_visible()
    expect(reader.page.locator(".chip")).to_have_text(["Policy ×"])


def test_the_keyboard_alone_is_enough(open_page: OpenPage) -> None:
    reader = open_page()
    keyboard = reader.page.keyboard
    keyboard.press("/")
    keyboard.type("chips nanometres")
    expect(reader.page.locator(".hit mark").first).to_be_visible()

    keyboard.press("ArrowDown")
    keyboard.press("ArrowDown")
    links = reader.page.locator("a.headline")
    expect(links.nth(1)).to_be_focused()
    keyboard.press("ArrowUp")
    expect(links.nth(0)).to_be_focused()

    keyboard.press("Escape")
    expect(reader.page.get_by_role("searchbox", name="Search the news")).to_be_focused()


def test_a_choice_made_by_keyboard_keeps_the_focus(open_page: OpenPage) -> None:
    reader = open_page()
    box = reader.value("topic", "Policy").locator("input")
    box.focus()
    reader.page.keyboard.press("Space")

    expect(reader.page.locator(".chip")).to_have_text(["Policy ×"])
    expect(reader.value("topic", "Policy").locator("input")).to_be_focused()


@pytest.mark.parametrize(
    ("locale", "total", "label", "place"),
    [
        ("zh-CN", "72 篇文章", "搜索新闻", "欧洲"),
        ("es-MX", "72 artículos", "Buscar en las noticias", "Europa"),
    ],
)
def test_the_page_speaks_its_readers_language(
    open_page: OpenPage, locale: str, total: str, label: str, place: str
) -> None:
    reader = open_page(locale=locale)

    reader.total(total)
    expect(reader.page.get_by_role("searchbox", name=label)).to_be_visible()
    expect(reader.value("region", place)).to_be_visible()
    assert reader.page.locator("html").get_attribute("lang") == locale[:2]


def test_colours_follow_the_system_and_the_readers_choice(open_page: OpenPage) -> None:
    reader = open_page(colours="dark")
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    dark = reader.page.evaluate(ground)

    reader.page.get_by_label("Colours").select_option("light")
    light = reader.page.evaluate(ground)
    reader.page.reload()

    assert dark != light == reader.page.evaluate(ground)


def test_the_grid_leads_from_topic_and_place_to_the_news(open_page: OpenPage) -> None:
    reader = open_page("?view=grid")
    cell = reader.page.get_by_role("button", name=re.compile("^Policy, Europe: "))
    told = re.search(r": (\d+) article", cell.get_attribute("aria-label") or "")
    assert told is not None

    cell.click()

    expect(reader.page.locator(".chip")).to_have_text(["Policy ×", "Europe ×"])
    expect(reader.page.locator(".hit")).to_have_count(int(told[1]))


def test_trends_name_what_rises(open_page: OpenPage) -> None:
    reader = open_page("?view=trends")
    companies = reader.page.locator(".trends section").filter(has_text="Company").locator("li")
    expect(companies.first).to_contain_text("Ferro Semi")

    companies.first.get_by_role("button").click()

    expect(reader.page.locator(".chip")).to_have_text(["Ferro Semi ×"])


def test_coverage_tells_who_is_heard_and_who_is_not(open_page: OpenPage) -> None:
    reader = open_page("?view=coverage")

    expect(reader.page.locator(".coverage > p")).to_contain_text("6 sources: 4 heard")
    row = reader.page.get_by_role("row").filter(has_text="Berlin Bytes")
    expect(row).to_contain_text("silent")
    expect(row).to_contain_text("Germany")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_no_serious_fault(open_page: OpenPage, colours: str) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is absent: pip install -e . in the checkout brings it")
    reader = open_page("?q=chips&topic=Semiconductors", colours=colours)
    expect(reader.page.locator(".hit").first).to_be_visible()
    assert reader.faults() == []

    for view in ("Where", "Trends", "Coverage"):
        reader.page.get_by_role("link", name=view).click()
        expect(reader.page.locator("#view:not([aria-busy])")).to_be_visible()
        assert reader.faults() == [], view


def test_newer_stories_wait_until_the_reader_wants_them(open_page: OpenPage) -> None:
    newest = ["a", "b"]

    def answer(route: Route) -> None:
        if '"attributesToRetrieve":["id"]' not in (route.request.post_data or ""):
            return route.fallback()
        return route.fulfill(json={"results": [{"hits": [{"id": name} for name in newest]}]})

    def before(page: Page) -> None:
        page.clock.install()
        page.route("**/api/multi-search", answer)

    reader = open_page(before=before)
    fresh = reader.page.locator(".fresh")
    with reader.page.expect_response("**/api/multi-search"):
        reader.page.clock.run_for(61_000)
    expect(fresh).to_have_count(0)

    newest.insert(0, "c")
    reader.page.clock.run_for(61_000)
    expect(fresh).to_have_text("Show 1 newer story")

    fresh.click()
    expect(fresh).to_have_count(0)


def test_the_page_comes_back_by_itself(open_page: OpenPage) -> None:
    reader = open_page(before=lambda page: page.clock.install())
    down = {"message": "down", "code": "search_server_down", "type": "system", "link": ""}
    reader.page.route("**/api/**", lambda route: route.fulfill(status=503, json=down))
    reader.type("chips")
    notice = reader.page.locator("#notice")
    expect(notice).to_contain_text("tries again by itself")

    reader.page.unroute("**/api/**")
    reader.page.clock.run_for(5_000)

    expect(notice).to_be_hidden()
    expect(reader.page.locator(".hit mark").first).to_be_visible()
    reader.complaints.clear()  # the search library tells the console of the failure


def test_the_script_of_the_page_stays_small() -> None:
    if not STATIC.is_dir():
        pytest.skip("the page is not built: pip install -e . in the checkout")
    scripts = STATIC.joinpath("assets").glob("*.js")
    packed = sum(len(gzip.compress(script.read_bytes())) for script in scripts)

    assert packed < 120_000


def test_a_search_server_that_is_down_is_told_calmly(browser: Browser) -> None:
    app = create_app(meili_url=closed_address(), search_key=None, index="news")
    with running(app) as url:
        page = browser.new_page()
        page.goto(url)
        expect(page.locator("#notice")).to_contain_text("tries again by itself")
        page.close()
