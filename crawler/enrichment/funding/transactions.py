"""Deals that are no rounds: loans, listings, acquisitions, grants and closed funds, each with its company."""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from functools import cache
from typing import Any, NamedTuple

import ahocorasick

from crawler.enrichment.companies.names import is_name
from crawler.enrichment.funding.kinds import CUES, PAST
from crawler.enrichment.funding.money import Money, find_money
from crawler.enrichment.funding.names import NO_NAME_EAST, first_name, last_name, named, raiser_east

_ORDER = ("acquisition", "fund", "grant", "ipo", "debt")
_EAST = frozenset(["zh", "ja", "ko", "ar", "fa", "he", "hi", "bn", "mr"])
# The one named behind these got it: "lends $5m to X", "Zuschuss an die X", "à X".
_TO = re.compile(
    r"(?:(?<=[ ,])(?:to|into|for|an(?: die| den| das)?|für(?: die| den| das)?|à|au|pour|a|para|al?|ao|à|per|till|til|aan|dla|для|awards?|awarded|gives?|gave) )(?:the |la |le |el |die |der )?(?=[A-ZÀ-Þ0-9])"
)
_LENDS = re.compile(
    r"\b(?:lends?|lent|awards?|awarded|gives?|gave|grants|granted|puts?|prête|prêter|accorde|subvention|fließen|vergibt|bewilligt|gewährt|fördert|prestó|presta|concede|concedió|otorga|empresta|ger|ga|ger bidrag|bidrag|Zuschuss|loan to|grant to|grants to)\b"
)
# "The IFC will lend X $20 million": whom it is given stands between.
_GIVES = re.compile(
    r"\b(?:lends?|lent|giv(?:es|ing)|gave|awards?|awarded|leiht|gibt|gewährt|prête|presta|ger|ga|låner|låner ut) (?=(?:der |die |dem |the )?[A-ZÀ-Þ][^,.;]{1,40} [$€£₹]?\d)"
)
_SUBJECT = re.compile(
    r"\b(?:has|have|had|is|was|today|sold|sells|signed|signs|prices?|priced|lands?|landed|secur\w+|gets?|got|wins?|won|receiv\w+|rais\w+|clos\w+|reach\w+|held|holds|borrow\w*|takes? out|took out|draws?|launch\w+|announc\w+|complet\w+|file[sd]?|lists?|debuts?|makes?|nets?|bags?"
    r"|hat|holt|erhält|bekommt|nimmt|sichert|schließt|plant|bereitet|sammelt|begibt|emprunte|obtient|lève|décroche|boucle|reçoit|émet|s’introduit|s'introduit|obtiene|cierra|logra|recibe|recibió|consigue|emite|sale|debuta|toma|recebe|recebeu|capta|captou|fecha|emite|levanta|ottiene|chiude|riceve"
    r"|lånar|får|säkrar|stänger|noteras|tar|gör|låner|henter|krijgt|haalt|sluit|pozyskał\w*|otrzymał\w*|aldı|sağladı|topladı|kapattı|получил\w*|привлек\w*|разместил\w*|meraih|mendapat\w*)\b"
)
_TURKISH_OBJECT = re.compile(r"[’'](?:[yn]?[ıiuü])\b.{0,40}satın al")
_BOUGHT = re.compile(
    r"\bgeht (?:\S+ ){0,4}an (?:den|die|das)\b(?! Börse)|\bpasa a manos de\b|\bpass\w+ (?:aux mains|sous)\b|\bpassa (?:a|para) mãos\b|\b(?:was|were|has been|been|is being|wurde|wird|a été|est|fue|foi|è stata|blev|bliver)\b[^,.;]{0,30}\b(?:acquired|bought|sold|übernommen|gekauft|verkauft|racheté\w*|vendu\w*|adquirid[ao]|comprad[ao]|vendid[ao]|acquisita|köpt|såld|købt)\b"
)
_EAST_BOUGHT = {
    "zh": re.compile(r"(?:收购|收購|併購|并购|买下|買下)(?:了)?(?:[^，。；]{0,12}(?:公司|企业|企業|平台|新創|初创))?[\"「“]?(?P<name>[A-Za-z0-9·\u4e00-\u9fff]{2,10}?)[\"」”]?(?=$|[，。；、的]|，|全部|多数|股权)"),
    "ja": re.compile(r"(?:の|、|は|が|企業|会社|^)[「\"]?(?P<name>[A-Za-z0-9・ー\u30a0-\u30ff\u4e00-\u9fff]{2,24})[」\"]?(?:の(?:全)?株式)?を[^、。]{0,14}(?:買収|子会社化|取得)"),
    "ko": re.compile(r"['\"‘“]?(?P<name>[A-Za-z0-9.&가-힣]{2,16}?)['\"’”]?(?:을|를) .{0,16}인수"),
    "ar": re.compile(r"على (?:تطبيق |شركة |منصة )(?:[\"«“](?P<quoted>[^\"»”]{2,24})[\"»”]|(?P<name>[\w&.-]{2,16}))|على [\"«“](?P<bare>[^\"»”]{2,24})[\"»”]"),
    "hi": re.compile(r"(?P<name>[\w\u0900-\u097f.&-]{2,24}) (?:का|को|के) .{0,30}?(?:अधिग्रहण|खरीद)"),
}  # fmt: skip
_EAST_QUOTED = re.compile(r"[「『\"“«‘'](?P<name>[^」』\"”»’']{2,24})[」』\"”»’']")
_EAST_GOT = {
    "zh": re.compile(r"(?:^|[，。；：])(?:[^，。；：]{0,8}(?:公司|企业|企業|厂商))?(?P<name>[A-Za-z0-9·\u4e00-\u9fff]{2,10}?)(?:近日|今日|昨日|已|正式|宣布|获批|于)*(?:获|獲|港股|美股|科创板|在港交所|在上交所|在深交所|在纳斯达克|登陆|挂牌|掛牌|向|从|與|与)"),
    "ko": re.compile(r"(?:^|[\s])(?P<name>[A-Za-z0-9.&가-힣]{2,14}?)(?:은|는|이|가)(?=\s)"),
    "ja": re.compile(r"(?:へ|に|の)(?P<name>[A-Za-z0-9・ー\u30a0-\u30ff\u4e00-\u9fff]{2,20}|[ぁ-ん]{2,6}[A-Za-z0-9・ー\u30a0-\u30ff\u4e00-\u9fff]{2,12})(?:へ|に|など)"),
    "hi": re.compile(r"(?:वाली |तहत |कंपनी |स्टार्टअप )?(?P<name>[\w\u0900-\u097f.-]+(?: [\w\u0900-\u097f.-]+)?) (?:ने|को) "),
}  # fmt: skip
_EAST_FUND = re.compile(
    r"(?:设立|設立|成立|发起)(?P<name>[A-Za-z0-9·\u4e00-\u9fff]{2,20}基金)|[\"「“«](?P<quoted>[^\"」”»]{2,24})[\"」”»]"
)


