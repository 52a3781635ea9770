"""Money raised by a company, read from the sentences of a story.

Told from valuations, running totals, rumours, fines, prices and investments in something. The
names in the sentence are read by `names`, the sums by `money`.
"""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from collections.abc import Iterator
from typing import NamedTuple

from crawler.article import Funding
from crawler.enrichment.funding.investors import investors_of, lead_of
from crawler.enrichment.funding.kinds import MARKET, PAST, UNDISCLOSED, UNDISCLOSED_HINTS, kind_of
from crawler.enrichment.funding.money import Money, find_money, has_spelled, usd
from crawler.enrichment.funding.names import (
    FRESH_MONEY,
    SUM_FOR,
    WITH_SUM,
    first_name,
    is_about_many,
    raiser,
    raiser_east,
)
from crawler.enrichment.funding.transactions import Transaction, transaction

_ROUND_WORDS = (
    r"seed|pre-?seed|angel round|series [a-k]\b|pre-?series|funding|fundraise|fundraising|financing"
    r"|(?:investment|equity|capital|bridge|growth|venture|extension|debt) (?:round|raise)"
    r"|round of|round led|(?:its|the|a|this|latest|new|oversubscribed) round|\bround\b(?! ?table|s of)"
    r"|venture capital|venture debt|backing|backers|che(?:ck|que) (?:from|of)|investors?|in (?:fresh|new|growth|equity|strategic|pre-?seed)?"
    r" ?(?:capital|equity|investment|cash)|nyemission|kitle fonlama\w*|(?:growth|strategic|equity|minority|fresh|new) investment"
    r"|investment from|invested in|\bVC\b|grant"
    # es, pt, fr, de, it, id
    r"|\bKapital\b|ronda|financiación|financiamiento|inversión|rodada|aporte|captação|investimento|capital semente"
    r"|levée|tour de table|financement|amorçage|Finanzierungsrunde|Finanzierung|Seed-Runde|Runde"
    r"|Kapitalrunde|Wachstumskapital|round di|finanziamento|aumento di capitale|pendanaan"
    r"|yatırım|инвестици\w+|раунд\w*|інвестиці\w+|جولة|تمويل|استثمار"
    # zh, ja, ko
    r"|融资|融資|轮|輪|天使投资|資金調達|調達|出資|투자|유치|시리즈|फंडिंग|निवेश"
)
ROUND = re.compile(_ROUND_WORDS, re.IGNORECASE)

# Rounds said without a verb: "a $5 million seed round", "Series B of $30M".
STRONG = re.compile(
    r"series [a-k]\b|(?:seed|funding|financing|investment|venture|pre-?seed|angel|bridge) round"
    r"|che(?:ck|que) from|round,? worth|frisches (?:Geld|Kapital)|-Runde|Serie-[A-K]|\bput\b|round (?:of|led|was led)|led (?:the|a|its)|seed funding|funding from|\bfunding\b|invested"
    r"|ronda de|rodada de|levée de fonds|tour de table|Finanzierungsrunde|round di|putaran pendanaan"
    r"|融资|融資|資金調達|투자 유치|투자를 유치|раунд|جولة",
    re.IGNORECASE,
)

