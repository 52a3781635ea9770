"""Who is credited for the story."""

import json

import pytest

from crawler.extraction import extract_article
from crawler.extraction.people.credits import clean_names
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, extracted, markup, page_of


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle"} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


@pytest.mark.parametrize(
    ("credit", "people", "agencies"),
    [
        ("By Ada Obi", ["Ada Obi"], []),
        ("Von Ada Obi und Kofi Mensah", ["Ada Obi", "Kofi Mensah"], []),
        ("Ada Obi, Kofi Mensah and Li Na", ["Ada Obi", "Kofi Mensah", "Li Na"], []),
        ("Ada Obi, Berlin", ["Ada Obi"], []),
        ("Ada Obi | Reuters", ["Ada Obi"], ["Reuters"]),
        ("Reuters", [], ["Reuters"]),
        ("Deutsche Presse-Agentur", [], ["Deutsche Presse-Agentur"]),
        ("Bloomberg News", [], ["Bloomberg News"]),
        ("新华社", [], ["新华社"]),
        ("구현모 기자", ["구현모"], []),
        ("记者：王芳", ["王芳"], []),
        ("admin", [], []),
        ("Staff Writer", [], []),
        ("https://example.com/ada", [], []),
        ("105092", [], []),
        ("Written by Ada Obi", ["Ada Obi"], []),
        ("Eingestellt von Ada Obi", ["Ada Obi"], []),
        ("Eine Kolumne von Ada Obi", ["Ada Obi"], []),
        ("Alle Artikel von Ada Obi", ["Ada Obi"], []),
        ("More posts by Ada Obi", ["Ada Obi"], []),
        ("Propos recueillis par Ada Obi", ["Ada Obi"], []),
        ("Auteur : Ada Obi", ["Ada Obi"], []),
        ("Von Ada Obi, Kofi Mensah UND Li Na", ["Ada Obi", "Kofi Mensah", "Li Na"], []),
        ("Von der Leyen", ["Von der Leyen"], []),
        ("Obi, Ada N.", ["Ada N. Obi"], []),
        ("Chefredakteur", [], []),
        ("NOC Admin", [], []),
        ("No Author", [], []),
        ("Фото: Ada Obi", [], []),
        ("Foto. Cortesía", [], []),
        ("Por Redação", [], []),
        ("ΣΥΝΤΑΚΤΙΚΗ ΟΜΑΔΑ", [], []),
        ("Autor/in: Ada Obi", ["Ada Obi"], []),
        ("Autor:innen: Ada Obi, Li Na", ["Ada Obi", "Li Na"], []),
        ("Pressemitteilung von Ada Obi", ["Ada Obi"], []),
    ],
)
def test_credits_are_split_cleaned_and_told_from_agencies(credit, people, agencies):
    assert clean_names([credit]) == (people, agencies)


def test_authors_come_from_json_ld_with_people_before_newsrooms():
    head = ld(
        headline=TITLE,
        author=[{"@type": "Person", "name": "Ada Obi"}, {"@type": "Organization", "name": "AFP"}],
    )
    article = extracted(head=head)

    assert (article.authors, article.agencies) == (("Ada Obi",), ("AFP",))
    assert article.evidence["authors"] == "jsonld:author"


def test_a_newsrooms_own_name_yields_to_a_byline():
    head = ld(headline=TITLE, author={"@type": "Organization", "name": "Example News"})
    byline = '<p class="byline">By <a rel="author" href="/a">Ada Obi</a></p>'
    body = f"<article><h1>{TITLE}</h1>{byline}{markup()}</article>"

    assert extract_article(page_of(body, head)).authors == ("Ada Obi",)
    assert extracted(head=head).authors == ("Example News",)


