"""What enrichment does to a text before its parts read it."""

from crawler.article import Article
from crawler.enrichment import enrich


def test_arabic_vowel_signs_change_no_facet():
    plain = "بلغ الصاروخ العماني التجريبي الفضاء"
    written = "بلغ الصاروخ العُماني التجريبي الفضاءَ"

    facets = [
        enrich(Article(url="https://example.org/", title=text, text=""))
        for text in (plain, written)
    ]

    assert facets[0].countries == facets[1].countries == ("OM",)
    assert facets[0].topics == facets[1].topics
