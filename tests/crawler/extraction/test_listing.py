"""Lists of stories are told from guides, rankings and round-ups, made of links as well."""

import pytest

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.extraction import extract_article
from tests.crawler.extraction.pages import PARAGRAPHS, TITLE, markup, page_of

SITE = "https://news.example.com"
EXCERPT = (
    "It says in some more words what happened there, who paid for it and why it took so long. "
)
BIOGRAPHY = "Ana Reis covers ports and climate technology, after nine years with an agency. " * 3


def cards(count: int, excerpt: str = EXCERPT, tag: str = "h2") -> str:
    return "".join(
        f'<div class="post"><{tag}><a href="/2026/03/{n}-opens">Company number {n} opens another '
        f"workshop by the sea</a></{tag}><time>March {n}, 2026</time><p>{excerpt}</p></div>"
        for n in range(1, count + 1)
    )


def reason_of(page: Page) -> str:
    with pytest.raises(ExtractionError) as caught:
        extract_article(page)
    return caught.value.reason


@pytest.mark.parametrize(
    ("path", "name", "body"),
    [
        ("/category/startups", "Startups", cards(10, EXCERPT * 5)),
        ("/topic/robots", "Robots", markup(EXCERPT * 3) + cards(10)),
        ("/author/ana-reis", "Ana Reis", markup(BIOGRAPHY) + cards(10)),
        ("/?s=robots", "Search results for: robots", markup(EXCERPT * 3) + cards(6)),
        ("/search?q=robots", "Search results", markup(EXCERPT)),
        ("/", "Example News", markup(EXCERPT * 3) + cards(12)),
        ("/nachrichten", "Alle Nachrichten", markup(EXCERPT * 3) + cards(12)),
    ],
)
def test_a_list_is_refused_however_much_its_teasers_say(path, name, body):
    page = page_of(f"<main><h1>{name}</h1>{body}</main>", url=SITE + path)
    assert reason_of(page) == "list-page"


def test_a_list_is_known_by_what_its_own_system_calls_it():
    body = f"<main><h1>Funding</h1>{cards(10, EXCERPT * 5)}</main>"
    page = page_of(body, url=f"{SITE}/funding")
    marked = page.body.replace(b"<body>", b'<body class="archive category category-funding">')

    assert reason_of(Page(url=page.url, body=marked, fetched_at=page.fetched_at)) == "list-page"


@pytest.mark.parametrize("link", ["https://maker{n}.example.org", "/company/maker-{n}"])
def test_a_ranking_is_an_article_with_all_its_places(link):
    entries = "".join(
        f'<div class="entry"><h3><a href="{link.format(n=n)}">{n}. Maker number {n} of Harbour Town'
        f"</a></h3><p>It sells {n} cells a minute to ships and grew despite dear lithium.</p></div>"
        for n in range(1, 21)
    )
    page = page_of(
        f"<main><h1>The 20 best battery makers</h1>{entries}</main>",
        url=f"{SITE}/features/the-20-best-battery-makers-of-2026",
    )
    text = extract_article(page).text

    assert "It sells 1 cells" in text
    assert "It sells 20 cells" in text


@pytest.mark.parametrize(
    "item",
    [
        '<p><strong><a href="https://other{n}.example.org/s">Company {n} raises {n} million</a>'
        "</strong> – the maker of crane sensors wants to hire {n} people by the summer.</p>",
        '<h3><a href="/2026/03/05/{n}-buys-its-rival">Company {n} buys its rival across the bay</a>'
        "</h3><p>Both boards have agreed, and deal {n} is to close in June, people say.</p>",
        '<h2>{n}. Step number {n}</h2><p>Read <a href="/g/{n}">our page on labels</a>, compare'
        ' label {n} with <a href="/h/{n}">the table of makers</a> before you buy anything.</p>',
        "<div><time>{n}:12</time><h3>Update {n} from the site</h3><p>Speaker {n} has arrived and "
        "talks with workers at the gate while it begins to rain.</p></div>",
    ],
    ids=["round-up", "briefing", "guide", "live"],
)
def test_an_article_of_many_short_parts_keeps_them(item):
    parts = "".join(item.replace("{n}", str(n)) for n in range(1, 10))
    page = page_of(
        f"<article><h1>What mattered in the harbour this week</h1>{parts}</article>",
        url=f"{SITE}/2026/03/05/what-mattered-in-the-harbour-this-week",
    )
    lines = extract_article(page).text.split("\n")

    assert sum("9" in line for line in lines) >= 1
    assert sum(len(line) > 60 for line in lines) == 9


