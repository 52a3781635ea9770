"""What aggregators and publishers put between the paragraphs of a story, cut line by line."""

import re
from collections.abc import Sequence

from crawler.extraction.aggregators.lines import Line

_END = re.compile(
    r"(?i)^\W*(?:related (?:articles?|stories|news|posts|coverage|content)|no comments(?: yet)?|"
    r"(?:\d+ )?comments?(?: ?\(?\d*\)?)?|be the first to comment.*|leave a (?:comment|reply)|"
    r"post a comment|write a comment.*|join the (?:discussion|conversation).*|"
    r"(?:copyright |all rights reserved|©).{0,120})\W*$"
)
# Headings and buttons, so without a full stop: "Ask AI chatbots, he said." is a sentence.
_END_AI = re.compile(
    r"(?i)^\W*(?:(?:try|explore|discover|meet) (?:our|the) (?:new )?ai\b.{0,120}|ai features?|"
    r"ask (?:our )?ai\b.{0,40}|ai (?:summary|assistant|tools)|explore what .{0,20}\bai\b.{0,40})"
    r"(?<![.])$"
)
_LIST_HEAD = re.compile(
    r"(?i)^\W*(?:(?:top stories)?\s*swipe\. ?select\. ?stay informed|top stories|"
    r"most (?:read|popular|viewed)|trending(?: now)?|"
    r"you (?:may|might) also (?:like|be interested in)|recommended(?: for you)?|"
    r"read next|up next|editors?['’]?s? picks?|latest (?:stories|news|headlines)|"
    r"more (?:stories|news|headlines|on this topic|on this|from .{2,40})|also on .{2,40}|"
    r"in case you missed it|related topics?)\W*$"
)
_CUT = re.compile(
    r"(?i)^(?:advertisements?|advertising|sponsored(?: content)?|story continues below.*|"
    r"(?:sign|log) (?:up|in)(?:\s*(?:sign|log) (?:up|in))*(?: now)?[.!:]?|subscribe(?: now)?[.!]?|"
    r".{0,120}\b(?:inbox|newsletter).{0,160}sign up\W*|.{0,200}\bsign up(?:\s*sign up)+\W*|"
    r".{0,160}[.!?] sign up\W*|"
    r"sign up (?:now|here|today|for|to)\b.{0,160}|subscribe to (?:our|the)\b.{0,160}|"
    r".{0,100}\b(?:newsletters?|updates|stories|news)\b.{0,60}\b(?:in|to|into) your inbox\b.{0,60}|"
    r"[\w' &.-]{1,40} in your inbox\b.{0,200}|get (?:our|the|all) .{0,60}newsletter.{0,60}|"
    r"file (?:photo|pic(?:ture)?)\s*[:.].*|"
    r"(?:photo|image|picture|pic|caption|credit)s?\s*[:©].{0,200}|"
    r"(?:photo|image|picture)s? (?:by|courtesy|credit)\b.{0,120}|"
    r"(?:read|see|watch|listen)(?: more| also| next| now| the full story| full article)?\s*"
    r"(?:[:>»→|].{0,200}|more(?: here| at .{0,60})?\W*)?|also read\b.{0,200}|"
    r"continue reading.{0,60}|"
    r"share(?: (?:this|on|via|article)\b.{0,40})?|copy link|link copied.{0,20}|save|"
    r"print|listen(?: to (?:this )?article)?|follow us\b.{0,100}|download (?:our|the) app\b.{0,80}|"
    r"\d+ (?:min(?:ute)?s?) read|tags?:.{0,200}|loading.{0,10}|show more|"
    r"view (?:more|original).{0,40}|"
    r"join (?:our|us on) .{0,80}(?:channel|telegram|whatsapp).{0,60}|"
    r"(?:whatsapp|telegram|facebook|twitter|x|linkedin|email|reddit)(?: (?:whatsapp|telegram|"
    r"facebook|twitter|x|linkedin|email|reddit))*)$"
)
_LETTER_HEAD = re.compile(r"(?i)^(?:.{0,60} (?:in|to) your inbox|.{0,40}newsletters?)\W*$")
_LETTER_END = re.compile(r"(?i)^(?:.{0,100} )?(?:sign up|subscribe)(?: sign up| subscribe)*\W*$")
_LETTER_LINES = 4
_HASHTAGS = re.compile(r"^(?:#[\w&'’.+-]{1,60}[\s,]*){1,40}$")
_AGENCIES = {
    "reuters", "afp", "ap", "associated press", "bloomberg", "xinhua", "kyodo", "kyodo news",
    "yonhap", "dpa", "nyt", "nytimes", "the new york times", "ians", "pti", "bernama", "antara",
    "efe", "ansa", "tass", "cna", "washpost",
}  # fmt: skip


def is_end(text: str) -> bool:
    """Whether a line closes the story above it: comments, AI features, related articles."""
    return len(text) <= 160 and bool(_END.match(text) or _END_AI.match(text))


def is_furniture(text: str) -> bool:
    """Whether a line is no part of any story."""
    return bool(_HASHTAGS.match(text)) or (len(text) <= 320 and bool(_CUT.match(text)))


def agencies_in(text: str) -> tuple[str, ...]:
    """Wire services a line of nothing else credits: "(Reuters, AFP)"."""
    if len(text) > 120:
        return ()
    credit = re.sub(
        r"(?i)^with (?:inputs?|reporting|files) (?:from|by) ", "", text.strip("()[]–—- .")
    )
    names = [name.strip(" .") for name in re.split(r"[,/&]|\band\b", credit)]
    return tuple(names) if all(name.lower() in _AGENCIES for name in names) else ()


def story_lines(lines: Sequence[Line]) -> tuple[list[str], tuple[str, ...]]:
    """The paragraphs of one story among its lines, and the agencies it credits by themselves."""
    kept: list[Line] = []
    agencies: list[str] = []
    in_list = False
    letter_ends = -1
    for number, line in enumerate(lines):
        if number <= letter_ends:
            continue
        if is_end(line.text):
            if sum(len(k.text.split()) for k in kept) >= 20:
                break
            continue  # a toolbar above the text
        letter_ends = _letter_end(lines, number)
        if letter_ends >= number:
            continue
        if _LIST_HEAD.match(line.text):
            in_list = True
            continue
        if in_list and (line.listed or line.linked or not is_paragraph(line)):
            continue
        in_list = False
        credited = agencies_in(line.text)
        agencies += credited
        if not credited and not is_furniture(line.text):
            kept.append(line)
    while kept and not is_paragraph(kept[-1]) and (kept[-1].linked or kept[-1].heading):
        kept.pop()
    return [line.text for line in kept], tuple(dict.fromkeys(agencies))


def _letter_end(lines: Sequence[Line], start: int) -> int:
    """Number of the "Sign up" line that closes a newsletter block begun at `start`, else -1."""
    if len(lines[start].text) <= 80 and _LETTER_HEAD.match(lines[start].text):
        for number in range(start + 1, min(len(lines), start + 1 + _LETTER_LINES)):
            if len(lines[number].text) <= 120 and _LETTER_END.match(lines[number].text):
                return number
    return -1


def is_paragraph(line: Line) -> bool:
    """Whether a line is running text: it ends as a sentence does, or is as long as some."""
    ends = bool(re.search(r"[.!?。！？][\"'”’」)\]]*$", line.text))
    return (ends and len(line.text) >= 40) or len(line.text) >= 160
