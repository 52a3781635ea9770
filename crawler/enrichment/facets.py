"""One article's facets, put together from what each module of this package finds."""

import re
import unicodedata

from crawler.article import Article, Facets, Funding, Place, Site
from crawler.enrichment.companies import NamedCompany, find_companies
from crawler.enrichment.companies.names import is_name
from crawler.enrichment.funding.rounds import find_funding
from crawler.enrichment.gazetteer import gazetteer
from crawler.enrichment.language import language_of
from crawler.enrichment.places.audience import audience_of
from crawler.enrichment.places.places import find_places
from crawler.enrichment.shingles import shingles
from crawler.enrichment.steps import run_steps
from crawler.enrichment.terms import vocabulary
from crawler.enrichment.topics.topics import Verdict, judge
from indexer.vocabulary.companies import companies

_MOST_CHARACTERS = 100_000  # a longer text is cut: every step stays bounded
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0670]")  # of Arabic, which few texts write
_MOST_EVIDENCE = 400  # characters a line of evidence


def load() -> None:
    """Read all data files now, so that the first article does not wait for them."""
    vocabulary("en")  # other languages' own words on their first text, 5 ms each
    gazetteer()
    companies()
    article = Article(url="", title="Seed round", text="LONDON - Acme raised $5 million in London.")
    enrich(article)  # what is read only when first asked for


def enrich(article: Article, site: Site | None = None) -> Facets:
    """The facets of an article, after the steps of other packages too.

    site: what is known of its publisher, for telling apart cities of one name and for the
    audience; nothing else is concluded from it.
    """
    return run_steps(article, _own_facets(article, site))


def _own_facets(article: Article, site: Site | None) -> Facets:
    title = _plain(article.title[:2_000])
    body = _plain(article.text[:_MOST_CHARACTERS])
    said = article.language or (site.language if site else None)
    language = language_of(f"{title}\n{body}", said)
    verdict = judge(title, body, language or "en")
    named = find_companies(title, body)
    places = find_places(title, body, language, site.country if site else None)
    funding = find_funding(title, body, language)
    return Facets(
        language=language,
        tech_relevant=verdict.tech_relevant,
        reason=verdict.reason,
        topics=verdict.topics,
        places=places,
        countries=tuple(dict.fromkeys(place.country_code for place in places)),
        audience=audience_of(article.url, site),
        companies=_company_names(named, funding),
        tickers=tuple(company.ticker for company in named if company.ticker),
        funding=funding,
        shingles=shingles(body, language),
        evidence=_evidence(verdict, places, named, funding),
    )


def _plain(text: str) -> str:
    if text.isascii():
        return text
    return _VOWEL_SIGNS.sub("", unicodedata.normalize("NFC", text))


def _company_names(named: tuple[NamedCompany, ...], funding: Funding | None) -> tuple[str, ...]:
    names = [company.name for company in named]
    if funding and funding.company and funding.kind != "fund" and is_name(funding.company):
        known = {alias for company in named for alias in company.aliases}
        if funding.company not in known:
            names.insert(0, funding.company)
    return tuple(names)


def _evidence(
    verdict: Verdict,
    places: tuple[Place, ...],
    named: tuple[NamedCompany, ...],
    funding: Funding | None,
) -> dict[str, str]:
    """What fired, a line for every facet that says something."""
    lines = {
        "relevance": f"{verdict.reason}; for {verdict.anchor:.1f}, against {verdict.off:.1f}",
        "topics": "; ".join(
            f"{topic.id} {topic.score:g}: {', '.join(topic.phrases)}" for topic in verdict.topics
        ),
        "places": "; ".join(
            f"{place.country_code} {place.score:g}: {', '.join(place.phrases)}" for place in places
        ),
        "companies": ", ".join(
            f"{company.name} ({company.phrase})" if company.phrase else company.name
            for company in named
        ),
        "funding": funding.phrase if funding else "",
    }
    return {name: line[:_MOST_EVIDENCE] for name, line in lines.items() if line}
