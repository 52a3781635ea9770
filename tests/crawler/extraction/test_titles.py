"""The headline as readers see it, and what else the page calls the story."""

import json

import pytest

from crawler.extraction import extract_article
from tests.crawler.extraction.pages import TITLE, extracted, feed_entry, markup, page_of


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle"} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def og(title: str) -> str:
    return f'<meta property="og:title" content="{title}">'


def titled(heading: str, head: str = "") -> str:
    """The title of a page with this markup over its story."""
    return extract_article(page_of(f"<main>{heading}{markup()}</main>", head)).title


SOCIAL = "You will not believe these robots"
SEARCHED = "Laundry robots in Lagos: all you need to know"


@pytest.mark.parametrize(
    "head",
    [
        ld(headline=TITLE) + og(SOCIAL),
        f"<title>{TITLE} | Example News</title>" + og(SOCIAL) + ld(headline=SEARCHED),
        f"<title>{SEARCHED}</title>" + og(TITLE) + ld(headline=SEARCHED),
    ],
)
def test_the_heading_that_a_field_repeats_is_the_title(head):
    assert extracted(head=head).title == TITLE


def test_what_else_the_page_calls_the_story_stands_beside_the_title():
    head = f"<title>{SEARCHED} | News</title>" + og(SOCIAL) + ld(headline=TITLE.upper())
    article = extracted(head=head + '<meta property="og:site_name" content="News">')

    assert article.title == TITLE
    assert article.alternative_titles == (SOCIAL, SEARCHED)
    assert article.evidence["title"] == "h1"


def test_neither_a_cut_off_title_nor_a_badge_makes_another_one():
    head = og(f"{TITLE[:30]}…") + f"<title>{TITLE} | News</title>" + ld(headline=SEARCHED)
    heading = f"<h1><span class='badge'>Exclusive</span> {TITLE}</h1>"
    article = extract_article(page_of(f"<main>{heading}{markup()}</main>", head))

    assert article.title == TITLE
    assert article.alternative_titles == (SEARCHED,)


def test_a_heading_that_only_resembles_the_fields_is_the_title():
    head = og("Robots that fold laundry") + "<title>Robots that fold laundry</title>"

    assert extracted(head=head).title == TITLE


@pytest.mark.parametrize(
    "logo",
    [
        '<h1 class="site-title">The Weekly Fold</h1>',
        '<h1><a href="/">The Weekly Fold</a></h1>',
        '<h1><a href="https://news.example.com">The Weekly Fold</a></h1>',
        "<nav><h1>Menu</h1></nav>",
        "<h1>Blog</h1>",
    ],
)
def test_the_sites_logo_or_menu_is_no_headline(logo):
    head = f"<title>{TITLE} | The Weekly Fold</title>"

    assert titled(f"{logo}<h1>{TITLE}</h1>", head) == TITLE
    assert titled(f"{logo}<h2>Latest issue</h2><h2>{TITLE}</h2>", head) == TITLE


def test_a_heading_of_another_subject_yields_to_what_the_fields_agree_on():
    head = og(TITLE) + f"<title>{TITLE}</title>"

    assert titled("<h1>Market updates</h1>", head) == TITLE


def test_the_only_heading_counts_before_a_title_tag_that_speaks_of_something_else():
    assert titled(f"<h1>{TITLE}</h1>", "<title>Workshop news</title>") == TITLE


def test_the_visible_headline_counts_before_one_for_search_engines_in_the_breadcrumb():
    crumbs = f"<nav><ol><li><h1>{SEARCHED}</h1></li></ol></nav>"
    head = f"<title>{SEARCHED}</title>" + ld(headline=TITLE)

    assert titled(f"{crumbs}<h2>{TITLE}</h2>", head) == TITLE


KICKED = f"<h1><span>Household robots</span> <span>{TITLE}</span></h1>"


def test_a_kicker_in_an_element_of_its_own_stands_or_not_as_in_the_shared_title():
    assert titled(KICKED, og(TITLE)) == TITLE
    assert titled(KICKED, og(f"Household robots: {TITLE}")) == f"Household robots: {TITLE}"


def test_a_kicker_that_calls_itself_so_is_left_out_where_no_field_decides():
    kicked = KICKED.replace("<span>", '<span class="kicker">', 1)

    assert titled(kicked, f"<title>Household robots – {TITLE}</title>") == TITLE