@pytest.mark.parametrize(
    "byline",
    [
        '<div><div class="c">Beatriz Sampaio</div><div><time>05/03/2026</time></div></div>',
        '<div class="k"><span class="k2">Por Beatriz Sampaio</span><span>hace 3 horas</span></div>',
        '<p class="x">By <a href="/b">Beatriz Sampaio</a></p>',
    ],
)
def test_a_byline_without_a_telling_class_is_read_under_the_headline(byline):
    page = page_of(f"<h1>Robots learn to fold</h1>{byline}<article>{markup()}</article>")
    assert extract_article(page).authors == ("Beatriz Sampaio",)


@pytest.mark.parametrize(
    "credit",
    ["Agencies", "Newsroom", "経済班", "Redaktion Wirtschaft", "wire reports", "Staff reporter"],
)
def test_a_newsroom_is_no_person(credit):
    page = page_of(
        f"<h1>Robots learn to fold</h1><article>{markup()}</article>",
        f'<meta name="author" content="{credit}">',
    )
    assert extract_article(page).authors == ()


def test_a_story_built_by_script_names_its_author_and_keeps_its_lists():
    body = [{"type": "paragraph", "html": text} for text in PARAGRAPHS]
    body.insert(2, {"type": "heading", "html": "What it sold"})
    body.insert(
        3, {"type": "list", "items": ["Twenty machines &amp; parts", "Forty hours of help"]}
    )
    state = {"props": {"article": {"headline": "Robots fold", "byline": "Ana Reis", "body": body}}}
    script = f'<script id="__NEXT_DATA__" type="application/json">{json.dumps(state)}</script>'
    article = extract_article(
        page_of(
            f'<div id="__next"></div>{script}', '<meta property="og:title" content="Robots fold">'
        )
    )

    assert article.authors == ("Ana Reis",)
    assert article.text.split("\n")[2:5] == [
        "What it sold",
        "Twenty machines & parts",
        "Forty hours of help",
    ]


def credited(byline: str, head: str = "", after: str = "") -> tuple[str, ...]:
    """The authors of a story with this under its headline."""
    story = f"<article><h1>{TITLE}</h1>{byline}<div>{markup()}</div>{after}</article>"
    return extract_article(page_of(story, head)).authors


SITES_OWN = (
    '<meta name="author" content="The Laundry Times">'
    '<meta property="og:site_name" content="Laundry Times">'
)


@pytest.mark.parametrize(
    "byline",
    [
        "<p>Ada Obi</p>",
        "<div><p><strong>Ada Obi</strong></p></div>",
        "<p>Story by <a href='/x'>Ada Obi</a></p>",
        "<div><a href='/authors/ada-obi'>Ada Obi</a></div>",
        "<span class='byline'>Ada Obi</span>",
    ],
)
def test_a_person_shown_at_the_headline_counts_before_the_sites_name_in_the_head(byline):
    assert credited(byline, SITES_OWN) == ("Ada Obi",)


def test_the_sites_name_stands_where_nobody_else_does():
    assert credited("<p>Robots in Lagos fold shirts.</p>", SITES_OWN) == ("The Laundry Times",)


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='author-wrap'><div>By</div><div>Ada Obi</div><div>-</div></div>",
        "<div class='author'><b>Ada Obi</b><span>Former Robotics Consultant</span></div>",
        "<div class='post-author'><div>Ada Obi</div><div>Chefredakteurin</div></div>",
        "<p class='author-box'><a rel='author' href='/a'>ALL ARTICLES OF<b>Ada Obi</b></a></p>",
        "<span class='post-author'>Eingestellt von <span>Ada Obi</span></span>",
        "<p class='byline'>Ada Obi <a href='/a'>Alle Artikel</a></p>",
        "<div class='byline'><span>Share</span><span>Print</span><span>Ada Obi</span></div>",
    ],
)
def test_of_a_byline_in_pieces_the_name_alone_is_taken(byline):
    assert credited(byline) == ("Ada Obi",)


