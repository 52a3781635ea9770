"""Pages cut off, garbled and set with odd values: an article or a reason, never another error."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import Page
from crawler.errors import ExtractionError
from crawler.extraction import extract_article
from tests.crawler.extraction.pages import NOW, TITLE, URL, article_page

ODD_LD = (
    b'<script type="application/ld+json">{"@type":["NewsArticle",null,3],"headline":[[1]],'
    b'"author":{"name":{"a":1}},"datePublished":[[]],"keywords":[1,{"a":2}],"articleBody":["x"],'
    b'"image":[[]],"publisher":[],"isAccessibleForFree":[1],"wordCount":"12x","url":"http://[",'
    b'"articleSection":[[1]],"inLanguage":["en"],"mainEntityOfPage":[{"@id":3}]}</script>'
)
ODD = [
    ODD_LD,
    b'<meta property="article:published_time" content="9999-12-31T23:59:59+14:00">',
    b'<meta name="date" content="1584489600000000000">',
    b'<time datetime="2024-02-30T25:61:61+99:99">0000-00-00</time>',
    b'<p class="date">31. Februar 2024, 99:99</p>',
    b'<meta property="og:image" content="http://[x"><link rel="canonical" href="//[">',
    b'<base href="http://[::1"><meta charset="utf-7"><meta charset="unicode_escape">',
    b"&#0;&#1;&#x0C;&#xFFFE;&#xD800;&#99999999999;\x00\x0b\x0c\x1b$B\xed\xa0\x80",
    b"<!--",
    b"<![CDATA[",
    b"<script>",
    b"<table><tr>" * 30,
    b"</div></main></body></html>",
    b"<svg><title>",
    b"<h1></h1>" * 9,
]
WHOLE = article_page(
    around='<aside class="related"><a href="/x">Another story of this site</a></aside>',
    head=f'<title>{TITLE}</title><meta property="og:title" content="{TITLE}">',
).body
ENCODINGS = (None, "utf-8", "latin-1", "shift_jis", "utf-16", "no-such-charset")
places = st.integers(0, len(WHOLE))


@settings(max_examples=150, deadline=None)
@given(
    odd=st.lists(st.tuples(places, st.sampled_from(ODD)), max_size=4),
    cut=st.tuples(places, st.integers(0, 400)),
    end=places,
    noise=st.lists(st.tuples(places, st.binary(min_size=1, max_size=4)), max_size=6),
    encoding=st.sampled_from(ENCODINGS),
)
def test_a_broken_page_gives_an_article_or_a_reason(odd, cut, end, noise, encoding):
    body = bytearray(WHOLE)
    del body[cut[0] : cut[0] + cut[1]]
    for at, piece in [*noise, *odd]:
        body[at:at] = piece
    kept = bytes(body[:end]) if end % 3 == 0 else bytes(body)

    with suppress(ExtractionError):
        page = Page(url=URL, body=kept, fetched_at=NOW, encoding=encoding)
        article = extract_article(page)
        assert article.title
        assert article.text
