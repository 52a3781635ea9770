"""Finds the words by which short texts are told apart in language; for developers only.

    python -m crawler.enrichment.build_language_words

A language has its commonest words in `language_words.tsv`, English more of them, since headlines
of the whole world's tech news are in it. Scripts that one language writes need no words.
"""

import re

from wordfreq import top_n_list

from crawler.enrichment.build_common_names import write_table
from crawler.enrichment.language import WORDS

# Ours -> wordfreq's, where they differ.
LANGUAGES = {"no": "nb", "sh": "sh"} | {
    tag: tag
    for tag in (
        *("ar", "bg", "ca", "cs", "da", "de", "en", "es", "fa", "fi", "fr", "hi", "hu", "id", "is"),
        *("it", "lt", "lv", "mk", "ms", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "tr", "uk"),
        *("ur", "vi"),
    )
}
_MOST, _MOST_ENGLISH = 4_000, 12_000
_SHARED_BY = 6  # languages; a word of more tells nothing
_WORD = re.compile(r"[^\W\d_]{2,}")


def main() -> None:
    """Write the table."""
    words = {
        tag: [
            word
            for word in top_n_list(known, _MOST_ENGLISH if tag == "en" else _MOST)
            if _WORD.fullmatch(word)
        ]
        for tag, known in LANGUAGES.items()
    }
    sharing: dict[str, int] = {}
    for listed in words.values():
        for word in listed:
            sharing[word] = sharing.get(word, 0) + 1
    rows = [
        f"{tag}\t{' '.join(sorted(word for word in listed if sharing[word] <= _SHARED_BY))}"
        for tag, listed in sorted(words.items())
    ]
    write_table(WORDS, "Common words of languages: language, words", rows)


if __name__ == "__main__":
    main()