def test_a_kicker_beside_the_heading_is_taken_when_the_structured_headline_has_it():
    kicked = f"Household robots: {TITLE}"

    assert titled(f"<h1>{TITLE}</h1>", ld(headline=kicked) + og(kicked)) == kicked


@pytest.mark.parametrize(
    "heading",
    [f"<h1>23.04.2026 - {TITLE}</h1>", f"<h1><span>3. April 2026</span> {TITLE}</h1>"],
)
def test_a_day_before_the_headline_is_no_part_of_it(heading):
    assert titled(heading, f"<title>{TITLE} - Town of Yaba</title>") == TITLE


def test_marks_where_a_word_may_break_are_no_letters():
    broken = TITLE.replace("laundry", "laun&shy;dry&#8203;")

    assert titled(f"<h1>{broken}</h1>", og(TITLE)) == TITLE


def test_the_feed_decides_between_titles():
    head = ld(headline=TITLE) + og("You will not believe these robots")

    assert extracted(head=head, entry=feed_entry(title=TITLE)).title == TITLE


def test_the_heading_is_no_part_of_the_text_when_the_title_is_another():
    entry = feed_entry(title=SOCIAL)
    article = extracted(head=og(SOCIAL), entry=entry)

    assert article.title == SOCIAL
    assert TITLE not in article.text


def test_a_title_that_another_field_extends_is_the_plainer_one():
    head = og(f"{TITLE}-Politics") + f'<meta name="headline" content="{TITLE}">'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


def test_an_entry_of_a_live_blog_is_not_its_headline():
    live = {"@type": "LiveBlogPosting", "headline": TITLE}
    live["liveBlogUpdate"] = [
        {"@type": "BlogPosting", "headline": "Goodnight", "articleBody": "We"}
    ]
    head = f'<script type="application/ld+json">{json.dumps(live)}</script>'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


@pytest.mark.parametrize(
    "written",
    [
        f"{TITLE} | Example News",
        f"{TITLE} - Example News",
        f"{TITLE} – news.example.com",
        f"Example News | {TITLE}",
        f"{TITLE} * Example News * by Jane Roe",
        f"{TITLE} ♥ Example News",
        f"{TITLE} | Example News | Robots, laundry and more",
    ],
)
def test_the_sites_name_is_taken_off(written):
    head = f'{og(written)}<meta property="og:site_name" content="Example News">'

    assert extract_article(page_of(f"<main>{markup()}</main>", head)).title == TITLE


def test_a_page_without_a_headline_takes_the_feeds():
    entry = feed_entry(title=TITLE)
    article = extract_article(page_of(f"<main>{markup()}</main>", entry=entry))

    assert (article.title, article.evidence["title"]) == (TITLE, "feed")


def test_a_headline_keeps_the_tag_it_talks_about():
    title = "When a headline bites: <script>alert(1)</script> returns"
    data = {"@type": "NewsArticle", "headline": title.replace("<", "&lt;").replace(">", "&gt;")}
    written = title.replace("<", "&lt;").replace(">", "&gt;")
    head = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    page = page_of(f"<h1>{written}</h1><article>{markup()}</article>", head)

    assert extract_article(page).title == title


NAMED = '<meta property="og:site_name" content="Example News">'
MENU = "<header><nav><a href='/s'>Startups</a> <a href='/k'>산업</a></nav></header>"


@pytest.mark.parametrize(
    "written",
    [
        f"Startups | Example News: {TITLE}",
        f"Startups - {TITLE} - Example News",
        f"Example News » Startups » {TITLE}",
        f"Example News Blog - {TITLE}",
        f"{TITLE} | Startups | News",
        f"{TITLE} &lt; 산업 &lt; 기사본문 - Example News",
        f"{TITLE} - Page 2 - Example News",
        f"{TITLE}（2/3 ページ） - Example News",
    ],
)
def test_sections_menus_and_page_numbers_around_the_headline_are_taken_off(written):
    page = page_of(f"{MENU}<main>{markup()}</main>", f"<title>{written}</title>{NAMED}")

    assert extract_article(page).title == TITLE


