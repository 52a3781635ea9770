"""What a feed says of an article, held against its page: in its place, or as a witness.

Where a page cannot be read, or is kept back, and its feed carries the whole article, that is the
article. Where a page has nothing of what its feed announced, it is another page: a wall, a home.
"""

import re
from dataclasses import replace

from crawler.article import Access, Article, DateEvidence, Entry, Precision
from crawler.errors import ExtractionError
from crawler.extraction.metadata import first_sentences
from crawler.formats.lengths import weight
from crawler.urls import canonical_url

# reasons for which a page is not read that say nothing against its article; never an opt-out
UNREAD = frozenset(
    ("challenge", "consent-wall", "empty", "login", "other-page", "paywall", "script-shell")
)
MORE = 1.5  # times what the page shows of an article: then the feed has the whole
LEAST_WORDS = 3  # of a headline that can be looked for
_WORD = re.compile(r"[^\W_]{4,}|\d{2,}")
_DENSE_PAIR = re.compile(r"(?=([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}))")


def article_of(entry: Entry) -> Article | None:
    """The article as its feed has it, or None where the feed has no more than a teaser."""
    if not entry.content or not entry.title:
        return None
    evidence = dict.fromkeys(("title", "text", "summary"), entry.kind)
    return Article(
        url=canonical_url(entry.url),
        title=entry.title,
        text=entry.content,
        summary=first_sentences(entry.content, 2),
        authors=entry.authors,
        published=_date_of(entry),
        language=entry.language.split("-")[0] if entry.language else None,
        image=entry.image,
        text_from="feed",
        evidence=evidence | ({"published": entry.kind} if entry.published else {}),
    )


def with_whole_text(article: Article, entry: Entry | None) -> Article:
    """The article with its feed's text, where its page keeps most of it back."""
    if article.access is not Access.TEASER or entry is None or not entry.content:
        return article
    if weight(entry.content) < MORE * weight(article.text):
        return article
    evidence = {**article.evidence, "text": entry.kind}
    return replace(article, text=entry.content, text_share=1.0, text_from="feed", evidence=evidence)


def refuse_other_page(article: Article, entry: Entry | None) -> None:
    """Raise where nothing of a page is what its feed announced. Raises: ExtractionError."""
    if entry is None or entry.kind != "feed" or not entry.title:
        return
    announced = _pieces(entry.title)
    if len(announced) < LEAST_WORDS:
        return
    told = "\n".join((article.title, *article.alternative_titles, article.text))
    if not announced & _pieces(told):
        words = f"its feed calls it {entry.title[:60]!r}, the page is {article.title[:60]!r}"
        raise ExtractionError("other-page", words)


def _pieces(text: str) -> set[str]:
    """Words of a text that are worth a look; pairs of characters where words are not spaced."""
    folded = text.casefold()
    return set(_WORD.findall(folded)) | set(_DENSE_PAIR.findall(folded))


def _date_of(entry: Entry) -> DateEvidence | None:
    if entry.published is None:
        return None
    is_day = entry.published.time().isoformat() == "00:00:00"
    return DateEvidence(
        instant=entry.published,
        precision=Precision.DAY if is_day else Precision.SECOND,
        source=entry.kind,
        raw=entry.published_raw or entry.published.isoformat(),
        confidence=0.8,
    )
