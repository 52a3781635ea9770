"""Adding a source by hand-written TOML keeps the user's file as it was and loadable."""

import pytest

from crawler.errors import SourceError
from crawler.sources.registry import load_sources
from crawler.sources.source import Source
from crawler.sources.writing import add_sources, source_toml

ODD = Source(
    id="odd",
    name='A "quoted" \\ name\nwith 杭州 and \x07',
    homepage="https://odd.example/",
    feeds=tuple(f"https://odd.example/a-rather-long-address/feed-{n}.xml" for n in range(3)),
    sections=("https://odd.example/news",),
    country="CN",
    region="East Asia",
    language="zh-Hans",
    focus=("ai",),
    timezone="Asia/Shanghai",
    date_order="YMD",
    access="metered",
    enabled=False,
    reason="odd",
    schedule="*/15 6-22 * * *",
    delay_s=2.5,
    verify_tls=False,
)


def test_what_is_written_reads_back_the_same(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_text(source_toml(ODD), encoding="utf-8")
    assert load_sources(path, bundled=False).get("odd") == ODD


def test_every_bundled_source_survives_writing_and_reading(tmp_path):
    sources = load_sources().all()
    path = tmp_path / "all.toml"
    path.write_text("\n".join(map(source_toml, sources)), encoding="utf-8")
    assert load_sources(path, bundled=False).all() == sources


def test_adding_keeps_comments_and_makes_the_folder(tmp_path):
    path = tmp_path / "deep" / "mine.toml"
    add_sources(path, [ODD])
    path.write_text("# mine\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    plain = Source(id="two", name="Two", homepage="https://t.co/", feeds=("https://t.co/f",))
    add_sources(path, [plain])
    assert path.read_text(encoding="utf-8").startswith("# mine\n")
    assert [source.id for source in load_sources(path, bundled=False).all()] == ["odd", "two"]
    assert [file.name for file in path.parent.iterdir()] == ["mine.toml"]


def test_an_id_is_added_once(tmp_path):
    add_sources(tmp_path / "mine.toml", [ODD])
    with pytest.raises(SourceError, match="source odd is there already"):
        add_sources(tmp_path / "mine.toml", [ODD])


def test_a_source_that_would_not_load_leaves_the_file_alone(tmp_path):
    path = tmp_path / "mine.toml"
    add_sources(path, [ODD])
    before = path.read_bytes()
    with pytest.raises(SourceError, match="homepage is 'nowhere'"):
        add_sources(
            path, [Source(id="bad", name="Bad", homepage="nowhere", feeds=("https://b.c/",))]
        )
    assert path.read_bytes() == before
