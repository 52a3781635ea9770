"""A seen article is fetched again only when its listing says it changed, or when asked to."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.demo import Newsroom, NewsroomArticle
from crawler.urls import document_id
from tests.journeys.program import Program, sources_toml

SITE = "werkbank"  # its Atom feed tells when an entry was updated
MORE = "\n\nNachtrag: Der Chipkonzern bestätigte die Zahlen am Montag."


@pytest.fixture
def sources(newsroom: Newsroom, tmp_path: Path) -> str:
    path = tmp_path / "one.toml"
    path.write_text(sources_toml(newsroom, SITE))
    return str(path)


def an_article(newsroom: Newsroom, documents: Mapping[str, Any]) -> NewsroomArticle:
    return next(a for a in newsroom.articles if a.site_id == SITE and a.url in documents)


def asked(newsroom: Newsroom) -> Counter[str]:
    pages = {article.url for article in newsroom.articles}
    return Counter(request.url for request in newsroom.requests if request.url in pages)


def test_a_changed_text_is_a_new_version_with_the_first_date_and_nothing_else_is_asked(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    program.json("crawl", "--sources", sources)
    before = program.documents()
    article = an_article(newsroom, before)
    newsroom.requests.clear()
    newsroom.edit(
        article.url, text=article.text + MORE, modified=datetime.now(UTC) + timedelta(seconds=5)
    )

    report = program.json("crawl", "--sources", sources)

    after = program.documents()
    assert asked(newsroom) == {article.url: 1}
    assert (report["fetched"], report["stored"]) == (1, 1)
    assert after.keys() == before.keys()
    old, new = before[article.url], after[article.url]
    assert (old["version"], new["version"]) == (1, 2)
    assert new["published_at"] == old["published_at"]
    assert "Nachtrag" in new["text"]
    assert {d["version"] for url, d in after.items() if url != article.url} == {1}


def test_a_changed_headline_is_no_new_article(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    program.json("crawl", "--sources", sources)
    before = program.documents()
    article = an_article(newsroom, before)
    later = datetime.now(UTC) + timedelta(seconds=5)
    newsroom.edit(article.url, title="Chipkonzern baut Werk nun doch", modified=later)

    program.json("crawl", "--sources", sources)

    after = program.documents()
    assert after.keys() == before.keys()
    assert after[article.url]["id"] == document_id(article.url)
    assert after[article.url]["title"] == "Chipkonzern baut Werk nun doch"


def test_refresh_fetches_what_is_listed_again_even_when_the_listing_did_not_change(
    newsroom: Newsroom, program: Program, sources: str
) -> None:
    first = program.json("crawl", "--sources", sources, "--no-index")
    newsroom.requests.clear()

    again = program.json("crawl", "--sources", sources, "--no-index", "--refresh")

    assert again["fetched"] == first["fetched"] == sum(asked(newsroom).values())
    assert again["stored"] == first["stored"]