_SURE = (
    r"rais(?:e|es|ed|ing)|levant[aóo]\w*|recaud[aóo]\w*|capt(?:a|ou|ó|aron|aram)\b|lève|levé|lèvent"
    r"|boucle|vient de lever|sammelt|sammelte|eingesammelt|raccoglie|raccolto|chiude un round|meraih|raih|kantongi|haalt|haalde|opgehaald|pozyskał\w*|pozyskuje"
    r"|zebrał\w*|tar in|tog in|får in|rejser|rejste|henter|hentet|gọi vốn|huy động|kerää|keräsi|získal\w*"
    r"|entra en|entre au capital|nyemission|emission på|topladı|привлек\w*|привлёк\w*|залучи\w*|调达|調達|融资|融資|유치|जुटाए|जुटाई|जुटाया|जुटाये|yatırım aldı|جمعت|جمع"
)
_MAYBE = (
    r"secur(?:e|es|ed|ing)|clos(?:e|es|ed|ing)|land(?:s|ed)|bag(?:s|ged)|nab(?:s|bed)|snag(?:s|ged)"
    r"|scor(?:es|ed)|pull(?:s|ed) (?:in|together)|pick(?:s|ed) up|receiv(?:es|ed)|gets|got|w[io]ns?|attract(?:s|ed)"
    r"|collect(?:s|ed)|announc(?:e|es|ed|ing)|complet(?:e|es|ed|ing)|net(?:s|ted)|scoop(?:s|ed)"
    r"|obtain(?:s|ed)|garner(?:s|ed)|brings in|brought in|emerg(?:es|ed) from stealth|hauls? in"
    r"|launch(?:es|ed)|exits? stealth|haul|grabs?|grabbed|lock(?:s|ed) in|drew|draws|amass(?:es|ed)"
    r"|injects?|injected|pours?|poured|put|puts|led|leads|invest(?:s|ed)"
    r"|cierra|cerró|obtiene|obtuvo|consigue|recibe|recibió|fecha|fechou|recebe|recebeu|anuncia"
    r"|anunciou|obtient|obtenu|sécurise|annonce|erhält|sichert|schließt|bekommt|ottiene|chiude"
    r"|memperoleh|mengumumkan|mendapatkan|完成|获|獲|宣布|実施|확보|получил\w*|отримал\w*|حصلت|أغلقت"
)
RAISING = re.compile(
    rf"(?<![^\W_])(?:(?P<sure>{_SURE})|(?P<maybe>{_MAYBE}))(?![a-zà-ÿ])", re.IGNORECASE
)
# Verbs of headlines that need no word of a round when the sum follows at once.
GETTING = re.compile(
    r"\b(?:land(?:s|ed)|bag(?:s|ged)|nab(?:s|bed)|snag(?:s|ged)|scor(?:es|ed)|pick(?:s|ed) up|pull(?:s|ed) in"
    r"|scoop(?:s|ed)|secur(?:es|ed)|attract(?:s|ed)|gets|nets|netted|hauls in|sichert sich|erhält|holt|recibe|recibió|capta|captó|captou|obtiene|obtuvo|logra|logró|recebe|recebeu|obtient|décroche|lève|ottiene|riceve|får|krijgt|ontvangt)\b",
    re.IGNORECASE,
)
NOT_GOT = re.compile(
    r"contract|\bdeal\b|order\b|orders\b|tender|prize|award|sponsorship|box office|licen[cs]e|multa|amende|Strafe|contrat|pedido|premio|prêmio|prix|Auftrag|Preis|Förder|subsid",
    re.IGNORECASE,
)
# Verbs that stand at the end of the sentence, behind the sum.
BEHIND_THE_SUM = re.compile(
    r"調達|融資|融资|유치|투자|जुटा|निवेश|फंडिंग|yatırım|topladı|eingesammelt|abgeschlossen|出資|資金",
    re.IGNORECASE,
)

