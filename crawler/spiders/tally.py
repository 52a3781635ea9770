"""What a crawl did so far, in counts: read by reports, progress lines and metrics.

Bounded, since a watch runs for months: reasons are slugs, problems the present ones.
"""

from collections import Counter

from crawler.discovery.listing import left_out_words
from crawler.state.listings import ListingAnswer
from crawler.state.seen import Outcome

MOST_REASONS = 200
MOST_PROBLEMS = 1_000


class Tally:
    """Counts by name; drops, failures and pages that may only be late also by reason.

    problems: listing's URL -> what is wrong with it now. longest_hold: seconds, and what held the
    event loop for so long; None when nothing did for over a second.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.reasons: dict[str, Counter[str]] = {
            name: Counter() for name in ("dropped", "failed", "late")
        }
        self.problems: dict[str, str] = {}
        self.longest_hold: tuple[float, str] | None = None
        self._left_out: dict[str, tuple[str, tuple[str, ...]]] = {}

    def __getitem__(self, name: str) -> int:
        return self.counts[name]

    def add(self, name: str, number: int = 1, *, reason: str | None = None) -> None:
        """Count something; of a reason only the slug before its colon."""
        self.counts[name] += number
        if reason is not None:
            reasons = self.reasons[name]
            slug = reason.partition(":")[0]
            reasons[slug if slug in reasons or len(reasons) < MOST_REASONS else "other"] += number

    def ended(self, ours: Outcome, written: Outcome, reason: str) -> None:
        """Count a page without a document. ours: what it came to; written: what the state says."""
        if written is Outcome.STORED:
            self.add("kept")
        elif written is Outcome.FAILED:
            self.add("failed" if ours is Outcome.FAILED else "late", reason=reason)
        else:
            self.add("dropped", reason=reason)

    def answered(self, answer: ListingAnswer) -> None:
        """Count a listing's answer."""
        self.add("listings")
        self.add("found", answer.new_entries)
        if answer.http_status == 304:
            self.add("unchanged")
        if answer.error is None and answer.http_status != 304:
            self._left_out.pop(answer.url, None)
            self.leave_out(answer.source_id, answer.url, answer.left_out)
        if answer.error is None:
            self.problems.pop(answer.url, None)
            return
        self.add("listings failed")
        if answer.url in self.problems or len(self.problems) < MOST_PROBLEMS:
            self.problems[answer.url] = f"{answer.source_id}: {answer.error}"

    def leave_out(self, source_id: str, url: str, lines: tuple[str, ...]) -> None:
        """Say what was left out of a listing."""
        before = self._left_out.get(url, (source_id, ()))[1]
        if lines and (before or len(self._left_out) < MOST_PROBLEMS):
            self._left_out[url] = (source_id, before + lines)

    def left_out(self) -> dict[str, str]:
        """Source -> what its listings left out when they were last read, in one line."""
        lines: dict[str, list[str]] = {}
        for source_id, said in self._left_out.values():
            lines.setdefault(source_id, []).extend(said)
        return {source_id: left_out_words(said) for source_id, said in lines.items()}

    def held_loop(self, seconds: float, words: str) -> None:
        """Count what held the event loop; in words how long and where."""
        self.add("loop held")
        self.longest_hold = max(self.longest_hold or (0.0, ""), (seconds, words))

    def by_reason(self, name: str) -> dict[str, int]:
        """Reason -> how many, the most frequent first. name: "dropped", "failed" or "late"."""
        return dict(self.reasons[name].most_common())