@pytest.mark.parametrize(
    ("written", "headline"),
    [
        ("机器人在沿海城市学会折叠衣物_科技频道_某某网", "机器人在沿海城市学会折叠衣物"),
        ("機械が港町で洗濯物をたたむ：経済電子版", "機械が港町で洗濯物をたたむ"),
        ("기계가 항구 도시에서 빨래를 접는다 | 예시신문", "기계가 항구 도시에서 빨래를 접는다"),
        ("الآلات تتعلم طي الملابس في ورشة | أخبار المثال", "الآلات تتعلم طي الملابس في ورشة"),
    ],
)
def test_scripts_without_case_part_their_titles_alike(written, headline):
    assert titled(f"<h2>{headline}</h2>", f"<title>{written}</title>") == headline


def test_a_section_of_the_address_is_no_part_of_any_title():
    head = og(f"{TITLE} | Opinion") + ld(headline=f"{TITLE} | Opinion")
    page = page_of(
        f"<h1>{TITLE} | Opinion</h1>{markup()}",
        head,
        url="https://news.example.com/opinion/2026/robots",
    )

    assert extract_article(page).title == TITLE


def test_a_host_of_two_words_is_a_name_in_either_order():
    page = page_of(
        f"<main>{markup()}</main>",
        f"<title>{TITLE} - Robots Wiki</title>",
        url="https://wiki.robots.example/folding/42",
    )

    assert extract_article(page).title == TITLE


@pytest.mark.parametrize("end", ["…", "...", " …"])
def test_a_title_that_is_cut_off_gives_way_to_the_whole(end):
    cut = TITLE[:30].strip() + end

    assert titled("", og(cut) + f"<title>{TITLE} | Example News</title>{NAMED}") == TITLE
    assert titled(f"<h1>{cut}</h1>", og(TITLE)) == TITLE
    assert titled(f"<h2>Our newsletter</h2><h2>{TITLE}</h2>", og(cut)) == TITLE


def test_a_structured_headline_cut_at_the_length_search_engines_show_gives_way_to_the_whole():
    long = f"{TITLE}, where forty people are to find work before the rainy season and hotels wait"

    assert titled("", ld(headline=long[:110]) + og(long)) == long
    assert titled("", ld(headline=long) + og(f"{long} | Example News")) == long


def test_a_headline_in_capitals_is_spelt_as_the_fields_spell_it():
    assert titled(f"<h1>{TITLE.upper()}</h1>", og(TITLE)) == TITLE
    assert titled("", ld(headline=TITLE.upper()) + og(TITLE)) == TITLE
    assert titled("<h1>IBM</h1>", og("Ibm")) == "IBM"


def test_entities_escaped_twice_are_read():
    heading = "<h1>Robots &amp;amp; laundry: what&amp;#8217;s next in Lagos</h1>"

    assert titled(heading) == "Robots & laundry: what’s next in Lagos"


@pytest.mark.parametrize(
    "beside",
    [
        "<span class='badge'>Exclusive</span>",
        "<button>Copy link</button>",
        "<span>5 min read</span>",
        "<a class='header-anchor' href='#top'>¶</a>",
        "<time>10:40</time>",
    ],
)
def test_what_stands_within_the_heading_beside_the_headline_is_no_part_of_it(beside):
    assert titled(f"<h1>{beside}{TITLE}</h1>") == TITLE
    assert titled(f"<h1>{TITLE} {beside}</h1>") == TITLE


@pytest.mark.parametrize("head", ["", "<title>News | Example News</title>", og("News")])
def test_the_address_tells_the_headline_from_a_sections_name(head):
    page = page_of(
        f"{MENU}<h1>News</h1><h2>Tips for makers</h2><h2>{TITLE}</h2>{markup()}", head + NAMED
    )

    assert extract_article(page).title == TITLE


def test_a_section_in_the_title_tag_yields_to_another_field():
    assert titled("<h1>Blog</h1>", "<title>Blog - Example News</title>" + og(TITLE)) == TITLE


@pytest.mark.parametrize("box", ["newsletter-widget", "cookie-banner", "related-posts"])
def test_the_heading_of_a_box_is_no_headline(box):
    boxed = f"<div class='{box}'><h2>What we care about here</h2></div>"
    page = page_of(
        f"<main>{boxed}<article><h2>{TITLE}</h2>{markup()}</article></main>",
        url="https://news.example.com/2026/0042",
    )

    assert extract_article(page).title == TITLE


