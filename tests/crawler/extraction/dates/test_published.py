"""Which of a page's dates is the publication, how exactly, and from where."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.article import Article, Page, Precision
from crawler.extraction import extract_article
from crawler.state.documents import iso_string
from tests.crawler.extraction.pages import (
    NOW,
    PARAGRAPHS,
    SITE,
    TITLE,
    article_page,
    extracted,
    feed_entry,
    markup,
    page_of,
)


def ld(**fields: object) -> str:
    node = {"@type": "NewsArticle", "headline": TITLE} | fields
    return f'<script type="application/ld+json">{json.dumps(node)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def labelled(label: str, **fields: object):
    body = f"<article><h1>{TITLE}</h1><p class='meta'>{label}</p><div>{markup()}</div></article>"
    return extract_article(page_of(body, **fields)).published


def test_structured_data_gives_the_instant_and_the_offset_as_published():
    found = extracted(head=ld(datePublished="2026-03-05T08:15:30+08:00")).published

    assert found.instant == datetime(2026, 3, 5, 0, 15, 30, tzinfo=UTC)
    assert found.offset_minutes == 480
    assert (found.precision, found.source) == (Precision.SECOND, "jsonld:datePublished")


def test_a_day_alone_stays_a_day_unless_another_tag_tells_the_time():
    day = ld(datePublished="2026-03-05")
    exact = meta("article:published_time", "2026-03-05T09:00:00+01:00")

    assert extracted(head=day).published.precision is Precision.DAY
    assert extracted(head=day + exact).published.source == "meta:article:published_time"


def test_modified_is_told_from_published():
    article = extracted(
        head=ld(datePublished="2026-03-01T10:00:00Z", dateModified="2026-03-04T10:00:00Z")
    )

    assert article.published.instant.day == 1
    assert article.modified.instant.day == 4


def test_the_future_is_refused_beyond_a_days_embargo():
    assert extracted(head=ld(datePublished="2026-03-06T12:00:00Z")).published is not None
    assert extracted(head=ld(datePublished="2026-03-09T12:00:00Z")).published is None


def test_a_bare_year_is_no_date_and_new_years_day_yields_to_another_witness():
    assert extracted(head=meta("date", "2025")).published is None
    head = meta("article:published_time", "2025-01-01") + meta("pubdate", "2025-06-11")
    assert extracted(head=head).published.instant.month == 6


def test_running_text_and_copyright_lines_give_no_date():
    body = f"<article><h1>{TITLE}</h1>{markup(*PARAGRAPHS, 'It began on 3 March 2019, they say.')}"
    page = page_of(f"{body}</article><footer>© 5 March 2024 Example News</footer>")

    assert extract_article(page).published is None


def test_comment_dates_and_other_stories_dates_are_not_taken():
    other = '<div class="related"><span class="date">4 March 2026</span></div>'
    comment = '<div class="comment"><time datetime="2026-03-05T10:00:00Z">today</time></div>'

    assert extracted(other + comment).published is None


@pytest.mark.parametrize(
    ("label", "day"),
    [
        ("06.01.2026, Lesezeit 5 Min.", (2026, 1, 6)),
        ("Published 3 February 2026", (2026, 2, 3)),
        ("Veröffentlicht am 3. März 2026 um 14:30 Uhr", (2026, 3, 3)),
        ("Publié le 1er mars 2026 à 9h05", (2026, 3, 1)),
        ("2026年3月4日 10:20", (2026, 3, 4)),
        ("令和8年3月4日", (2026, 3, 4)),
        ("Ada Obi · ٥ مارس ٢٠٢٦", (2026, 3, 5)),
        ("15 августа 2025, 13:43", (2025, 8, 15)),
    ],
)
def test_a_label_near_the_headline_is_read_in_its_language(label, day):
    found = labelled(label)

    assert (found.instant.year, found.instant.month, found.instant.day) == day
    assert found.source == "label"


def test_the_order_of_numbers_follows_the_site_else_the_page():
    american = SITE.__class__(id="a", name="A", homepage="https://a.example/", date_order="MDY")

    assert labelled("02/03/2026", site=SITE).instant.month == 3
    assert labelled("02/03/2026", site=american).instant.month == 2
    assert labelled("02/03/2026", lang="en-US").instant.month == 2
    assert labelled("02/03/2026", lang="en-GB").instant.month == 3


def test_a_clock_without_offset_is_read_in_the_sites_zone():
    found = labelled("5 March 2026, 14:30", site=SITE)

    assert found.instant == datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
    assert found.offset_minutes is None  # the page did not say


def test_a_relative_label_counts_from_the_fetch():
    found = labelled("Straits Times19 hours ago", site=SITE)

    assert found.instant == NOW - timedelta(hours=19)
    assert (found.precision, found.source) == (Precision.HOUR, "label:relative")


def test_the_feed_is_a_strong_witness():
    when = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    entry = feed_entry(published=when, published_raw="Mon, 02 Mar 2026 17:00:00 +0800")

    alone = extracted(entry=entry).published
    assert (alone.instant, alone.source, alone.offset_minutes) == (when, "feed", 480)

    doubtful = extracted(head=ld(dateCreated="2026-01-02T00:00:00Z"), entry=entry).published
    assert doubtful.source == "feed"

    stated = ld(datePublished="2026-03-02T09:00:00Z")
    confirmed = extracted(head=stated, entry=entry).published
    unconfirmed = extracted(head=stated).published
    assert confirmed.source == "jsonld:datePublished"
    assert confirmed.confidence > unconfirmed.confidence


def test_the_address_is_a_witness_when_the_page_is_silent():
    page = article_page(url="https://news.example.com/2026/03/04/robots-learn-to-fold")
    found = extract_article(page).published

    assert (found.instant.day, found.precision, found.source) == (4, Precision.DAY, "url")


def test_every_date_keeps_the_string_it_was_read_from():
    assert labelled("06.01.2026, Lesezeit 5 Min.").raw.startswith("06.01.2026")


def test_a_utc_stamp_is_told_on_the_newsrooms_own_day_when_the_address_confirms_it():
    head = '<meta property="article:published_time" content="2026-03-03T23:01:00Z">'
    url = "https://news.example.it/2026/03/04/robots-learn-to-fold"
    published = extract_article(article_page(head=head, url=url)).published

    assert published.instant == datetime(2026, 3, 3, 23, 1, tzinfo=UTC)
    assert published.offset_minutes == 60


def test_a_utc_stamp_stays_in_utc_when_nothing_on_the_page_tells_another_day():
    head = '<meta property="article:published_time" content="2026-03-03T23:01:00Z">'
    page = article_page(head=head, url="https://news.example.it/robots-learn-to-fold")

    assert extract_article(page).published.offset_minutes == 0


def day_of(page: Page) -> str | None:
    published = extract_article(page).published
    return published.instant.date().isoformat() if published else None


def by_the_headline(element: str, after: str = "", **fields: object) -> Page:
    body = f"<article><h1>{TITLE}</h1>{element}<div>{markup()}</div>{after}</article>"
    return page_of(body, **fields)


@pytest.mark.parametrize(
    "element",
    [
        '<abbr class="published" title="2026-03-02T10:00:00+01:00">last Monday</abbr>',
        '<span class="dt-published" data-timestamp="1772442000">Monday</span>',
        '<relative-time datetime="2026-03-02T10:00:00Z">three days ago</relative-time>',
        "<p>Mise en ligne</p><p>2 mars 2026</p>",
        "<dl><dt>Veröffentlicht</dt><dd>02.03.2026</dd></dl>",
        "<p>Ada Obi<br>Letzte Änderung: 04.03.2026<br>Erschienen am: 02.03.2026</p>",
        '<div class="teaser_meta"><span>2 March 2026</span></div>',
        '<aside class="sidebar"><p>2 March 2026</p></aside>',
        f"<p>(02.03.2026) {PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>",
        f"<p>LAGOS, March 2, 2026 (Example Wire) -- {PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>",
        '<p class="postmetadata"><small>Dieser Beitrag wurde am Montag, 2. März 2026 um 10:00 Uhr '
        'veröffentlicht und unter <a href="/c">Robotik</a> abgelegt. Du kannst die Kommentare '
        "zu diesem Beitrag durch den Feed verfolgen und selbst einen hinterlassen.</small></p>",
    ],
)
def test_a_date_by_the_headline_is_found_in_many_layouts(element):
    assert day_of(by_the_headline(element)) == "2026-03-02"


@pytest.mark.parametrize(
    "element",
    [
        f"<p>Am 2. März 2026 – einem Montag – begann es. {PARAGRAPHS[0]} {PARAGRAPHS[1]}</p>",
        f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]} Since 2 March 2026 they fold.</p>",
        '<blockquote class="tweet">— Ada (@ada) <a href="/t">March 2, 2026</a></blockquote>',
        '<p class="meta">Conference begins 2 March 2026</p>',
        "<p>Born 2 March 1996</p>",
        '<p class="meta">In 2025</p>',
    ],
)
def test_dates_of_other_things_are_not_the_storys(element):
    assert day_of(by_the_headline(element)) is None


def test_a_list_of_dated_things_gives_no_date():
    dated = "".join(
        f"<li><a href='/{day}'>No. {day} of 0{day}.02.2026</a></li>" for day in range(1, 6)
    )

    assert day_of(by_the_headline("", f"<ul>{dated}</ul>")) is None
    assert day_of(by_the_headline("<p>02.03.2026</p>", f"<ul>{dated}</ul>")) == "2026-03-02"


def test_explicit_microdata_counts_before_a_vague_meta_tag():
    time = '<time itemprop="datePublished" datetime="2026-03-02">2 March 2026</time>'

    assert day_of(by_the_headline(time, head=meta("date", "2026-02-20"))) == "2026-03-02"


def test_of_several_stated_days_the_one_that_readers_see_counts():
    created = '<meta itemprop="datePublished" content="2026-03-01T20:00:00+01:00">'
    told = meta("dcterms.date", "2026-03-02T09:00:00+01:00")
    page = by_the_headline("<p>Lagos, 02.03.2026</p>", head=created + told)

    assert day_of(page) == "2026-03-02"


def test_the_day_of_a_printed_edition_displaces_no_instant():
    head = meta("article:published_time", "2026-03-01T19:30:00+01:00") + meta("date", "2026-03-02")
    page = by_the_headline("<p>From the edition of 02.03.2026</p>", head=head)

    assert extract_article(page).published.instant == datetime(2026, 3, 1, 18, 30, tzinfo=UTC)


FIRST = ld(datePublished="2025-03-01T10:00:00Z", dateModified="2026-03-02T10:00:00Z")
CHANGES = [
    "<p>Updated 2 March 2026</p>",
    "<p>Last updated <time datetime='2026-03-02T10:00:00Z'>2 March 2026</time></p>",
    "<p><span>Aktualisiert:</span> <span>02.03.2026</span></p>",
    "<p>Republished on 2 March 2026</p>",
    "<p>Data de atualização: 2 de março de 2026</p>",
    "<p>2026-03-02更新</p>",
    "<p>Date modified: 2 March 2026</p>",
]


@pytest.mark.parametrize("label", [*CHANGES, "<p>2 March 2026</p>"])
def test_a_story_told_on_keeps_its_first_day_whatever_stands_by_the_headline(label):
    article = extract_article(by_the_headline(label, head=FIRST))

    assert article.published.instant.date().isoformat() == "2025-03-01"
    assert article.modified.instant.date().isoformat() == "2026-03-02"


@pytest.mark.parametrize("label", CHANGES)
def test_a_page_that_tells_its_last_change_alone_says_so(label):
    article = extract_article(by_the_headline(label))

    assert article.published is None
    assert article.modified.instant.date().isoformat() == "2026-03-02"
    assert article.modified.confidence <= 0.3


def test_a_day_of_change_in_the_head_is_no_first_day():
    article = extracted(head=meta("article:modified_time", "2026-03-02T10:00:00Z"))

    assert (article.published, article.modified.confidence) == (None, 0.3)


def test_the_feeds_first_date_stays_where_the_page_tells_a_change_alone():
    entry = feed_entry(published=datetime(2026, 2, 20, 9, tzinfo=UTC))
    article = extract_article(by_the_headline("<p>Updated 2 March 2026</p>", entry=entry))

    assert article.published.source == "feed"
    assert article.modified.instant.day == 2


@pytest.mark.parametrize(
    "label",
    [
        "Posted 2 March 2026, updated 4 March 2026",
        "Updated 4 March 2026 | Published 2 March 2026",
        "2 March 2026 (updated 4 March 2026)",
        "Created on 2 March 2026. Last Updated on 4 March 2026",
        "입력 2026.03.02 수정 2026.03.04",
        "2026.03.02 입력 2026.03.04 수정",
        "Published by Editor Ada Obi, 2 March 2026",
    ],
)
def test_of_a_label_with_two_days_the_published_one_counts(label):
    assert day_of(by_the_headline(f"<p class='meta'>{label}</p>")) == "2026-03-02"


def test_an_address_that_spells_an_earlier_day_out_overrules_a_story_issued_anew():
    anew = ld(datePublished="2026-03-01T10:00:00Z", dateModified="2026-03-01T10:00:00Z")

    assert day_of(article_page(head=anew, url="https://example.com/2019/6/5/fold")) == "2019-06-05"
    assert day_of(article_page(head=anew, url="https://example.com/2026/02/28/f")) == "2026-03-01"


@pytest.mark.parametrize(
    "address",
    [
        "https://web.archive.org/web/20260304050607/http://example.org/2026/03/02/fold",
        "https://web.archive.org/web/20260304050607id_/https://example.org/2026/march/02/fold",
        "https://archive.example.com/20260304050607/example.org/2026/3/2/fold",
    ],
)
def test_an_archives_address_gives_the_day_of_the_page_within(address):
    assert day_of(article_page(url=address)) == "2026-03-02"


def test_the_time_of_an_archives_snapshot_is_no_day_of_the_story():
    snapshot = "https://web.archive.org/web/20260304050607/http://example.org/fold"

    assert day_of(article_page(url=snapshot)) is None


def test_an_address_tells_which_number_of_a_date_is_the_month():
    page = by_the_headline("<p>03/02/2026</p>", url="https://a.example.com/2026/march/fold")
    other = by_the_headline("<p>03/02/2026</p>", url="https://a.example.com/2026/02/fold")

    assert (day_of(page), day_of(other)) == ("2026-03-02", "2026-02-03")


def test_a_relative_label_tells_nothing_where_the_time_of_the_fetch_is_unknown():
    assert labelled("19 hours ago", fetch_time_known=False) is None
    assert labelled("5 March 2026", fetch_time_known=False) is not None


def local_day(stamp: str, **fields: object) -> str:
    article = extract_article(article_page(head=ld(datePublished=stamp), **fields))
    return iso_string(article.published)[:10]


def test_a_utc_stamp_is_told_on_the_day_that_the_address_names():
    american = "https://www.example.com/2026/03/02/robots-fold"
    australian = "https://www.example.com/2026/03/04/robots-fold"

    assert local_day("2026-03-03T05:30:59Z", url=american) == "2026-03-02"
    assert local_day("2026-03-03T15:30:59Z", url=australian) == "2026-03-04"
    assert local_day("2026-03-03T20:30:59Z", url=american) == "2026-03-03"  # no clock is so far


def test_a_utc_stamp_is_told_on_the_day_of_a_clock_that_the_registry_knows():
    assert local_day("2026-03-03T18:30:00Z", site=SITE) == "2026-03-04"
    assert local_day("2026-03-03T00:00:00Z", site=SITE) == "2026-03-03"


@pytest.mark.parametrize(
    ("label", "hour"),
    [("5 مارس 2026 - 3:15 م", 15), ("5 مارس 2026، 10:05 ص", 10), ("2026/03/05 11:20 مساءً", 23)],
)
def test_arabic_halves_of_the_day_are_read(label, hour):
    assert labelled(label, lang="ar").instant.hour == hour


def test_a_day_by_the_headline_counts_more_than_an_age():
    page = by_the_headline("<p>5 hours ago</p><p>Published 2 March 2026</p>")

    assert day_of(page) == "2026-03-02"


def test_a_day_of_the_listing_stays_that_day_whatever_the_newsrooms_clock():
    midnight_there = datetime(2026, 3, 1, 16, tzinfo=UTC)
    entry = feed_entry(published=midnight_there, published_raw="2026-03-02")

    found = extracted(entry=entry, site=SITE).published

    assert (found.precision, found.offset_minutes) == (Precision.DAY, None)
    assert found.instant == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "head",
    [
        meta("date", "2026-03-01T11:52:23"),
        meta("dc.date", "2026-01-15"),
        ld(dateCreated="2026-01-15T10:00:00Z"),
    ],
)
def test_the_day_by_the_headline_counts_more_than_a_vague_field(head):
    assert day_of(by_the_headline("<p>2 February 2026</p>", head=head)) == "2026-02-02"


@pytest.mark.parametrize(
    "told",
    [
        {"datePublished": "2026-02-24", "dateModified": "2026-02-24"},
        {"datePublished": "2026-02-24", "dateModified": "2026-02-23"},
        {"datePublished": "2026-02-24T22:02:58Z", "dateModified": "2026-02-24T22:02:45Z"},
    ],
)
def test_a_first_day_no_earlier_than_the_last_change_yields_to_an_earlier_one_by_the_headline(told):
    page = by_the_headline("<p>25 August 2025</p>", head=ld(**told))
    later = by_the_headline("<p>27 February 2026</p>", head=ld(**told))
    elsewhere = by_the_headline(
        "", f"<p>{'A story goes on. ' * 20}</p>" * 20 + "<p>25 August 2025</p>", head=ld(**told)
    )

    assert day_of(page) == "2025-08-25"
    assert day_of(later) == day_of(elsewhere) == "2026-02-24"


def test_a_label_that_another_clock_explains_displaces_no_instant():
    stamp = "2026-02-24T01:49:09Z"
    head = ld(datePublished=stamp, dateModified=stamp)
    published = extract_article(
        by_the_headline("<p>23 February 2026, 17:49</p>", head=head)
    ).published

    assert published.instant == datetime(2026, 2, 24, 1, 49, 9, tzinfo=UTC)


def test_a_label_with_its_numbers_read_the_other_way_displaces_nothing():
    head = ld(datePublished="2026-02-01", dateModified="2026-02-01")

    assert day_of(by_the_headline("<p>02/01/2026</p>", head=head)) == "2026-02-01"


def test_a_headline_repeated_in_a_card_above_is_not_where_the_day_is_sought():
    card = f"<div><h2>{TITLE}</h2><p class='date'>18 January 2026</p></div>"
    body = f"{card}<article><h1>{TITLE}</h1><p class='date'>2 March 2026</p>{markup()}</article>"

    assert day_of(page_of(body, f"<title>{TITLE}</title>")) == "2026-03-02"


def opening(words: str, head: str = "", **fields: object) -> Article:
    """A story that begins with these words and tells no day elsewhere."""
    first, *rest = PARAGRAPHS
    text = f"<p>{words} {first}</p>" + "".join(f"<p>{one}</p>" for one in rest)
    page = page_of(f"<article><h1>{TITLE}</h1><div>{text}</div></article>", head, **fields)
    return extract_article(page)


@pytest.mark.parametrize(
    "words",
    [
        "LAGOS, March 2 (Reuters) -",
        "LAGOS, Mar. 2, 2026 (AFP) --",
        "Lagos, 2. März (dpa) –",
        "LAGOS, 2 de marzo (EFE).-",
        "新华社北京3月2日电",
        "中新网3月2日电",
        "Lagos, (02.03.2026).",
        "Lagos (2 March 2026) –",
    ],
)
def test_a_dateline_tells_the_day_where_nothing_else_does(words):
    published = opening(words).published

    assert published.instant.date().isoformat() == "2026-03-02"
    assert published.source in ("dateline", "label")
    assert opening(words, ld(datePublished="2026-03-04")).published.instant.day == 4


def test_a_dateline_without_a_year_is_of_the_last_such_day_that_is_known():
    words = "LAGOS, Dec. 28 (Reuters) -"
    modified = meta("article:modified_time", "2024-01-05T10:00:00Z")
    day = {"url": "https://news.example/2021/story", "fetch_time_known": False}

    assert opening(words).published.instant.date().isoformat() == "2025-12-28"
    assert opening(words, modified).published.instant.date().isoformat() == "2023-12-28"
    assert opening(words, **day).published.instant.date().isoformat() == "2021-12-28"


def test_a_dateline_whose_year_nobody_tells_gives_no_day():
    assert opening("LAGOS, March 2 (Reuters) -", fetch_time_known=False).published is None
    assert opening("LAGOS, June 2 (Reuters) -").published is None


@pytest.mark.parametrize(
    "words",
    [
        "Ada Obi (born 2 March 2026) joined",
        "On March 2, the workshop",
        "Lagos, where 2 machines –",
        "Lagos, March 2 was a Monday",
        "The March 2 – 4 fair",
    ],
)
def test_a_sentence_with_a_day_is_no_dateline(words):
    assert opening(words).published is None
