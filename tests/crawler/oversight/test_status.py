"""What `techwire status` says of the texts its sources give."""

from io import StringIO

from sqlalchemy import Engine

from crawler.oversight.status import print_status, read_status
from crawler.sources.source import Source
from crawler.state import baselines
from indexer.foundation.database import begin
from indexer.foundation.terminal import Terminal
from tests.factories import NOW, an_article


def test_a_source_whose_texts_are_doubtful_is_named_with_their_quality(database: Engine) -> None:
    with begin(database) as connection:
        for source_id, quality in (("blurred", 0.5), ("clear", 0.95)):
            read = (an_article(text="word " * 200, quality=quality),)
            baselines.note(connection, source_id, read, now=NOW)
    sources = [
        Source(id=name, name=name, homepage=f"https://{name}.example/")
        for name in ("blurred", "clear", "unread")
    ]
    status = read_status(database, sources, now=NOW)
    printed = StringIO()
    print_status(Terminal(file=printed, width=120), status, now=NOW)

    told = [line for line in printed.getvalue().splitlines() if "doubtful" in line]
    assert told == ["texts of blurred are doubtful: quality 0.50 on average"]
    assert {one["id"]: one["quality"] for one in status.as_json()["sources"]} == {
        "blurred": 0.5,
        "clear": 0.95,
        "unread": None,
    }
