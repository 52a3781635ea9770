"""Money raised by a company, read from the sentences of a story.

Told from valuations, running totals, rumours, fines, prices and investments in something. The
names in the sentence are `funding_names`' work, the sums `money`'s.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.article import Funding
from crawler.enrichment.funding.investors import investors_of, lead_of
from crawler.enrichment.funding.money import Money, find_money, usd
from crawler.enrichment.funding.names import is_about_many, raiser
from crawler.enrichment.funding.names_east import raiser_east
from crawler.enrichment.funding.words import (
    BEHIND_THE_SUM,
    GETTING,
    NOT_A_ROUND,
    NOT_GOT,
    NOT_MEANT_AFTER,
    NOT_MEANT_BEFORE,
    RAISING,
    ROUND,
    RUMOUR,
    STAGES,
    STRONG,
)

_READ_CHARACTERS = 4_000
_MOST_SENTENCES = 30
_SENTENCE_CHARACTERS = 600
_LAST_NAMELESS = 4  # a round of nobody, further down, is background
_LEAST_USD = 10_000.0
_MOST_USD = 150e9
_DIGIT = re.compile(r"\d")
_PARTS = re.compile(r"(?<=[a-z0-9%\")’”][.!?])[\"”’]?\s+(?=[\"“A-ZÀ-ÖØ-ÞА-Я¿¡])|\n+|(?<=[。！？।])")


class _ToldRound(NamedTuple):
    """A sentence about a round. rank: the lower, the surer it is the story's own."""

    rank: int
    sentence: str
    money: Money


def find_funding(title: str, body: str, language: str | None) -> Funding | None:
    """The round the story reports, or None.

    language: BCP 47 tag of the text. English is the measured one; the others' rules are plainer.
    """
    sentences = list(_sentences(title, body))
    rounds = [
        _ToldRound(at + _doubt(sentence, money), sentence, money)
        for at, sentence in enumerate(sentences)
        if (money := _sum_raised(sentence)) is not None
    ]
    if not rounds:
        return None
    best = min(rounds)
    if _is_rumour(best.sentence) or (sentences and _is_rumour(sentences[0])):
        return None
    same = [found.sentence for found in rounds if _same_sum(found.money, best.money)]
    told = [best.sentence, *same, *sentences[:8]]
    company = _company(
        [best.sentence, *same, title], body[:_READ_CHARACTERS], (language or "en").split("-")[0]
    )
    if company is None and (
        best.rank > _LAST_NAMELESS or is_about_many(best.sentence[: best.money.start])
    ):
        return None
    return Funding(
        company=company,
        amount=best.money.amount,
        currency=best.money.currency,
        usd=usd(best.money.amount, best.money.currency),
        stage=_stage(told),
        lead=lead_of(told),
        investors=investors_of(told, company),
        phrase=best.sentence,
    )


def _company(sentences: list[str], text: str, language: str) -> str | None:
    for sentence in sentences:
        name = raiser_east(sentence, language)
        if name:
            return name
    return raiser(sentences, text)


def _sentences(title: str, body: str) -> Iterator[str]:
    """The title, then the first sentences of the body, each cut to a bounded length."""
    yield title[:_SENTENCE_CHARACTERS]
    parts = (part.strip() for part in _PARTS.split(body[:_READ_CHARACTERS]))
    for at, part in enumerate(part for part in parts if part):
        if at >= _MOST_SENTENCES:
            return
        yield part[:_SENTENCE_CHARACTERS]


def _sum_raised(sentence: str) -> Money | None:
    """The sum this sentence says was raised, if it says that of any."""
    if not _DIGIT.search(sentence):
        return None
    told = find_money(sentence)  # first: most sentences with a number have no sum
    if not told or NOT_A_ROUND.search(sentence):
        return None
    sums = [money for money in told if _may_be_raised(sentence, money)]
    if not sums:
        return None
    verb = _raising(sentence)
    round_word = ROUND.search(sentence)
    if verb:
        behind = [money for money in sums if money.start >= verb.start()]
        if behind and behind[0].start - verb.end() < 90:
            return behind[0]
    got = _got(sentence, sums)
    if got:
        return got
    last = BEHIND_THE_SUM.search(sentence, sums[0].end)
    if last and last.start() - sums[0].end < 45:
        return sums[0]
    if not round_word or (not verb and not STRONG.search(sentence)):
        return None
    nearest = min(sums, key=lambda money: _distance(money, round_word))
    return nearest if _distance(nearest, round_word) <= 60 else None


def _got(sentence: str, sums: list[Money]) -> Money | None:
    """The sum right behind a headline's verb: "lands €32 million to expand"."""
    if NOT_GOT.search(sentence):
        return None
    for verb in GETTING.finditer(sentence):
        for money in sums:
            if 0 <= money.start - verb.end() <= 15:
                return money
    return None


def _raising(sentence: str) -> re.Match[str] | None:
    """The verb of raising; one that may mean other things needs a round in the sentence."""
    for verb in RAISING.finditer(sentence):
        if verb.lastgroup == "sure" or ROUND.search(sentence):
            return verb
    return None


def _may_be_raised(sentence: str, money: Money) -> bool:
    before = sentence[max(0, money.start - 60) : money.start]
    after = sentence[money.end : money.end + 40]
    if NOT_MEANT_BEFORE.search(before) or NOT_MEANT_AFTER.match(after):
        return False
    try:
        return _LEAST_USD <= usd(money.amount, money.currency) <= _MOST_USD
    except KeyError:
        return False


def _distance(money: Money, word: re.Match[str]) -> int:
    return max(0, money.start - word.end(), word.start() - money.end)


def _doubt(sentence: str, money: Money) -> int:
    """How many sentences' lead this one loses against a plainer one."""
    doubt = 0 if ROUND.search(sentence) else 2
    return doubt + (8 if _is_rumour(sentence) else 0)


def _is_rumour(sentence: str) -> bool:
    return bool(RUMOUR.search(sentence))


def _same_sum(one: Money, other: Money) -> bool:
    return one.currency == other.currency and abs(one.amount - other.amount) <= 0.1 * one.amount


def _stage(sentences: list[str]) -> str | None:
    for sentence in sentences:
        for stage, words in STAGES:
            found = words.search(sentence)
            if found:
                letter = next(filter(None, found.groups()), None)
                return f"{stage}{letter.lower()}" if letter else stage
    return None