# The sum right behind these words is something else.
NOT_MEANT_BEFORE = re.compile(
    r"(?:valu(?:ed|ation|ing|es)[\w\s,'-]{0,30}|(?<!round, )(?<!round )worth(?: of)?|post-?money[\w\s]{0,12}|pre-?money[\w\s]{0,12}"
    r"|to date(?: to| is| of)?|total(?:s|ing|ling|led)?(?: \w+){0,5}|in total(?: to)?|overall[\w\s]{0,20}"
    r"|bring(?:s|ing)[\w\s’']{0,45}\bto|brought[\w\s’']{0,40}\bto|takes?[\w\s’']{0,40}\bto|taking[\w\s’']{0,40}\bto"
    r"|since (?:its )?(?:inception|launch|founding)[\w\s,]{0,20}"
    r"|cumulative[\w\s]{0,25}|so far[\w\s]{0,10}|revenues?(?: of| to| by)?(?: \w+){0,3}|sales of|ARR of|profit of|loss of"
    r"|market (?:cap|size|value)\w*(?: of)?|previously raised|had raised|avait levé|avaient levé|había (?:levantado|recaudado|captado)|havia captado|aveva raccolto|hade tagit in|earlier raised|already raised"
    r"|had previously \w+|last year[\w\s,']{0,12}raised|from|fined?|penalty of|debt of|contract \w{0,10}"
    r"|at a|(?:up|down) from|more than doubl\w+ from|bought \w+ for|acquired? [\w\s]{0,25}for|purchase\w* for|sold for"
    r"|price of|priced at|costs?|save[sd]?|spend\w*|spent|pay|paid|payment\w* of|process\w*(?: over| more than)?"
    r"|manag(?:es|ing)|assets (?:of|under)[\w\s]{0,20}|per (?:month|year)|worth over"
    r"|valora\w+[\w\s]{0,25}|valora[cç]\w+ de|avalia\w+[\w\s]{0,20}|valoris\w+[\w\s]{0,20}|bewert\w+[\w\s]{0,20}"
    r"|valutazione di|faturamento de|receita de|Umsatz von|valuasi[\w\s]{0,15}"
    r"|估值[^，。]{0,8}|(?<!系列融资)累计[^，。]{0,10}|累計[^、。]{0,10}|评估价值|評価額[^、。]{0,8}|기업가치[^.]{0,10}|누적[^.]{0,14}|оценк\w+[\w\s]{0,15}|بقيمة سوقية)"
    r"\s*(?:of|about|around|over|nearly|more than|some|roughly|an?|approximately|almost|的|约|約|超|は|为|達|达)?\s*$",
    re.IGNORECASE,
)
NOT_MEANT_AFTER = re.compile(
    r"\s*(?:last year|a year ago|two years ago|el año pasado|l[’']an dernier|no ano passado|im vergangenen Jahr|até agora|até hoje|hasta (?:ahora|la fecha)|jusqu|à ce jour|bisher|bislang|finora|stake\b|of shares|share sale|[-–]?(?:dollar)?\s?valuation|post-?money|pre-?money|in (?:total|revenue|sales|annual|debt repay|ARR|assets|damages|fines|savings|transactions)"
    r"|(?:in |of )?(?:total )?(?:funding|capital|raised|financing)?,?\s?(?:in total|to date|so far|since (?:its|inception|launch|20))"
    r"|total\b|company\b|market\b|unicorn|fine\b|lawsuit|settlement|deal to buy|acquisition|bid\b|a (?:month|year|share)"
    r"|per (?:month|year|share|user)|annual|ARR\b|of (?:revenue|sales|assets)|worth of|\(?annual"
    r"|in (?:a |an )?(?:annual|yearly)|each\b|tax\b|contract\b|salary|的?估值|以上の評価|기업가치|의 기업가치|a month|loan book)",
    re.IGNORECASE,
)
# Sentences in which something else goes up, or is promised.
NOT_A_ROUND = re.compile(
    r"rais(?:e|es|ed|ing) (?:its |their |the |his |her |our )?(?:[\w-]+ ){0,3}?(?:prices?|forecasts?|guidance|outlook|stakes?|targets?"
    r"|bids?|offers?|dividends?|concerns?|questions?|awareness|alarms?|doubts?|eyebrows|fees?|rates?|tax(?:es)?|wages?|minimum|estimates?|expectations|bar|issues?|fears|tariffs?|spending|capex|ceiling|cap|limit|threshold|pay)\b"
    r"|acquir(?:es|ed|ing)|acquisition of|takeover|buys|bought|lawsuit|fine of|fined|to settle|settlement|stolen|stole|hack(?:ed|ers)"
    r"|ransom|laundered|scam|penalty|invests? (?:in|\$\d[\w.]* (?:million|billion) in) (?:its|the|new|AI infra|data cent)"
    r"|capital expenditure|capex|bailout|rescue package|state budget|share buyback|buyback|market size|is expected to reach|projected to|CAGR"
    r"|donat(?:es|ed|ion)|charity|campaign raised|political|Super PAC|crowdfunded for",
    re.IGNORECASE,
)
RUMOUR = re.compile(
    r"\b(?:in (?:advanced |early |late |exploratory |final )?(?:talks|discussions|negotiations)|reportedly|said to be|rumou?r\w*"
    r"|(?:is|are|was|were|be|been) (?:looking|planning|seeking|aiming|hoping|considering|set|poised|expected|preparing|exploring)"
    r"|plan(?:s|ning)? (?:on|to raise|a round|for)|seek(?:s|ing)? (?:to|\$|€|£|up to|funding|about|as much|around|new|fresh)|aim(?:s|ing) to|hop(?:es|ing) to|want(?:s|ing) to"
    r"|consider(?:s|ing)|could|may raise|might|would raise|will raise|eye(?:s|ing) (?:an? |\$|€|£|up to|about|as much|fresh|new |\d)|near(?:s|ing) (?:a |\$|close|deal)|close to (?:raising|closing|securing|a)"
    r"|discuss(?:es|ing|ed)|target(?:s|ing) (?:a|\$|€|£|up)|weigh(?:s|ing)|mull(?:s|ing)|according to (?:people|sources|a person)|sources (?:say|said)|people familiar"
    r"|about to raise|set to raise|intends? to|pitch(?:es|ing) investors|looking to raise|to raise (?:up to|as much)|seeking|tries to|trying to)\b"
    r"|negocia(?:ria|ría)?\b|busca (?:levantar|captar|recaudar)|em negociação|planea|planeja|serait en|en discussion|envisage|soll (?:\w+ ){0,4}einsammeln|will (?:\w+ ){0,4}einsammeln|plant (?:eine|neue|weitere|die|bis)\b"
    r"|据传|传闻|拟|计划融资|洽谈|正在寻求|検討|調整に入った|方針を固めた|추진|검토|ведет переговоры|планирует привлечь|berencana|تعتزم|تأمل|تسعى|يسعى|تخطط|espera (?:captar|levantar|recaudar)|espère|hofft",
    re.IGNORECASE,
)
STAGES = (
    ("pre-seed", re.compile(r"pre-?seed|pre-?semilla|pré-?seed|pre-?semente|pré-?amorçage", re.IGNORECASE)),
    ("pre-series-", re.compile(r"pre-?series[ -](?P<letter>[a-d])\b|プレシリーズ(?P<l2>[A-D])|Pre-(?P<l3>[A-D])轮", re.IGNORECASE)),
    ("series-", re.compile(r"series[ -]?(?P<letter>[a-k])\d?\b", re.IGNORECASE)),
    ("series-", re.compile(r"(?:[Ss]erie|[Ss]érie|シリーズ|시리즈|Seri|vòng|раунд[ае]?|раунде) ?-?(?P<letter>[A-K])(?![a-zà-ÿ])")),
    ("series-", re.compile(r"(?<!\w)(?P<letter>[A-H])[ -](?:serisi\w*|rund(?:e|an|en)\b|runda)")),
    ("series-", re.compile(r"(?<![A-Za-z])(?P<letter>[A-G])\d?\+?(?:轮|輪| Serisi)")),
    ("series-a", re.compile(r"सीरी(?:ज|ज़|ज़)[ -]?ए|(?:الفئة|السلسلة|سلسلة) [\"«]?[أا](?!\w)")),
    ("series-b", re.compile(r"सीरी(?:ज|ज़|ज़)[ -]?बी|(?:الفئة|السلسلة|سلسلة) [\"«]?ب(?!\w)")),
    ("series-c", re.compile(r"सीरी(?:ज|ज़|ज़)[ -]?सी|(?:الفئة|السلسلة|سلسلة) [\"«]?ج(?!\w)")),
    ("seed", re.compile(r"\bseed\b|种子轮|種子輪|シードラウンド|シード|시드|semilla|semente|amorçage|посевн|посівн|tohum|hạt giống|tahap awal|बीज|البذرة|التأسيسية|zaaironde|zalążkow|såddrunda|siemenrahoit|seedrunda|sådd|såkorn|frørunde|çekirdek|tohum|시드|سيد|तालमेल पूंजी|सीड", re.IGNORECASE)),
    ("angel", re.compile(r"angel (?:round|funding|investment)|天使轮|天使輪|エンジェル|pre-?anjo", re.IGNORECASE)),
    ("bridge", re.compile(r"bridge (?:round|funding|financing|loan)", re.IGNORECASE)),
    ("growth", re.compile(r"growth (?:round|equity|funding|investment|capital|financing)|Wachstums", re.IGNORECASE)),
)  # fmt: skip