@pytest.mark.parametrize(
    "byline",
    [
        "<p>von <a rel='author' href='/author/floyd'>Floyd</a></p>",
        "<span class='author'>Floyd</span>",
        "<h4 class='vcard author'>vom <span class='fn'>Floyd</span></h4>",
    ],
)
def test_a_pen_name_of_one_word_is_a_name_where_the_page_says_so(byline):
    assert credited(byline) == ("Floyd",)


@pytest.mark.parametrize(
    "byline",
    [
        "<div class='author-tools'><span>Share</span><span>Print</span></div>",
        "<p class='author-info'>The Author</p>",
        "<p class='authors'>More from the authors</p>",
        "<span class='author'>Admin</span>",
        "<h2 class='author'>Neueste Beiträge</h2>",
    ],
)
def test_toolbars_and_roles_are_no_names(byline):
    assert credited(byline) == ()


def test_authors_of_other_cards_and_reviewers_are_left_out():
    reviewer = "Reviewed by <a href='/author/li'>Li Na</a>"
    by = f"<p>By <a href='/author/ada'>Ada Obi</a>. {reviewer}</p>"
    card = "<div class='related'>More <a rel='author' href='/author/k'>Kofi Mensah</a></div>"

    assert credited(by, after=card) == ("Ada Obi",)
    assert credited("", after=card) == ()


def test_several_authors_of_one_byline_stand_together():
    links = "".join(f"<li><a href='/authors/{n}'>{n}</a></li>" for n in ("Ada Obi", "Kofi Mensah"))

    assert credited(f"<ul>{links}</ul>") == ("Ada Obi", "Kofi Mensah")
    assert credited("<p class='byline'>By Ada Obi <i>and</i> Li Na</p>") == ("Ada Obi", "Li Na")


def test_a_subtitle_in_capitals_is_no_name():
    assert credited("<p>Robots Fold Shirts In Lagos Now</p>") == ()


def test_the_card_for_social_networks_says_who_wrote_the_story():
    card = (
        '<meta name="twitter:label1" content="Verfasst von">'
        '<meta name="twitter:data1" content="Ada Obi">'
        '<meta name="twitter:label2" content="Lesezeit">'
        '<meta name="twitter:data2" content="Kofi Mensah">'
    )

    assert credited("", card) == ("Ada Obi",)
    assert credited("", card.replace("Verfasst von", "Lesezeit")) == ()


@pytest.mark.parametrize(
    ("credit", "people"),
    [
        ("Morgan & Morgan", ["Morgan & Morgan"]),
        ("Centre for Arts and Research", ["Centre for Arts and Research"]),
        ("Bundesamt für Wald und Klimaschutz", ["Bundesamt für Wald und Klimaschutz"]),
        ("Ada Obi & Kofi", ["Ada Obi", "Kofi"]),
        ("Ada Obi and Kofi Mensah", ["Ada Obi", "Kofi Mensah"]),
    ],
)
def test_a_name_with_an_and_within_is_one_where_no_person_stands_in_it(credit, people):
    assert clean_names([credit])[0] == people


@pytest.mark.parametrize("stated", ["adaobi", "Ada", "Ada O"])
def test_a_login_or_first_name_is_told_in_full_where_readers_see_it(stated):
    head = ld(headline=TITLE, author={"@type": "Person", "name": stated})

    assert credited("<p class='byline'>By Ada Obi</p>", head) == ("Ada Obi",)
    assert credited("<p class='byline'>By Kofi Mensah</p>", head) == (stated,)


def test_of_one_person_named_twice_the_full_name_stays():
    byline = "<p><a rel='author' href='/a'>Ada Obi</a><a rel='author' href='/a'>Ada</a></p>"

    assert credited(byline) == ("Ada Obi",)


@pytest.mark.parametrize(
    "byline",
    [
        "<span class='author'>Laundry Times</span>",
        "<p>by <a rel='author' href='/author/lt'>Laundry Times</a></p>",
    ],
)
def test_a_site_that_signs_its_stories_with_its_own_name_is_their_author(byline):
    head = '<meta property="og:site_name" content="Laundry Times">'

    assert credited(byline, head) == ("Laundry Times",)
    assert credited(f"{byline}<p>By Ada Obi</p>", head) == ("Ada Obi",)


