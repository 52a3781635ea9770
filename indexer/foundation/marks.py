"""What publishers ask of those who use their articles, as short marks; and which are obeyed.

The marks stand in a document's `rights`. What is read to find them, `crawler.rights` knows.
"""

from collections.abc import Mapping

# mark -> what its publisher says, in the order in which people read them
MARKS: Mapping[str, str] = {
    "no-search": "not to be found by search",
    "no-mining": "text and data mining is reserved",
    "no-ai": "not for AI, whatever its use (noai)",
    "no-training": "not to train AI models with",
    "no-ai-use": "not as input of AI answers",
    "no-image-ai": "its pictures are not for AI (noimageai)",
    "licence": "a licence (RSL) has terms for it",
}
REFUSED = frozenset(("no-search", "no-mining", "no-ai"))  # by default: such a page is no document
