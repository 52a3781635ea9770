"""Whether a large sum of money stands beside a word: "raises $14m", "100億円調達".

Only whether; which sum it is, and whose, is `funding`'s business.
"""

import re

_BEFORE = 18  # characters in front of the word, for languages that put the verb last
_AFTER = 26  # characters behind it: "raises a fresh €220 million"
_LARGE = (
    r"millions?|millones|millón|milhões|milhão|milioni|milion\w*|miljoen|miljoner|miljoonaa|mio|mln|mn"
    r"|mld|mrd|milliards?|milliarden?|miliard\w*|miljard\w*|billions?|bilhões|bn|crore|lakh|juta|miliar"
    r"|triliun|milyon|milyar|triệu|tỷ|миллион\w*|миллиард\w*|млн|млрд|мільйон\w*|مليون|مليار|میلیون"
    r"|میلیارد|करोड़|लाख|मिलियन|কোটি|লাখ|εκατ\w*|億|亿|万|萬|兆|억|조|만|ล้าน|מיליון|מיליארד|[mk]\b"
)
_SUM = re.compile(rf"\d[\d.,]*[\s-]?(?:{_LARGE})", re.IGNORECASE)


def has_sum(text: str, start: int, end: int) -> bool:
    """Whether a sum, counted in thousands or more, begins close to text[start:end]."""
    return bool(_SUM.search(text[max(0, start - _BEFORE) : end + _AFTER]))