@pytest.mark.parametrize(
    "author", ["Obi Media House", "Laundry Times (www.news.example.com)", "Obi House Redaktion"]
)
def test_a_publisher_named_as_author_in_the_head_yields_to_a_byline(author):
    head = ld(headline=TITLE, publisher={"@type": "Organization", "name": "Obi Media House"})
    head += f'<meta name="publisher" content="Obi House"><meta name="author" content="{author}">'

    assert credited("<p>By Kofi Mensah</p>", head) == ("Kofi Mensah",)


def test_all_authors_of_a_paper_are_named():
    names = ("Ada Obi", "Kofi Mensah")
    head = '<meta name="dc.creator" content="Ada Obi">'
    head += "".join(f'<meta name="citation_authors" content="{name}">' for name in names)

    assert credited("", head) == names


def test_a_headline_repeated_in_a_menu_is_not_where_the_byline_is_sought():
    menu = f"<div><h3>{TITLE}</h3><p>By Li Na</p></div>"
    body = f"{menu}<article><h1>{TITLE}</h1><p>By Ada Obi</p>{markup()}</article>"

    assert extract_article(page_of(body)).authors == ("Ada Obi",)


@pytest.mark.parametrize(
    "byline",
    [
        "<small>04.02.2026 | 13:10 Uhr | Ada Obi</small>",
        "<p class='date-author'>Ada Obi, 01.12.2026</p>",
        "<div>Dec. 19, 2026 &middot; Ada Obi on behalf of <a href='/v'>the board</a></div>",
        "<p>Dec 26, 2026 <span>•</span> Ada Obi in <a href='/r'>Robotics</a></p>",
        "<div><time>03/01/2026</time> by Ada Obi, Member of the Board</div>",
        "<div><div><span>By</span><span>Ada Obi</span></div><div>9 March 2026</div></div>",
        "<div><div>By</div><div>Ada Obi</div><div>|</div><div>6</div><div>mins</div></div>",
        "<p>By Ada Obi, \n in Business</p>",
        "<div>4,5 von 5<h5>Datum: </h5>3.11.2026<h5>Autor: </h5>Ada Obi/SP-X</div>",
    ],
)
def test_a_line_by_the_headline_signs_whatever_else_it_tells(byline):
    assert credited(byline) == ("Ada Obi",)


@pytest.mark.parametrize(
    "line",
    [
        "<p>3 May 2026 | <a href='/n'>Tech News</a></p>",
        "<p>Published: 3 May 2026</p>",
        "<p>Here is how:</p>",
        "<p>Foto: Ada Obi</p>",
        f"<p>{TITLE} | 3 May 2026</p>",
        "<p>By clicking you agree</p>",
        "<p>Autor: </p><p>Datum: 3.5.2026</p>",
        "<p>By March 2026</p>",
        "<p><a href='/category/food/'>Slow Food</a></p><p>3 May 2026</p>",
        "<div><div class='post-cat'>Business Law</div><div>3 May 2026</div></div>",
        "<figure><span class='author'>Ada Obi</span></figure>",
        "<span class='media-license-author'>Ada Obi</span>",
        "<p><a href='/x' rel='category tag'>Slow Food</a></p><p>3 May 2026</p>",
    ],
)
def test_lines_by_the_headline_that_sign_nothing_name_nobody(line):
    assert credited(line) == ()


