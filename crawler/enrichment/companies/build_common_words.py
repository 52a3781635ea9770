"""Words so common that a name spelt so proves nothing; for developers only.

    python -m crawler.enrichment.companies.build_common_words

Words that stand with a capital where a headline begins, or as German nouns; Chinese and Japanese
words in Han and katakana. Names of listed companies are left out. `wordfreq` is needed
here alone.
"""

import math
import re
import textwrap

from wordfreq import get_frequency_dict

from crawler.enrichment.companies.words import COMMON_WORDS
from indexer.vocabulary.companies import companies

# Language -> the least Zipf of its words, and how they look.
_LEAST = {
    "en": (3.2, "[a-z]{3,}"),
    "de": (3.7, "[a-zäöüß]{3,}"),
    "es": (3.8, "[a-zà-ÿ]{3,}"),
    "fr": (3.8, "[a-zà-ÿ]{3,}"),
    "pt": (4.0, "[a-zà-ÿ]{3,}"),
    "it": (4.0, "[a-zà-ÿ]{3,}"),
    "nl": (4.0, "[a-zà-ÿ]{3,}"),
    "sv": (4.0, "[a-zà-ÿ]{3,}"),
    "zh": (3.4, "[\u4e00-\u9fff]{2}"),
    "ja": (3.3, "[\u30a1-\u30fc]{2,}|[\u4e00-\u9fff]{2}"),
}
_NOTE = (
    "# Common words. Cut by build_common_words.py from the frequencies of wordfreq (Robyn Speer,\n"
    "# https://github.com/rspeer/wordfreq), whose data are CC BY-SA 4.0; this list alone is under\n"
    "# that licence too. Do not edit.\n"
)


def main() -> None:
    names = {
        alias.lower() for one in companies() for alias in one.aliases if alias not in one.doubtful
    }
    found: set[str] = set()
    for language, (zipf, shape) in _LEAST.items():
        for word, share in get_frequency_dict(language, "best").items():
            if math.log10(share * 1e9) >= zipf and re.fullmatch(shape, word):
                found.add(word)
    body = "\n".join(textwrap.wrap(" ".join(sorted(found - names)), 240, break_long_words=False))
    COMMON_WORDS.write_text(f"{_NOTE}{body}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
