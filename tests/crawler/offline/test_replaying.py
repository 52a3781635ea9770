"""Archived pages read again: a dry run tells, applying changes the ledger and the outbox."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.article import Page
from crawler.errors import CrawlerError
from crawler.offline.archives import ingest, pages_in
from crawler.offline.keeping import Keeping
from crawler.offline.replay_report import DocumentChange, ReplayReport
from crawler.offline.replaying import Rereading, replay
from crawler.oversight.why import account_of
from crawler.sources.registry import load_sources
from crawler.state import archive, page_files, stories
from crawler.state.page_files import PageFiles
from crawler.urls import document_id
from indexer.delivery import ledger
from indexer.delivery.outbox import Outbox
from indexer.foundation.config import Config
from indexer.foundation.database import begin, connect
from tests.factories import NOW, an_entry

URL = "https://news.example.org/2026/11/chip-plant"
PARAGRAPH = (
    "The semiconductor company Orbisil will build a plant for AI chips near Hangzhou, "
    "its chief executive told reporters, and plans to hire 900 engineers for it. "
)


def page_html(title: str = "Orbisil builds an AI chip plant", url: str = URL) -> str:
    body = "".join(f"<p>{PARAGRAPH} That is part {n} of its plan.</p>" for n in range(5))
    return (
        f'<html lang="en"><head><title>{title}</title><link rel="canonical" href="{url}">'
        '<meta property="article:published_time" content="2026-11-20T08:00:00+08:00"></head>'
        f"<body><article><h1>{title}</h1>{body}</article></body></html>"
    )


def ld_of(publisher: str) -> str:
    data = json.dumps(
        {"@type": "NewsArticle", "headline": "A chip plant", "publisher": {"name": publisher}}
    )
    return f'<script type="application/ld+json">{data}</script>'


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path, database_url=f"sqlite:///{tmp_path / 'techwire.db'}", workers=1)


@pytest.fixture
def state(config: Config) -> Iterator[Engine]:
    engine = connect(config.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    folder = tmp_path / "saved"
    folder.mkdir()
    (folder / "one.html").write_text(page_html())
    (folder / "no-address.html").write_text("<html><body><p>nobody knows from where</p></body>")
    return folder


def ingest_saved(state: Engine, saved: Path) -> None:
    done = ingest(state, load_sources(), saved, workers=1)
    assert (done.pages, done.stored) == (1, 1)


def archive_page(
    config: Config, state: Engine, html: str, *, source_id: str = "news-example"
) -> None:
    entry = an_entry("chip-plant", source_id=source_id, url=URL)
    page = Page(url=URL, body=html.encode(), fetched_at=NOW, encoding="utf-8", entry=entry)
    files = PageFiles(config.home / "pages")
    location = files.write(page)
    files.close()
    with begin(state) as connection:
        archive.note(connection, entry, location, now=NOW)


def test_a_saved_page_is_stored_under_the_address_it_names(state: Engine, saved: Path) -> None:
    ingest_saved(state, saved)

    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
    assert record is not None
    assert record["title"] == "Orbisil builds an AI chip plant"


def test_ingesting_again_passes_over_what_was_seen(state: Engine, saved: Path) -> None:
    ingest_saved(state, saved)

    again = ingest(state, load_sources(), saved, workers=1)

    assert (again.known, again.stored) == (1, 0)


def test_warc_records_are_pages(config: Config, tmp_path: Path) -> None:
    files = PageFiles(tmp_path / "warc")
    for n in range(3):
        url = f"{URL}-{n}"
        files.write(Page(url=url, body=page_html(url=url).encode(), fetched_at=NOW))
    files.close()

    pages = list(pages_in(tmp_path / "warc"))

    assert [kept.page.url for kept in pages] == [f"{URL}-{n}" for n in range(3)]
    assert pages[0].page.fetched_at == NOW.replace(microsecond=0)


def a_warc(file: Path, *, compress: bool = True) -> Path:
    """Five answers as a crawler of others wrote them: only the first and the last are pages."""
    answers = [
        ("200 OK", {"Content-Type": "text/html"}),
        ("404 Not Found", {"Content-Type": "text/html"}),
        ("200 OK", {"Content-Type": "image/png"}),
        ("200 OK", {"Content-Type": "text/html", "X-Robots-Tag": "noai"}),
        ("200 OK", {"Content-Type": "text/html; charset=utf-8"}),
    ]
    with file.open("wb") as stream:
        writer = WARCWriter(stream, gzip=compress)
        for n, (status, headers) in enumerate(answers):
            url = f"{URL}-{n}"
            body = page_html(f"Plant {n} opens", url).encode()
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(body),
                length=len(body),
                http_headers=StatusAndHeaders(status, list(headers.items()), protocol="HTTP/1.1"),
            )
            writer.write_record(record)
    return file


def test_of_another_crawler_s_answers_only_good_unreserved_pages_are_taken(
    state: Engine, tmp_path: Path
) -> None:
    done = ingest(
        state,
        load_sources(),
        a_warc(tmp_path / "cc.warc.gz"),
        workers=1,
        keeping=Keeping(all_topics=True),
    )

    assert (done.stored, done.dropped) == (2, {"tdm": 1})


@pytest.mark.parametrize("compress", [True, False])
def test_an_archive_that_breaks_off_is_read_up_to_there_and_says_so(
    tmp_path: Path, compress: bool
) -> None:
    file = a_warc(tmp_path / ("cc.warc.gz" if compress else "cc.warc"), compress=compress)
    whole: list[str] = []
    assert len(list(pages_in(file, whole.append))) == 3
    file.write_bytes(file.read_bytes()[:-200])

    told: list[str] = []
    assert len(list(pages_in(file, told.append))) == 2
    assert whole == []
    assert "breaks off" in told[0]


@pytest.mark.parametrize("body", [b"", b"hello " * 100, b"\x1f\x8b" + b"x" * 50])
def test_what_is_no_archive_is_told_in_one_line(tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "cc.warc.gz"
    file.write_bytes(body)

    with pytest.raises(CrawlerError, match="is no WARC file"):
        list(pages_in(file))


def test_a_folder_without_pages_is_told(tmp_path: Path) -> None:
    with pytest.raises(CrawlerError, match="holds no"):
        list(pages_in(tmp_path))


def test_a_dry_run_tells_what_would_change_and_changes_nothing(
    config: Config, state: Engine, saved: Path
) -> None:
    ingest_saved(state, saved)
    archive_page(config, state, page_html("A better headline for the chip plant"))

    report = replay(config, state, load_sources())

    assert report.changed == 1
    assert report.fields["title"] == 1
    assert "A better headline" in report.samples["title"][0]
    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
    assert record is not None
    assert record["title"] == "Orbisil builds an AI chip plant"


def test_a_dry_run_of_new_rules_names_the_documents_that_gain_and_lose_a_topic(
    config: Config, state: Engine, saved: Path
) -> None:
    ingest_saved(state, saved)
    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
        assert record is not None
        topics = record["topics"]["lvl0"]
        record["topics"]["lvl0"] = ["Space"]  # as some earlier rules had it
        connection.execute(ledger.DOCUMENTS.update().values(body=ledger.pack(record)))

    report = replay(config, state, load_sources(), Rereading(enrich_only=True))

    assert report.topics_lost == {"Space": 1}
    assert set(report.topics_gained) == set(topics)
    assert URL in report.samples["lose Space"][0]
    assert URL in report.samples[f"gain {topics[0]}"][0]


def test_pages_on_another_machine_are_told_with_its_name(config: Config, state: Engine) -> None:
    archive_page(config, state, page_html())
    [mine] = (config.home / "pages").iterdir()
    there = f"{NOW:%Y-%m-%d}-ant.17abc{page_files.SUFFIX}"
    with begin(state) as connection:
        connection.execute(update(archive.ARCHIVED).values(file=there))

    report = replay(config, state, load_sources())

    assert page_files.machine_name() in mine.name
    assert (report.pages, report.not_read) == (0, {"on the machine ant": 1})
    account = account_of(state, URL, config.home / "pages")
    assert account.steps == (f"its page is archived in {there}, on the machine ant",)


def test_applying_changes_the_document_and_queues_it(
    config: Config, state: Engine, saved: Path
) -> None:
    ingest_saved(state, saved)
    outbox = Outbox(state)
    outbox.done(outbox.waiting(limit=10, max_bytes=10**6), task_uid=1)
    archive_page(config, state, page_html("A better headline for the chip plant"))

    replay(config, state, load_sources(), apply=True)

    (row,) = outbox.waiting(limit=10, max_bytes=10**6)
    assert row.record is not None
    assert row.record["title"] == "A better headline for the chip plant"
    assert replay(config, state, load_sources()).changed == 0


@pytest.mark.parametrize("html", [page_html("By today's rules"), "<html><body></body></html>"])
def test_what_a_crawl_stores_while_a_replay_reads_stays_and_is_counted(
    config: Config, state: Engine, saved: Path, monkeypatch: pytest.MonkeyPatch, html: str
) -> None:
    ingest_saved(state, saved)
    archive_page(config, state, html)
    read = ReplayReport.note

    def crawled_meanwhile(report: ReplayReport, change: DocumentChange) -> None:
        read(report, change)
        with begin(state) as connection:
            record = ledger.read(connection, document_id(URL))
            assert record is not None
            ledger.keep_record(connection, {**record, "title": "As it is now"}, now=NOW)

    monkeypatch.setattr(ReplayReport, "note", crawled_meanwhile)

    report = replay(config, state, load_sources(), apply=True)

    assert report.left == 1
    with begin(state) as connection:
        kept = ledger.read(connection, document_id(URL))
    assert kept is not None
    assert kept["title"] == "As it is now"


def test_a_page_that_gives_no_article_any_more_is_removed(
    config: Config, state: Engine, saved: Path
) -> None:
    ingest_saved(state, saved)
    archive_page(config, state, "<html><body></body></html>")

    report = replay(config, state, load_sources(), apply=True)

    assert report.removed == 1
    with begin(state) as connection:
        assert ledger.read(connection, document_id(URL)) is None
    (row,) = Outbox(state).waiting(limit=10, max_bytes=10**6)
    assert row.record is None


def test_enriching_again_needs_no_archived_page(config: Config, state: Engine, saved: Path) -> None:
    ingest_saved(state, saved)
    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
        assert record is not None
        old = {**record, "topics": {"lvl0": ["Gardening"], "lvl1": []}}
        ledger.keep_record(connection, old, now=NOW)

    report = replay(config, state, load_sources(), Rereading(enrich_only=True), apply=True)

    assert report.topics_lost["Gardening"] == 1
    with begin(state) as connection:
        again = ledger.read(connection, document_id(URL))
    assert again is not None
    assert again["topics"] == record["topics"]


def renamed_by_old_rules(state: Engine, **values: object) -> None:
    """A stored page that took its source from whom the page named."""
    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
        assert record is not None
        old = {"source": "kelp-wire", "source_name": "Kelp Wire", "source_country": "BD"}
        ledger.keep_record(connection, {**record, **old, **values}, now=NOW)


@pytest.mark.parametrize("enrich_only", [True, False])
def test_a_document_that_was_named_after_a_publisher_gets_its_own_source_again(
    config: Config, state: Engine, saved: Path, enrich_only: bool
) -> None:
    named = '<head><meta property="og:site_name" content="Example">'
    html = page_html().replace("<head>", named + ld_of("Kelp Wire"))
    (saved / "one.html").write_text(html)
    ingest_saved(state, saved)
    renamed_by_old_rules(state)
    source_id = "example.org"  # the host, which is in no registry
    archive_page(config, state, html, source_id=source_id)

    report = replay(config, state, load_sources(), Rereading(enrich_only=enrich_only), apply=True)

    assert report.fields["source"] == 1
    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
        assert record is not None
        story = stories.read(connection, record["story_id"])
    assert (record["source"], record["source_country"]) == (source_id, None)
    assert record["publisher"] == "Kelp Wire"
    assert story is not None
    assert story.first_source == source_id


def test_the_source_of_a_file_given_by_hand_stays_what_it_was(
    config: Config, state: Engine, saved: Path
) -> None:
    ingest_saved(state, saved)
    own = {"source": "news-example", "source_name": "News", "source_country": "NZ"}
    renamed_by_old_rules(state, **own)
    archive_page(config, state, page_html())

    replay(config, state, load_sources(), apply=True)

    with begin(state) as connection:
        record = ledger.read(connection, document_id(URL))
    assert record is not None
    assert {name: record[name] for name in own} == own