# Letters without which no word of the kind is there: one look instead of five long ones.
_HINTS = {
    "acquisition": "acquir|acquis|takeover|takes over|took over|taken over|taking over|pays |paid |buys|buying|to buy|bought|buyout|snaps up|snapped up|swallows|merge|merging| sold |übernimmt|übernommen|übernahme|kauft|schluckt|geht |rachète|rachat|racheté|acquiert|avale|s'offre|s’offre|compra|compró|compro|adquiere|adquiri|absorbe|vendid|se hace con|se hizo con|se queda con|la main sur|manos de|aux mains|passe sous|adquisi|aquisi|adquire|acquist|köper|förvärvar|kjøper|køber|neemt |overname|przej|kupuje|akuisisi|mua lại|thâu tóm|satın al|satıld|купил|приобр|покупает|придба|收购|收購|併購|并购|买下|買下|買収|子会社化|인수|استح|تستح|अधिग्रहण|खरीद",
    "debt": "debt|loan|facility| lend| lent|leiht|credit|bonds|notes|borrow|kredit|darlehen|anleihe|fremdkapital|prêt|emprunt|dette|endett|obligat|schuldet|endeuda|préstamo|prestó|presta |crédito|deuda|bonos|empréstimo|debênture|debenture|dívida|prestito|bancario|debito|lån|lening|leent|kredyt|pożyczk|borçlan|kredi|tahvil|pinjaman|utang|khoản vay|кредит|заём|займ|облиг|贷款|貸款|授信|债券|債券|租赁|融資枠|協調融資|借|社債|デット|融資を受|대출|사채|채권|차입|قرض|قروض|تسهيلات|صكوك|ऋण|कर्ज|क़र्ज़|कर्ज़|लोन",
    "grant": "grant|subsid|innovate uk|dilutive|need not repay|department of energy|darpa|nsf|zusch|förder|subven|ayuda|fundo perdido|fondo perduto|sovven|bidrag|støtte|tilsk|avustu|dotac|hibe|hibah|vinnova|enterprise singapore|грант|субсид|补助|補助|补贴|補貼|资助|資助|助成|支援金|보조금|지원|منح|अनुदान|ग्रांट|media fund",
    "ipo": "ipo|initial public|go public|goes public|went public|going public|debut| listing|to list|trading|börs|bourse|cotation|bolsa|oferta pública|abertura de capital|borsa|quotazione|beurs|giełd|halka arz|бирж|上市|招股|挂牌|掛牌|募资净额|首次公开|東証|上場|상장|공모|اكتتاب|طرح عام|إدراج|आईपीओ",
    "fund": "fund |fund.|fund,|funds |fund for|vehicle|closing|first close|final close|second close|interim close|fonds|fondo|fundo| fond|yeni fon|ilk fon|ikinci fon|üçüncü fon|dana kelolaan|фонд|基金|ファンド|펀드|صندوق|الإغلاق|फंड",
}


