"""`_rankingScore` and its details: what a packed score says in Meilisearch's terms."""

from typing import Any

from tantivy import Query, Schema

from indexer.embedded.search.candidates import Candidates
from indexer.embedded.search.query import ParsedQuery
from indexer.embedded.search.ranking import Ranking


def ranking_score(ranking: Ranking, parsed: ParsedQuery, score: int) -> float:
    """Between 0 and 1: how good the match is under all text rules together."""
    scale = ranking.scale
    if not parsed.terms:
        return 1.0
    digits = scale.digits(score)
    terms = len(parsed.terms)
    missing = terms - digits[scale.rules.index("words")] if "words" in scale.rules else 0
    rank, size = 1, 1
    for rule, digit, levels in zip(scale.rules, digits, scale.levels, strict=True):
        if rule == "words":  # at least one word always matched
            digit, levels = max(0, digit - 1), levels - 1
        elif rule == "typo":  # only the typos these words are forgiven count
            allowed = _forgiven(ranking, parsed)
            digit, levels = max(0, digit + 2 * missing - 2 * terms + allowed), allowed + 1
        else:  # what a missing word could not earn is counted under words alone
            digit = min(levels - 1, digit + missing * ((levels - 1) // terms))
        rank = (rank - 1) * levels + digit + 1
        size *= levels
    return rank / size


def score_details(ranking: Ranking, parsed: ParsedQuery, score: int) -> dict[str, Any]:
    """What the document reached under each text rule."""
    scale = ranking.scale
    if not parsed.terms:
        return {}
    terms = len(parsed.terms)
    digits = dict(zip(scale.rules, scale.digits(score), strict=True))
    matched = digits.get("words", terms)
    details: dict[str, Any] = {}
    for order, (rule, levels) in enumerate(zip(scale.rules, scale.levels, strict=True)):
        one: dict[str, Any] = {"order": order}
        reached, most = digits[rule] + 1, levels
        if rule == "words":
            reached, most = matched, terms
            one |= {"matchingWords": matched, "maxMatchingWords": terms}
        elif rule == "typo":
            allowed = _forgiven(ranking, parsed)
            typos = max(0, 2 * matched - digits[rule])
            reached, most = max(1, allowed + 1 - typos), allowed + 1
            one |= {"typoCount": typos, "maxTypoCount": allowed}
        details["attributeRank" if rule == "attribute" else rule] = one | {"score": reached / most}
    return details


def _forgiven(ranking: Ranking, parsed: ParsedQuery) -> int:
    return sum(ranking.spellings.allowed_typos(one) for one in parsed.terms)


def good_enough(
    candidates: Candidates,
    schema: Schema,
    ranking: Ranking,
    parsed: ParsedQuery,
    query: Query,
    least: float,
) -> Query:
    """The matches whose `_rankingScore` is not less: every match is scored for it."""
    found = candidates.by_score(query, candidates.count(query))
    enough = {
        score: ranking_score(ranking, parsed, score) >= least
        for score in {int(score) for score, _ in found}
    }
    addresses = [address for score, address in found if enough[int(score)]]
    if not addresses:
        return Query.empty_query()
    return Query.term_set_query(schema, "_n", candidates.column("_n", addresses))
