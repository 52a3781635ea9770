"""Sums of money in running text, in many currencies and languages.

Finds what is written ("US$1.5bn", "₹50 crore", "1.5亿美元", "10 Mio. Euro"); what a sum is for
is decided in `funding`. Rates into US dollars stand in `rates.yaml` with their date.
"""

# ruff: noqa: E501, SIM905 - a pattern reads best as one list of words

import re
from functools import cache
from typing import NamedTuple

from crawler.enrichment.amounts import NUMBER, UNIT_WORDS, number_of, unit_of
from crawler.enrichment.gazetteer import HERE
from indexer.vocabulary.tables import load_yaml

_CODES = (
    "USD EUR GBP INR JPY CNY RMB KRW HKD SGD TWD NTD AUD NZD CAD CHF SEK NOK DKK PLN CZK HUF RON"
    " BRL MXN ARS CLP COP PEN UYU ZAR NGN KES GHS EGP MAD TND UGX TZS RWF XOF AED SAR QAR KWD BHD JOD ILS NIS TRY RUB UAH KZT PKR BDT LKR NPR IDR MYR THB VND PHP"
).split()
_SYMBOLS = {
    "US$": "USD",
    "U.S.$": "USD",
    "$": "USD",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "CAD$": "CAD",
    "NZ$": "NZD",
    "S$": "SGD",
    "SG$": "SGD",
    "HK$": "HKD",
    "NT$": "TWD",
    "R$": "BRL",
    "MX$": "MXN",
    "Mex$": "MXN",
    "€": "EUR",
    "£": "GBP",
    "₹": "INR",
    "Rs": "INR",
    "Rs.": "INR",
    "¥": "JPY",
    "￥": "JPY",
    "₩": "KRW",
    "₦": "NGN",
    "N": "NGN",
    "KSh": "KES",
    "Ksh": "KES",
    "KES": "KES",
    "GH₵": "GHS",
    "RM": "MYR",
    "Rp": "IDR",
    "₺": "TRY",
    "₽": "RUB",
    "₴": "UAH",
    "฿": "THB",
    "₱": "PHP",
    "P": "PHP",
    "₫": "VND",
    "₪": "ILS",
    "R": "ZAR",
    "Tk": "BDT",
    "৳": "BDT",
    "Dh": "AED",
    "SR": "SAR",
    "SAR": "SAR",
    "Fr.": "CHF",
    "zł": "PLN",
    "USD$": "USD",
    "US $": "USD",
}
_AFTER = {
    "USD": r"(?:US|U\.S\.|us)?[ -]?dollars?|USD|US\$|\$|d[oó]lares(?: estadounidenses)?|d[oó]lar(?:es)?|dollars? américains|Dollar|US-Dollar|dollari|доллар\w*|дол\w*|دولار(?: أمريكي)?|डॉलर|美元|美金|ドル|달러|dolar(?: AS)?|dolar(?:lık|a|lik|ın|dan)?|đô la(?: Mỹ)?|dolarów",
    "EUR": r"euros?|EUR|€|Euro|avro(?:luk|ya|nun)?|euro(?:luk|ya)|евро|євро|يورو|欧元|歐元|ユーロ|유로",
    "GBP": r"pounds?(?: sterling)?|GBP|£|libras|Pfund|英镑|英鎊|ポンド|파운드",
    "CNY": r"yuan|renminbi|RMB|CNY|人民币|人民幣|元人民币|元人民幣|元|中国元|人民元",
    "JPY": r"yen|JPY|日元|日圓|日圆|円|엔",
    "KRW": r"won|KRW|韩元|韓元|ウォン|원",
    "INR": r"rupees|INR|रुपये|रुपए|卢比|ルピー",
    "BRL": r"reais|BRL|real",
    "MXN": r"pesos mexicanos|MXN|pesos",
    "TWD": r"新台幣|新臺幣|台币|新台币|台湾ドル",
    "HKD": r"港元|港币|港幣|香港ドル|Hong Kong dollars?",
    "SGD": r"新元|新币|Singapore dollars?",
    "CHF": r"Swiss francs?|Franken|francs suisses|CHF|SFr",
    "SEK": r"SEK|svenska kronor|kronor|Swedish kron\w+",
    "NOK": r"NOK|Norwegian kron\w+|norske kroner",
    "DKK": r"DKK|Danish kron\w+|danske kroner|kroner",
    "PLN": r"zł|PLN|złotych|zlotys?",
    "CZK": r"Kč|CZK|korun",
    "TRY": r"TL|lira(?:lık|ya)?|liras",
    "RUB": r"рубл\w*|₽|rou?bles?",
    "UAH": r"гривень|гривн\w+|грн|hryvnias?",
    "IDR": r"rupiah|IDR",
    "MYR": r"ringgit",
    "THB": r"baht|บาท",
    "VND": r"đồng|VND|VNĐ",
    "PHP": r"Philippine pesos",
    "AED": r"dirhams?|AED|درهم(?: إماراتي)?",
    "SAR": r"riyals?|SAR|ريال(?: سعودي)?",
    "EGP": r"Egyptian pounds?|جنيه(?: مصري)?",
    "ILS": r"shekels|NIS|שקל(?:ים)?",
    "NGN": r"naira",
    "KES": r"(?:Kenyan )?shillings",
    "ZAR": r"rand",
    "AUD": r"Australian dollars?",
    "CAD": r"Canadian dollars?",
    "PKR": r"Pakistani rupees",
}
_WORD_END = r"(?![^\W\d_])"
_CJK_UNIT = "万亿|亿|億|万|萬|억|만|兆|조"


