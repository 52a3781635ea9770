"""How large numbers are written: "1.5 million", "50 crore", 3億; what they count is others' business."""

# ruff: noqa: E501 - a pattern reads best as one list of words

import re
from functools import cache

_UNITS = {
    1e3: r"k|K|thousand|mil|tausend|Tsd\.?|ribu|тыс\w*\.?|ألف",
    1e4: "万|萬|만",
    1e5: r"lakhs?|लाख|লাখ",
    1e6: r"M|m|mn|Mn|MN|MM|mln|mill?ions?|Millions?|MILLION|mi|mill[oó]n(?:es)?|milh(?:ão|ões)|milion\w*|Mio\.?|Millionen|miljon(?:er)?|miljoen|miljoonaa?|milyon|millió|milioane|εκατ\w*|millioner|milioni|juta|jt|triệu|млн\.?|миллион\w*|мільйон\w*|مليون|ملايين|मिलियन|میلیون|מיליון|ล้าน",
    1e7: r"crores?|Crores?|[Cc]r|करोड़|কোটি",
    1e8: "亿|億|억",
    1e9: r"B|b|bn|Bn|BN|bln|billions?|Billions?|BILLION|bi|bilh(?:ão|ões)|mil millones|milliards?|Mrd\.?|Milliarden?|miljard(?:er|ia|i)?|milyar|milliárd|miliarde|milliarder|miliardi|miliard\w*|mld\.?|miliar|tỷ|млрд\.?|миллиард\w*|мільярд\w*|مليار\w*|बिलियन|میلیارد|מיליארד",
    1e12: r"tn|Tn|trillions?|Trillions?|triliun|兆|万亿|조",
}
NUMBER = r"\d{1,3}(?:[,.’' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d+)?"
UNIT_WORDS = "|".join(
    f"(?:{pattern})" for _, pattern in sorted(_UNITS.items(), key=lambda pair: -len(pair[1]))
)


@cache
def unit_of(word: str | None) -> float:
    """How many one of a unit is; 1 for none."""
    if not word:
        return 1.0
    for value, pattern in _UNITS.items():
        if re.fullmatch(pattern, word):
            return value
    return 1.0


def number_of(written: str) -> float:
    """1,500,000 and 1.500.000 and 1.5 and 1,5: a group of three after a mark is thousands."""
    plain = re.sub(r"[’' ]", "", written)
    groups = re.fullmatch(r"(\d{1,3}(?:[.,]\d{3})+)(?:[.,](\d{1,2}))?", plain)
    if groups:
        whole = re.sub("[.,]", "", groups[1])
        return float(f"{whole}.{groups[2] or 0}")
    return float(plain.replace(",", "."))