_LAST_SURE = next(at for at, (stage, _) in enumerate(STAGES) if stage == "angel")
# "Six months after its $50 million Series C": another round than the story's.
_AFTER_ITS = re.compile(
    r"\b(?:after|since|following|despite|from|on top of)\b (?:(?:its|a|the|an|raising|closing|securing|landing) )+$|(?:去年|此前|曾)[^，。]{0,12}$",
    re.IGNORECASE,
)
_STAKE = re.compile(r"\b(?:minority|strategic) (?:stake|investment) in\b", re.IGNORECASE)
_OPENING_SENTENCES = 4  # a loan or a purchase further down is background
_READ_CHARACTERS = 4_000
_MOST_SENTENCES = 30
_SENTENCE_CHARACTERS = 600
_LAST_NAMELESS = 4  # a round of nobody, further down, is background
_LEAST_USD = 10_000.0
_MOST_USD = 150e9
_DIGIT = re.compile(r"\d")
_ABOUT_HUNDRED_MILLION = re.compile("[近逾超过約约][亿億]")
# It begins with a mark, so that the engine passes over all else.
_END = re.compile(
    r"[.!?](?<=[a-z0-9%\")’”][.!?])(?<!Mio\.)(?<!Mrd\.)(?<!Inc\.)(?<!Ltd\.)(?<!Corp\.)(?<!Dr\.)(?<!Mr\.)(?<!St\.)"
    r"[\"”’]?\s+(?=[\"“A-ZÀ-ÖØ-ÞА-Я¿¡])|\n+|[。！？।]"
)


