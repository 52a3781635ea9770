"""`techwire companies learn` as its users see it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from crawler.article import Article
from crawler.cli import main as cli
from crawler.enrichment import enrich, use_vocabulary
from indexer.delivery.outbox import put
from indexer.foundation.database import begin, connect
from indexer.foundation.times import now_utc
from indexer.vocabulary import own
from indexer.vocabulary.learnt import FILE
from tests.factories import a_document

TEXTS = {
    "heise": "The startup Kelparo, which makes robots, grows.",
    "techcrunch": "Robotics firm Kelparo hires 40 engineers.",
    "zdnet": "The startup Mornello, which makes cards, grows.",
}


@pytest.fixture
def home(own_settings: Path) -> Iterator[Path]:
    """A data folder with a document of each publisher."""
    folder = own_settings / "home"
    folder.mkdir(mode=0o700)
    engine = connect(f"sqlite:///{folder}/techwire.db")
    with begin(engine) as connection:
        for source, text in TEXTS.items():
            changes = {"id": source, "source": source, "story_id": source, "text": text}
            put(connection, a_document(source, title="Robots", **changes), now=now_utc())
    engine.dispose()
    yield folder
    own.use(None)
    own.forget("crawler.enrichment", but="crawler.enrichment.language")


def learn(*words: str) -> str:
    done = CliRunner().invoke(cli.app, ["companies", "learn", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def test_what_is_learnt_is_told_with_its_evidence_and_tagged_from_then_on(home: Path) -> None:
    said = learn("--dry-run")
    assert "1 companies would be learnt from 3 documents" in said
    assert "1 names wait for a second publisher" in said
    assert not (home / FILE).exists()

    said = learn()
    assert 'Kelparo (heise: "startup Kelparo"; techcrunch: "firm Kelparo")' in said
    assert f"{home / FILE} is at version 1" in said

    use_vocabulary(home / own.USER_FILE)
    article = Article(url="", title="Robots", text="Much was seen there, by Kelparo too.")
    assert enrich(article).companies == ("Kelparo",)
    assert json.loads(learn("--json")) == []


def test_a_name_that_people_refuse_is_not_learnt_again(home: Path) -> None:
    learn()
    file = home / FILE
    file.write_text(file.read_text().replace("refused = []", 'refused = ["Kelparo"]'))

    assert "0 companies learnt" in learn()