@pytest.mark.parametrize(
    "closing",
    [
        "<p>— Ada Obi</p>",
        "<p>(Ada Obi)</p>",
        "<p>Von Ada Obi</p>",
        "<p>Texte : Ada Obi</p>",
        "<p><strong>Ada Obi</strong></p>",
        "<p style='text-align:right'>Ada Obi</p>",
        "<div class='story__signature'>Ada Obi</div>",
        "<p><em>(Ada Obi)</em></p><p>Share</p>",
    ],
)
def test_a_story_signed_after_its_last_words_is_its_signers(closing):
    assert credited("", after="") == ()
    assert credited_within(closing) == (("Ada Obi",), ())


@pytest.mark.parametrize(
    ("closing", "people", "agencies"),
    [
        ("<p>(dpa/abc)</p>", (), ("dpa",)),
        (
            "<p>The machine is called Uche and folds shirts well enough for now. (AFP)</p>",
            (),
            ("AFP",),
        ),
        ("<p>(Ada Obi, Reuters)</p>", ("Ada Obi",), ("Reuters",)),
        ("<p>（记者 王五、李四）</p>", ("王五", "李四"), ()),
        ("<p>文/张三</p>", ("张三",), ()),
        ("<p>【記者王芳／台北報導】</p>", ("王芳",), ()),
        ("<p>홍길동 기자 hong@example.com</p>", ("홍길동",), ()),
    ],
)
def test_agencies_and_reporters_sign_in_their_own_ways(closing, people, agencies):
    assert credited_within(closing) == (people, agencies)


@pytest.mark.parametrize(
    ("opening", "people", "agencies"),
    [
        ("SEOUL, Nov. 3 (Reuters) - ", (), ("Reuters",)),
        ("Berlin (dpa) – ", (), ("dpa",)),
        ("新华社北京4月24日电 ", (), ("新华社",)),
        ("新华社北京4月24日电（记者 王五）", ("王五",), ()),
        ("(서울=연합뉴스) 홍길동 기자 = ", ("홍길동",), ()),
        ("LAGOS (a city) – ", (), ()),
    ],
)
def test_a_dateline_names_its_agency_or_reporter(opening, people, agencies):
    first, *rest = PARAGRAPHS
    text = f"<p>{opening}{first}</p>" + "".join(f"<p>{one}</p>" for one in rest)
    article = extract_article(page_of(f"<article><h1>{TITLE}</h1><div>{text}</div></article>"))

    assert (article.authors, article.agencies) == (people, agencies)


@pytest.mark.parametrize(
    "closing",
    [
        "<p>Further Reading</p>",
        "<h3>Ada Obi</h3>",
        "<p>(see below)</p>",
        "<p>— and so it stays</p>",
        "<div class='related'><strong>Ada Obi</strong></div>",
        "<p><strong>Ada Obi joins in May</strong></p>",
    ],
)
def test_what_follows_a_story_without_signing_it_names_nobody(closing):
    assert credited_within(closing) == ((), ())


def test_a_byline_counts_before_a_name_after_the_text():
    story = f"<h1>{TITLE}</h1><p class='byline'>By Ada Obi</p><div>{markup()}<p>(dpa)</p></div>"
    article = extract_article(page_of(f"<article>{story}</article>"))

    assert (article.authors, article.evidence["authors"]) == (("Ada Obi",), "byline")


def credited_within(closing: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The people and agencies of a story that ends so."""
    story = f"<article><h1>{TITLE}</h1><div>{markup()}{closing}</div></article>"
    article = extract_article(page_of(story))
    return article.authors, article.agencies


def test_an_agency_alone_in_a_line_by_the_headline_is_credited():
    story = f"<article><h1>{TITLE}</h1><p class='credit'>JIJI</p><div>{markup()}</div></article>"
    article = extract_article(page_of(story))

    assert (article.authors, article.agencies) == ((), ("JIJI",))


def test_authors_of_the_works_a_paper_cites_are_not_its_own():
    head = '<meta name="citation_author" content="Ada Obi">'
    cited = "<ul><li itemscope><meta itemprop='author' content='Li Na, Kofi Mensah'></li></ul>"

    assert credited("", head, after=cited) == ("Ada Obi",)