class Money(NamedTuple):
    """A sum: amount in whole units of currency (ISO 4217), offsets in the text read."""

    start: int
    end: int
    amount: float
    currency: str


def _alternatives(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_PREFIXED = re.compile(
    rf"(?<![^\W_])(?P<symbol>{_alternatives([*_SYMBOLS, *_CODES])})\s?(?P<number>{NUMBER})"
    rf"(?:\s?-?(?P<unit>{UNIT_WORDS}){_WORD_END})?"
)
_SUFFIXED = re.compile(
    rf"(?<![\w.,$€£₹¥])(?P<number>{NUMBER})\s?-?(?P<unit>{UNIT_WORDS})?\s?(?:de |di |d['’]|of )?"
    rf"(?:{'|'.join(f'(?P<{code}>{pattern})' for code, pattern in _AFTER.items())})(?!\w)"
)
_CJK = re.compile(
    rf"(?P<before>新台幣|新臺幣|新台币|台幣|台币|港幣|港币|美金)?\s?(?P<number>\d+(?:[,.]\d+)*|(?<=[超过過近逾约約])(?=[亿億]))\s?(?P<unit>{_CJK_UNIT})\s?(?:(?P<rest>\d[\d,]*)\s?(?P<unit2>万|萬|만|億|亿|억)\s?)?(?:余|多|規模)?\s?"
    rf"(?P<currency>美元|美金|ドル|달러|欧元|歐元|ユーロ|유로|英镑|英鎊|日元|日圓|円|엔|韩元|韓元|원|港元|港币|港幣|新台幣|元人民币|人民币|人民幣|元|卢比)"
)


# Numbers in letters before a million: "three million dollars", "tres millones", "half a billion".
_SPELT = {
    "a|one|un|una|uno|eine|einer|um|uma|en|ett": "1", "two|dos|deux|zwei|dois|duas|due|twee|två|to|iki": "2", "three|tres|trois|drei|três|tre|drie|üç": "3",
    "four|cuatro|quatre|vier|quatro|quattro|fyra|fire|dört": "4", "five|cinco|cinq|fünf|cinque|vijf|fem|beş": "5", "six|seis|sechs|sei|zes|sex|seks|altı": "6",
    "seven|siete|sept|sieben|sete|sette|zeven|sju|syv|yedi": "7", "eight|ocho|huit|acht|oito|otto|åtta|otte|åtte|sekiz": "8", "nine|nueve|neuf|neun|nove|negen|nio|ni|dokuz": "9",
    "ten|diez|dix|zehn|dez|dieci|tien|tio|ti|on": "10", "twelve|doce|douze|zwölf|doze|tolv": "12", "fifteen|quince|quinze|fünfzehn": "15", "twenty|veinte|vingt|zwanzig|vinte|tjugo|tyve|yirmi": "20",
    "thirty|treinta|trente|dreißig|trinta|trettio": "30", "forty|cuarenta|quarante|vierzig|quarenta": "40", "fifty|cincuenta|cinquante|fünfzig|cinquenta|femtio": "50", "hundred|a hundred|one hundred|cien|cent|hundert|cem|hundra": "100",
    "half a|medio|un demi|eine halbe|meio|en halv": "0.5",
}  # fmt: skip
_SPELLED = re.compile(
    r"\b(?:"
    + "|".join(f"(?P<n{at}>{words})" for at, words in reversed(list(enumerate(_SPELT))))
    + r") (?=(?:millions?|billions?|millones|millón|milliards?|Millionen|Million|Milliarden?|milh(?:ões|ão)|bilh(?:ões|ão)|milioni|miljoen|miljard|miljoner|miljarder|millioner|milliarder|milyon|milyar)\b)",
    re.IGNORECASE,
)
_AFTER_LETTERS = re.compile(r" (?:[mb]ill|[mb]ilh|mil[ij]|mily|Mill)(?<=[^\W\d_] ....)")
_KRONA = {"sv": "SEK", "nb": "NOK", "nn": "NOK", "no": "NOK", "da": "DKK"}
_KRONOR = re.compile(
    rf"(?<![\w.,])(?P<number>{NUMBER})\s?(?P<unit>[Mm]kr|MSEK|[Mm]dkr|mnkr|miljoner|miljarder|millioner|milliarder|mill\.?|mio\.?|mrd\.?)(?:\s?(?:kr(?:onor|oner)?\b\.?|svenska kronor))?(?!\s?(?:euro|dollar|pund|USD|EUR|\$|€|\w*kund|använd|bruger|människ|mennesk|personer))(?!\w)"
)
_KRONOR_UNITS = {"mkr": 1e6, "msek": 1e6, "mdkr": 1e9, "mnkr": 1e6, "miljoner": 1e6, "miljarder": 1e9, "millioner": 1e6, "milliarder": 1e9, "mill": 1e6, "mio": 1e6, "mrd": 1e9}  # fmt: skip


def find_money(text: str, language: str = "en") -> list[Money]:
    """Every sum in the text, in reading order, none inside another.

    language: two letters; says whose kronor are meant where no one says it.
    """
    if has_spelled(text):
        text = _SPELLED.sub(_in_figures, text)
    krona = _KRONA.get(language)
    found = _kronor(text, krona) if krona else []  # first: "kroner" alone is Danish
    found += [*_east_asian(text), *_prefixed(text), *_suffixed(text)]
    kept: list[Money] = []
    for money in sorted(found, key=lambda money: (money.start, -money.end)):
        if not kept or money.start >= kept[-1].end:
            kept.append(money)
    return kept


def has_spelled(text: str) -> bool:
    """Whether a million or its like stands behind a number in letters."""
    may = " mil" in text or " bil" in text or " Mil" in text or " Bil" in text
    return may and bool(_AFTER_LETTERS.search(text) and _SPELLED.search(text))


def _in_figures(match: re.Match[str]) -> str:
    """The number as figures, as long as its words were: offsets stay true."""
    figures = next(
        figures for at, figures in enumerate(_SPELT.values()) if match[f"n{at}"] is not None
    )
    return f"{figures} ".rjust(len(match[0]))


def _kronor(text: str, currency: str) -> list[Money]:
    found = []
    for match in _KRONOR.finditer(text):
        unit = _KRONOR_UNITS[match["unit"].lower().rstrip(".")]
        amount = round(number_of(match["number"]) * unit, 2)
        found.append(Money(match.start(), match.end(), amount, currency))
    return found


def usd(amount: float, currency: str) -> float:
    """The sum in US dollars at the stated rates; a currency without a rate is a KeyError."""
    return round(amount / rates()[currency], 2)


@cache
def rates() -> dict[str, float]:
    """Units of each currency for one US dollar, as rates.yaml states them with date and source."""
    per_dollar: dict[str, float] = load_yaml(HERE / "rates.yaml")["per_dollar"]
    return per_dollar


def _prefixed(text: str) -> list[Money]:
    found = []
    for match in _PREFIXED.finditer(text):
        symbol, unit = match["symbol"], match["unit"]
        if symbol in ("R", "P", "N", "RM", "Dh", "SR", "Tk") and not unit:
            continue
        currency = _SYMBOLS.get(symbol, symbol)
        currency = {"RMB": "CNY", "NTD": "TWD", "NIS": "ILS"}.get(currency, currency)
        if symbol in "¥￥" and re.search("[\u4e00-\u9fff]|yuan|China|Chinese", text):
            currency = "JPY" if re.search("[\u3041-\u30ff]|円", text) else "CNY"
        found.append(Money(match.start(), match.end(), _amount(match), currency))
    return found


def _suffixed(text: str) -> list[Money]:
    return [
        Money(match.start(), match.end(), _amount(match), match.lastgroup)
        for match in _SUFFIXED.finditer(text)
        if match.lastgroup in _AFTER
    ]


_EAST_ASIAN = (
    ("USD", "美元 美金 ドル 달러"),
    ("EUR", "欧元 歐元 ユーロ 유로"),
    ("GBP", "英镑 英鎊"),
    ("JPY", "日元 日圓 円 엔"),
    ("KRW", "韩元 韓元 원"),
    ("HKD", "港元 港币 港幣"),
    ("TWD", "新台幣 新臺幣 新台币 台幣 台币"),
    ("CNY", "元人民币 人民币 人民幣 元"),
    ("INR", "卢比"),
)
_EAST_CURRENCIES = {word: code for code, words in _EAST_ASIAN for word in words.split()}
_EAST_UNIT = re.compile("[万亿億萬억만兆조]")


def _east_asian(text: str) -> list[Money]:
    if _EAST_UNIT.search(text) is None:
        return []
    found = []
    for match in _CJK.finditer(text):
        amount = number_of(match["number"] or "1") * unit_of(match["unit"])
        if match["rest"]:
            amount += number_of(match["rest"]) * unit_of(match["unit2"])
        found.append(
            Money(
                match.start(),
                match.end(),
                amount,
                _EAST_CURRENCIES[match["before"] or match["currency"]],
            )
        )
    return found


def _amount(match: re.Match[str]) -> float:
    return round(number_of(match["number"]) * unit_of(match["unit"]), 2)
