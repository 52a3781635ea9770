"""How much a text says, whatever its script."""

import re

DENSE = 2.5  # characters of an alphabet that say as much as one of Chinese, Japanese or Korean
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def weight(text: str) -> float:
    """A text's length in characters of an alphabet."""
    return len(text) + (DENSE - 1) * len(_DENSE.findall(text))