@cache
def _hints() -> Any:
    automaton = ahocorasick.Automaton()
    kinds: dict[str, list[str]] = {}
    for kind, told in _HINTS.items():
        for letters in told.split("|"):
            kinds.setdefault(letters, []).append(kind)
    for letters, own in kinds.items():
        automaton.add_word(letters, own[0])
    automaton.make_automaton()
    return automaton


class Transaction(NamedTuple):
    """kind: of `kinds.KINDS` but equity. money: None where no sum is told."""

    kind: str
    company: str
    money: Money | None


def transaction(sentence: str, language: str) -> Transaction | None:
    """The deal the sentence tells of, when it names its company."""
    lower = sentence.lower()
    hinted = {kind for _, kind in _hints().iter(lower)}
    for kind in _ORDER:
        cue = CUES[kind].search(sentence) if kind in hinted else None
        if cue is None or PAST.search(sentence, max(0, cue.start() - 40), cue.start()):
            continue
        money = _sum_near(sentence, cue, language)
        if money is None and kind not in ("acquisition", "ipo"):
            continue
        company = _company(kind, sentence, cue, money, language)
        if company:
            return Transaction(kind, company, money)
    return None


def _sum_near(sentence: str, cue: re.Match[str], language: str) -> Money | None:
    """The sum nearest to the word, none of another time, price a share or worth of the whole."""
    best = None
    for money in find_money(sentence, language):
        before, after = (
            sentence[max(0, money.start - 50) : money.start],
            sentence[money.end : money.end + 16],
        )
        if PAST.search(before) or _NOT_IT.search(before) or _NOT_IT_BEHIND.match(after):
            continue
        if not money.amount >= _LEAST:
            continue
        gap = max(0, cue.start() - money.end, money.start - cue.end())
        if gap <= 120 and (best is None or gap < best[0]):
            best = (gap, money)
    return best[1] if best else None