class _ToldRound(NamedTuple):
    """A sentence about a round. rank: the lower, the surer it is the story's own."""

    rank: int
    sentence: str
    money: Money


def find_funding(title: str, body: str, language: str | None) -> Funding | None:
    """The deal the story reports, or None.

    language: BCP 47 tag of the text. English is the measured one; the others' rules are plainer.
    """
    tongue = (language or "en").split("-")[0]
    sentences = list(_sentences(title, body))
    headline = next((sentence for sentence in sentences if sentence.strip()), "")
    told = _best_round(sentences, tongue)
    if told and MARKET.search(headline):
        told = None
    deal = _best_transaction(sentences, tongue)
    if deal and (told is None or deal[0] < told.rank):
        return _funding_of(deal[1], sentences[deal[0]])
    return _round(told, sentences, body, tongue) if told else _undisclosed(sentences, body, tongue)


def _best_round(sentences: list[str], language: str) -> _ToldRound | None:
    rounds = (
        _ToldRound(at + _doubt(sentence), sentence, money)
        for at, sentence in enumerate(sentences)
        if (money := _sum_raised(sentence, language)) is not None
    )
    return min(rounds, default=None)


def _best_transaction(sentences: list[str], language: str) -> tuple[int, Transaction] | None:
    """The first sentence of the opening that tells of a loan, a listing, a purchase ..."""
    for at, sentence in enumerate(sentences[:_OPENING_SENTENCES]):
        deal = transaction(sentence, language)
        if deal is None or MARKET.search(sentence):
            continue
        sure = sentence.replace("拟", "") if deal.kind == "acquisition" else sentence
        if deal.kind == "ipo" or not _is_rumour(sure):
            return at, deal
    return None


def _funding_of(deal: Transaction, sentence: str) -> Funding:
    money = deal.money
    return Funding(
        kind=deal.kind,
        company=deal.company,
        amount=money.amount if money else None,
        currency=money.currency if money else None,
        usd=usd(money.amount, money.currency) if money else None,
        stage=deal.kind,
        phrase=sentence,
    )


def _round(best: _ToldRound, sentences: list[str], body: str, language: str) -> Funding | None:
    if _is_rumour(best.sentence) or (sentences and _is_rumour(sentences[0])):
        return None
    same = [
        sentence
        for sentence in sentences[:_MOST_SENTENCES]
        if (money := _sum_raised(sentence, language)) is not None and _same_sum(money, best.money)
    ]
    company = _company([best.sentence, *same, sentences[0]], body[:_READ_CHARACTERS], language)
    if company is None and (
        best.rank > _LAST_NAMELESS or is_about_many(best.sentence[: best.money.start])
    ):
        return None
    told = [best.sentence, *same, *sentences[:8]]
    kind = kind_of(best.sentence, best.money.start, best.money.end)
    return Funding(
        kind=kind,
        company=company,
        amount=best.money.amount,
        currency=best.money.currency,
        usd=usd(best.money.amount, best.money.currency),
        stage=_stage(told, best) if kind == "equity" else kind,
        lead=lead_of(told),
        investors=investors_of(told, company),
        phrase=best.sentence,
    )


