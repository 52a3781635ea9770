"""Whether a sum of money stands beside a word: "raises $14m", "100億円調達".

Only whether; which sum it is, and whose, is `funding`'s business.
"""

import re

_BEFORE = 18  # characters in front of the word, for languages that put the verb last
_AFTER = 26  # characters behind it: "raises a fresh €220 million"
_UNIT = (
    r"million|mio|mln|mn|mld|mrd|milliard|billion|bn|crore|lakh|mill|milh|milia|bilh|mil\s|juta|miliar|triliun"
    r"|milyon|milyar|triệu|tỷ|млн|млрд|мільйон|миллион|миллиард|مليون|مليار|میلیون|میلیارد|करोड़|लाख|मिलियन|अरब"
    r"|億|亿|万|萬|兆|억|조|만\s?(?:원|달러)|ล้าน|[mkb]\b|tr\b|dollar|euro|usd|eur|gbp"
)
_SIGN = r"[$€£¥₹₩₪₺₦]|(?:rs|rp|r|usd|eur|gbp|sek|nok|dkk|chf|inr|aed)\s?\.?"
_SUM = re.compile(rf"(?:{_SIGN})\s?\d|\d[\d.,]*[\s-]?(?:{_UNIT})", re.IGNORECASE)


def has_sum(text: str, start: int, end: int) -> bool:
    """Whether a sum of money begins close to text[start:end]."""
    return bool(_SUM.search(text[max(0, start - _BEFORE) : end + _AFTER]))