_LEAST = 10_000.0  # of any currency: a price of a share is none
_NOT_IT = re.compile(
    r"(?:valu\w+|worth|(?:had|previously) raised|revenues?|sales|market cap\w*|borrowings|total\w*|budget|cheques of|bewert\w+|valora\w+|valoris\w+|avalia\w+|värdera\w+|değerleme\w*|hasta|bis zu|up to|至|估值|市值|发行价|발행가|시가총액|공모가|누적|累計|評価額|最大)[^,.;，。]{0,24}$",
    re.IGNORECASE,
)
_NOT_IT_BEHIND = re.compile(
    r" ?(?:a share|per share|in revenue|in sales|valuation|levés|le titre|je Aktie|por acción|por ação|per azione|project|por cada|으로 확정)",
    re.IGNORECASE,
)


def _company(
    kind: str, sentence: str, cue: re.Match[str], money: Money | None, language: str
) -> str | None:
    if language in _EAST:
        return _of_east(kind, sentence, language)
    if kind == "acquisition":
        object_ = _TURKISH_OBJECT.search(sentence) if language == "tr" else None
        if object_:
            return _plausible(last_name(sentence[: object_.start()]))
        if _BOUGHT.search(sentence) or language == "tr":
            before = sentence[: _head_end(sentence, cue)]
            return _plausible(named(before) or last_name(before))
        rest = sentence[cue.end() :]
        cut = re.split(
            r" (?:for|in a|per|por|pour|für|till|to|from) (?=\S*\d|an? |the )| (?:con|pese|tras|despite|after|avec|nach|mit|efter|amid|while) |[.;:]",
            rest,
        )[0]
        return _plausible(first_name(cut.strip()))
    gives = _GIVES.search(sentence) if kind in ("debt", "grant") else None
    if gives:
        name = _plausible(first_name(re.split(r" (?=[$€£₹\d])", sentence[gives.end() :])[0]))
        if name:
            return name
    if _LENDS.search(sentence) and kind in ("debt", "grant"):
        for to in _TO.finditer(sentence):
            name = _plausible(first_name(sentence[to.end() : to.end() + 60]))
            if name:
                return name
        if kind == "grant" and money is None:
            return None
    verb = _SUBJECT.search(sentence)
    stop = min(
        verb.start() if verb else len(sentence), cue.start(), money.start if money else 10_000
    )
    return _plausible(named(sentence[:stop])) or _behind(sentence, cue)


def _head_end(sentence: str, cue: re.Match[str]) -> int:
    sums = find_money(sentence)
    return min(cue.start(), sums[0].start if sums else cue.start())


def _behind(sentence: str, cue: re.Match[str]) -> str | None:
    """ "Subvention de 750 000 euros pour X": who stands behind a preposition."""
    to = _TO.search(sentence, cue.end())
    return _plausible(first_name(sentence[to.end() : to.end() + 60])) if to else None


def _plausible(name: str | None) -> str | None:
    return name if name and is_fund_or_name(name) else None


def is_fund_or_name(name: str) -> bool:
    """Funds close funds: there a house of investors is the one meant."""
    return is_name(re.sub(r" (?:Ventures|Capital|Partners|Fund|Equity|Investments?)$", "", name))


def _of_east(kind: str, sentence: str, language: str) -> str | None:
    if kind == "acquisition":
        form = _EAST_BOUGHT.get(language)
        found = form.search(sentence) if form else None
        name = next(filter(None, found.groups()), None) if found else None
        return None if name and NO_NAME_EAST.fullmatch(name) else name
    if kind == "fund":
        found = _EAST_FUND.search(sentence)
        if found:
            return found["name"] or found["quoted"]
    quoted = _EAST_QUOTED.search(sentence)
    if quoted and language in ("ar", "fa", "he"):
        return quoted["name"]
    form = _EAST_GOT.get(language)
    found = form.search(sentence) if form else None
    name = raiser_east(sentence, language) if language != "hi" else None
    return name or (found["name"] if found else None)