def _undisclosed(sentences: list[str], body: str, language: str) -> Funding | None:
    """A round of a sum that the story says it does not tell."""
    opening = sentences[:3]
    lower = " ".join(opening).lower()
    if not any(hint in lower for hint in UNDISCLOSED_HINTS):
        return None
    if not any(UNDISCLOSED.search(sentence) for sentence in opening):
        return None
    for sentence in opening:
        if not (ROUND.search(sentence) or _STAKE.search(sentence)) or MARKET.search(sentence):
            continue
        stake = _STAKE.search(sentence)
        company = (
            first_name(sentence[stake.end() :].strip())
            if stake
            else _company([sentence], body[:_READ_CHARACTERS], language)
        )
        if company and not _is_rumour(sentence):
            stage = _stage([sentence], None)
            return Funding(kind="equity", company=company, stage=stage, phrase=sentence)
    return None


def _company(sentences: list[str], text: str, language: str) -> str | None:
    for sentence in sentences:
        name = raiser_east(sentence, language)
        if name:
            return name
    return raiser(sentences, text)


def _sentences(title: str, body: str) -> Iterator[str]:
    """The title, then the first sentences of the body, each cut to a bounded length."""
    yield title[:_SENTENCE_CHARACTERS]
    text, start, given = body[:_READ_CHARACTERS], 0, 0
    for stop in (*(found.end() for found in _END.finditer(text)), len(text)):
        part = text[start:stop].strip()
        start = stop
        if part and given < _MOST_SENTENCES:
            given += 1
            yield part[:_SENTENCE_CHARACTERS]


def _sum_raised(sentence: str, language: str) -> Money | None:
    """The sum this sentence says a company raised, if it says that of any."""
    figures = _DIGIT.search(sentence) or has_spelled(sentence)
    if not figures and (sentence.isascii() or not _ABOUT_HUNDRED_MILLION.search(sentence)):
        return None
    money = _told_sum(sentence, language)
    return None if money is None or MARKET.search(sentence) else money


def _told_sum(sentence: str, language: str) -> Money | None:
    told = find_money(sentence, language)  # first: most sentences with a number have no sum
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
    if WITH_SUM.match(sentence) or SUM_FOR.match(sentence) or FRESH_MONEY.match(sentence):
        return None if NOT_GOT.search(sentence) else sums[0]
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
    if NOT_MEANT_BEFORE.search(before) or NOT_MEANT_AFTER.match(after) or _AFTER_ITS.search(before):
        return False
    try:
        return _LEAST_USD <= usd(money.amount, money.currency) <= _MOST_USD
    except KeyError:
        return False


def _distance(money: Money, word: re.Match[str]) -> int:
    return max(0, money.start - word.end(), word.start() - money.end)


def _doubt(sentence: str) -> int:
    """How many sentences' lead this one loses against a plainer one."""
    doubt = 0 if ROUND.search(sentence) else 2
    return doubt + (8 if _is_rumour(sentence) else 0)


def _is_rumour(sentence: str) -> bool:
    return bool(RUMOUR.search(sentence))


def _same_sum(one: Money, other: Money) -> bool:
    return one.currency == other.currency and abs(one.amount - other.amount) <= 0.1 * one.amount


def _stage(sentences: list[str], told: _ToldRound | None) -> str | None:
    """The stage nearest to the sum, none of another year."""
    for sentence in sentences:
        at = told.money.start if told and sentence == told.sentence else 0
        spans = [
            (match.start(), match.end(), order, match)
            for order, (_, words) in enumerate(STAGES)
            for match in words.finditer(sentence)
            if not PAST.search(sentence, max(0, match.start() - 40), match.start())
        ]
        whole = [
            one
            for one in spans  # "series A" in "pre-series A" is none
            if not any(o[0] <= one[0] and one[1] <= o[1] and o[:2] != one[:2] for o in spans)
        ]
        if whole:
            _, _, order, match = min(
                whole, key=lambda one: (one[2] > _LAST_SURE, abs(one[0] - at), one[2])
            )
            letter = next(filter(None, match.groups()), None)
            return f"{STAGES[order][0]}{letter.lower()}" if letter else STAGES[order][0]
    return None