@pytest.mark.parametrize("tag", ["p", "div", "strong", "h4"])
def test_a_part_of_the_title_tag_that_stands_over_the_text_is_the_headline(tag):
    head = f"<title>Society of Yaba - {TITLE} - Reports of the board and all of its friends</title>"

    assert titled(f"<{tag}>{TITLE}</{tag}>", head) == TITLE


def test_a_heading_for_screen_readers_alone_is_no_headline():
    heading = "<h1 class='visually-hidden'>All that makers of machines want to know</h1>"

    assert titled(heading, f"<title>{TITLE}</title>") == TITLE


def test_of_two_headings_that_fields_repeat_the_one_that_more_of_them_repeat_is_the_title():
    head = ld(headline=TITLE) + og(TITLE) + f"<title>{SEARCHED}</title>"

    assert titled(f"<h1>{SEARCHED}</h1><h2>{TITLE}</h2>", head) == TITLE


def test_a_sites_name_is_known_by_its_host_in_either_spelling_of_umlauts():
    page = page_of(
        f"<main>{markup()}</main>",
        f"<title>{TITLE} | Bäcker übers Land</title>",
        url="https://www.baeckeruebersland.example/42",
    )

    assert extract_article(page).title == TITLE


def test_a_headline_given_for_the_sites_name_is_still_the_headline():
    head = f'<meta property="og:site_name" content="{TITLE}">' + og(TITLE)

    assert titled(f"<h1>{TITLE}</h1><h2>Forty people by the rainy season</h2>", head) == TITLE


def test_a_small_heading_that_one_field_repeats_yields_to_a_large_one_that_goes_on():
    long = f"{TITLE}: simply delightful!"
    head = og(TITLE) + f"<title>{TITLE}</title>" + ld(name="Robots that fold")

    assert titled(f"<h1>{long}</h1><h2>Robots that fold</h2>", head) == long


def test_the_name_of_the_publisher_in_a_line_of_its_own_is_no_headline():
    head = "<title>Reports by the board - All of them | Society of Yaba</title>"
    page = page_of(f"<main>{markup()}<p>Society of Yaba</p></main>", head)

    assert extract_article(page).title != "Society of Yaba"


def test_a_part_of_the_title_tag_behind_a_link_in_its_line_is_found():
    head = f"<title>Society of Yaba - {TITLE} - Reports of the board and all of its friends</title>"

    assert titled(f"<td><a href='/t/3'>Reports</a> : {TITLE}</td>", head) == TITLE


@pytest.mark.parametrize(
    "written",
    [
        f"{TITLE}-Example News",
        f"{TITLE}—Example News",
        f"{TITLE} [Example News]",
        f"{TITLE} (Example News)",
        f"{TITLE}【Example News】",
        f"{TITLE} - by Jane Roe - Example News",
        f"Home / News / {TITLE}",
    ],
)
def test_a_name_in_brackets_or_without_spaces_and_a_byline_are_taken_off(written):
    assert titled("", f"<title>{written}</title>{NAMED}") == TITLE


def test_the_sites_name_over_all_pages_yields_to_the_other_part_of_the_title():
    heading = f"<div><h1>Harbour Notes</h1></div><h2>{TITLE}</h2>"

    assert titled(heading, f"<title>{TITLE} – Harbour Notes</title>") == TITLE


@pytest.mark.parametrize("name", ["News detail", "Artikel-Detailansicht", "5. März 2026"])
def test_what_every_page_of_a_kind_is_called_is_no_title(name):
    assert titled(f"<h1>{TITLE}</h1>", f"<title>{name}</title>" + og(name)) == TITLE
    assert titled(f"<h2>{name}</h2><h3>{TITLE}</h3>") == TITLE


def test_a_category_linked_within_the_heading_is_no_part_of_it():
    assert titled(f"<h1><a class='cat' href='/s'>Startups</a> {TITLE}</h1>") == TITLE


def test_capitals_of_languages_with_letters_of_their_own_are_compared():
    turkish = "İşçiler robotu geri istiyor mu"
    german = "Große Straße wird für Kräne gesperrt"

    assert titled("<h1>İŞÇİLER ROBOTU GERİ İSTİYOR MU</h1>", og(turkish)) == turkish
    assert titled("<h1>GROSSE STRASSE WIRD FÜR KRÄNE GESPERRT</h1>", og(german)) == german
