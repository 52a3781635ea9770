"""Whether a large sum of money stands beside a word: "raises $14m", "100億円調達".

Only whether; which sum it is, and whose, is `funding`'s business.
"""

import re

from crawler.enrichment.amounts import UNIT_WORDS

_BEFORE = 18  # characters in front of the word, for languages that put the verb last
_AFTER = 26  # characters behind it: "raises a fresh €220 million"
# a long unit may go on ("miljoeneninvestering"), a short one is a word of its own (no "5 miles");
# B alone is as often a visa's or a model's ("H-1B", "7B")
_SUM = re.compile(
    rf"\d[\d.,]*[\s-]?(?!b\b)(?:{UNIT_WORDS})(?:(?<=[^\W\d_]{{4}})|(?![a-z]))", re.IGNORECASE
)


def has_sum(text: str, start: int, end: int) -> bool:
    """Whether a sum, counted in thousands or more, begins close to text[start:end]."""
    return bool(_SUM.search(text[max(0, start - _BEFORE) : end + _AFTER]))