def test_one_paragraph_with_many_teasers_below_is_an_article():
    page = page_of(
        f"<main><article><h1>{TITLE}</h1>{markup(*PARAGRAPHS[:2])}</article>"
        f"<section>{cards(20)}</section></main>",
        url=f"{SITE}/2026/03/05/robots-learn-to-fold-laundry-in-a-workshop",
    )
    assert extract_article(page).text == "\n".join(PARAGRAPHS[:2])


TEASERS = {
    "ja": (
        "港町に電池工場が新設される見通し",
        "四十人以上が作業に当たり、設備は夏までに完成する。",
    ),
    "zh": ("港口城市将新建一座电池工厂", "四十多人参与这项工作，设施将在今年夏天建成。"),
    "ko": (
        "항구 도시에 새 배터리 공장이 들어선다",
        "사십 명이 일하며 설비는 올여름 완공될 예정이다.",
    ),
    "ar": ("مدينة المرفأ تحصل على مصنع جديد", "يعمل أربعون شخصا على المشروع ويكتمل هذا الصيف."),
    "tr": (
        "Liman kentine yeni bir pil fabrikası kuruluyor",
        "Kırk kişi çalışıyor, tesis yazın hazır.",
    ),
}


@pytest.mark.parametrize("language", TEASERS)
@pytest.mark.parametrize(
    "card",
    [
        "<div><b><a href='/2026/03/plant-{n}'>{title} {n}</a></b><div>{said}</div></div>",
        "<li><span>2026-03-05</span> <a href='/2026/03/plant-{n}'>{title} {n}</a></li>",
        "<article><a href='/2026/03/plant-{n}'><h3>{title} {n}</h3><p>{said}</p></a></article>",
    ],
    ids=["boxes", "items", "cards"],
)
def test_a_section_is_known_by_teasers_alone_in_any_language(language, card):
    title, said = TEASERS[language]
    cards = "".join(card.format(n=n, title=title, said=said) for n in range(12))
    page = page_of(f"<main><h1>Tek</h1>{cards}</main>", url=f"{SITE}/tek/", lang=language)

    assert reason_of(page) in {"list-page", "empty"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/world/search-for-missing-crew", "Search for missing crew ends"),
        ("/panorama/suche-nach-vermissten", "Suche nach Vermissten eingestellt"),
        ("/culture/archive-of-lost-films", "Archive of lost films found in a shed"),
        ("/news/professor-wins-prize", "Professor Ito wins the harbour prize"),
        ("/article/12345", "Robot falls off a crane, nobody is hurt"),
    ],
)
def test_two_paragraphs_among_many_teasers_are_an_article_where_the_address_names_it(path, name):
    page = page_of(
        f"<main><h1>{name}</h1>{markup(*PARAGRAPHS[:2])}<div>{cards(8, tag='h3')}</div></main>",
        f"<title>{name}</title>",
        url=SITE + path,
    )

    assert extract_article(page).text == "\n".join(PARAGRAPHS[:2])


def test_a_digest_of_the_sites_own_stories_keeps_what_it_says_of_them():
    entries = "".join(
        f"<h3><a href='/2026/03/{n}-opens'>Company number {n} opens another workshop</a></h3>"
        f"<p>{EXCERPT} That is what report number {n} is about.</p>"
        for n in range(8)
    )
    page = page_of(
        f"<main><h1>The week by the sea</h1>{markup(PARAGRAPHS[0])}{entries}</main>",
        url=f"{SITE}/weekly/issue-10",
    )

    assert extract_article(page).text.count("report number") == 8


def test_a_class_that_a_theme_gives_every_page_makes_no_list_of_long_posts():
    posts = "".join(
        f"<article><h2><a href='/2026/03/{n}-opens'>Company number {n} opens another workshop"
        f"</a></h2><p>{EXCERPT * 14} That was post {n}.</p></article>"
        for n in range(6)
    )
    page = page_of(f"<main><h1>Notes from the harbour</h1>{posts}</main>", url=f"{SITE}/notes")
    body = page.body.replace(b"<body>", b'<body class="page blog">')
    text = extract_article(Page(url=page.url, body=body, fetched_at=page.fetched_at)).text

    assert text.count("That was post") == 6
