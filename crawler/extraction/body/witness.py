"""JSON-LD's articleBody as a witness: it tells which lines of the markup belong to the article.

As the text itself it is worse than the markup (truncated, without paragraphs); but where it covers
most of what was found, a line it does not know is a caption, a box or another story.
"""

from crawler.extraction.body.tokens import runs, share

MIN_SHARE = 0.6  # of a line's three-word runs


def confirmed(lines: list[str], body: str) -> list[str]:
    """The lines without what a complete `body` does not have; all of them if it is incomplete.

    Lines before the first confirmed one stay (a standfirst), so do short ones later (subheads).
    """
    if len(body) < 200 or not lines:
        return lines
    known = runs(body)
    told = [share(line, known) > MIN_SHARE for line in lines]
    hit = sum(len(line) for line, yes in zip(lines, told, strict=True) if yes)
    if hit < 0.6 * sum(map(len, lines)) or hit < 0.75 * len(body):
        return lines
    first, last = told.index(True), len(told) - 1 - told[::-1].index(True)
    return [
        line
        for at, (line, yes) in enumerate(zip(lines, told, strict=True))
        if at <= last and (yes or at < first or len(line) < 80)
    ]
