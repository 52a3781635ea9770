"""Three short stories for pages made in tests."""

from datetime import datetime

from crawler.article import Page
from crawler.extraction import parse_page
from crawler.extraction.aggregators.splitting import AggregatedStory, stories_on

CHIPS = "Lagos chip maker opens its first plant"
CHIPS_TEXT = [
    "LAGOS – A young chip maker opened its first plant outside the city on Monday, it said.",
    "The plant will make simple controllers for water pumps and solar panels in the region.",
    "“We began with three people and a borrowed oven,” its founder said at the opening.",
]
ROBOTS = "Hangzhou robots learn to fold laundry at home"
ROBOTS_TEXT = [
    "HANGZHOU, China— A laboratory near West Lake has taught household robots to fold laundry.",
    "Its engineers filmed thousands of hours of hands at work before they could follow.",
    "A first batch of two hundred robots goes to families in the province before the new year.",
]
CABLES = "Pacific islands sign a deal for two new sea cables"
CABLES_TEXT = [
    "[SYDNEY] Four island states have agreed to share the cost of two cables to the mainland.",
    "Work on the seabed should begin in March and end within eighteen months, officials said.",
    "Prices for a gigabyte could fall by half once the second cable is lit, the regulator expects.",
]


def stories_of(body: bytes, *, url: str, fetched_at: datetime) -> tuple[AggregatedStory, ...]:
    """The stories of a page as a worker reads them: parsed once, then split."""
    page = Page(url=url, body=body, fetched_at=fetched_at)
    return stories_on(page, parse_page(page))
