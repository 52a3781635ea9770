"""`_rankingScore` and its details: what a packed score says in Meilisearch's terms."""

from typing import Any

from indexer.embedded.search.levels import Row
from indexer.embedded.search.preparing import Prepared


def above_threshold(prepared: Prepared, rows: list[Row]) -> list[Row]:
    least = prepared.asked.score_threshold
    if least is None:
        return rows
    prepared.candidates.score(prepared.query, rows)
    return [row for row in rows if ranking_score(prepared, row) >= least]


def ranking_score(prepared: Prepared, row: Row) -> float:
    """Between 0 and 1: how good the match is under all text rules together."""
    scale = prepared.ranking.scale
    if not prepared.parsed.terms:
        return 1.0
    prepared.candidates.score(prepared.query, [row])
    digits = scale.digits(row.score or 0)
    terms = len(prepared.parsed.terms)
    missing = terms - digits[scale.rules.index("words")] if "words" in scale.rules else 0
    rank, size = 1, 1
    for rule, digit, levels in zip(scale.rules, digits, scale.levels, strict=True):
        if rule == "words":  # at least one word always matched
            digit, levels = max(0, digit - 1), levels - 1
        elif rule == "typo":  # only the typos these words are forgiven count
            forgiven = prepared.ranking.spellings.allowed_typos
            allowed = sum(forgiven(one) for one in prepared.parsed.terms)
            digit, levels = max(0, digit + 2 * missing - 2 * terms + allowed), allowed + 1
        else:  # what a missing word could not earn is counted under words alone
            digit = min(levels - 1, digit + missing * ((levels - 1) // terms))
        rank = (rank - 1) * levels + digit + 1
        size *= levels
    return rank / size


def score_details(prepared: Prepared, row: Row) -> dict[str, Any]:
    scale = prepared.ranking.scale
    if not prepared.parsed.terms:
        return {}
    prepared.candidates.score(prepared.query, [row])
    digits = scale.digits(row.score or 0)
    names = {"attribute": "attributeRank"}
    details: dict[str, Any] = {}
    for order, (rule, digit, levels) in enumerate(
        zip(scale.rules, digits, scale.levels, strict=True)
    ):
        details[names.get(rule, rule)] = {
            "order": order,
            "score": (digit + 1) / levels,
        }
    return details
