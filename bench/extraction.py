"""Clean text and true dates, beside the peers: `python bench/extraction.py [PAGES_DIR] [options]`.

Prints one table for this project's extractor and each installed peer on the same saved pages:
body, title, author and date scores, pages a second on one core, peak memory. Every extractor runs
in a process of its own, one after the other; peers that are not installed are named and left out.

PAGES_DIR: holds truth.jsonl and pages/<id>.html.gz; default ../shared/data/pages-dev.
--scorer FILE: default ../shared/tools/score_extraction.py.  --only A,B: some extractors.
--repeat N: times each goes over the pages (default 1); the fastest pass counts.
"""

import argparse
import gzip
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
sys.path.insert(0, str(ROOT))

Prediction = dict[str, Any]
Extractor = Callable[[str, str], Prediction]  # (html, url) -> title, authors, published, text


def techwire() -> Extractor:
    from crawler.article import DateEvidence, Page, Precision
    from crawler.errors import ExtractionError
    from crawler.extraction import extract_article

    def written(date: DateEvidence | None) -> str | None:
        if date is None:
            return None
        if date.precision is Precision.DAY:
            local = date.instant + timedelta(minutes=date.offset_minutes or 0)
            return local.date().isoformat()
        if date.offset_minutes is None:
            return date.instant.replace(tzinfo=None).isoformat()
        zone = timezone(timedelta(minutes=date.offset_minutes))
        return date.instant.astimezone(zone).isoformat()

    def run(html: str, url: str) -> Prediction:
        body = html.encode("utf-8", "replace")
        page = Page(url=url, body=body, encoding="utf-8", fetched_at=datetime.now(UTC))
        try:
            article = extract_article(page)
        except ExtractionError:
            return {}
        return {
            "title": article.title,
            "authors": [*article.authors, *article.agencies],
            "published": written(article.published),
            "text": article.text,
        }

    return run


def _trafilatura(**options: Any) -> Extractor:
    import trafilatura

    def run(html: str, url: str) -> Prediction:
        found = trafilatura.bare_extraction(html, url=url, with_metadata=True, **options)
        if found is None:
            return {}
        fields = found if isinstance(found, dict) else found.as_dict()
        authors = fields.get("author")
        return {
            "title": fields.get("title"),
            "authors": authors.split("; ") if authors else [],
            "published": fields.get("date"),
            "text": fields.get("text"),
        }

    return run


def trafilatura_default() -> Extractor:
    return _trafilatura()


def trafilatura_precision() -> Extractor:
    return _trafilatura(favor_precision=True)


def trafilatura_fast() -> Extractor:
    return _trafilatura(fast=True, include_comments=False)


def newspaper4k() -> Extractor:
    import newspaper

    def run(html: str, url: str) -> Prediction:
        article = newspaper.Article(url, fetch_images=False)
        article.download(input_html=html)
        article.parse()
        date = article.publish_date
        published = date.isoformat() if isinstance(date, datetime) else None
        return {
            "title": article.title,
            "authors": list(article.authors),
            "published": published,
            "text": article.text,
        }

    return run


def news_please() -> Extractor:
    from newsplease import NewsPlease

    def run(html: str, url: str) -> Prediction:
        article = NewsPlease.from_html(html, url=url)
        date = article.date_publish
        return {
            "title": article.title,
            "authors": list(article.authors or []),
            "published": date.isoformat() if date else None,
            "text": article.maintext,
        }

    return run


def readability_lxml() -> Extractor:
    from lxml import html as lxml_html
    from readability import Document

    def run(html: str, url: str) -> Prediction:
        document = Document(html, url=url)
        tree = lxml_html.fromstring(document.summary())
        lines = (" ".join(run.split()) for run in tree.text_content().split("\n"))
        return {"title": document.short_title(), "text": "\n".join(filter(None, lines))}

    return run


def resiliparse() -> Extractor:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(html: str, url: str) -> Prediction:
        tree = HTMLTree.parse(html)
        return {"title": tree.title, "text": extract_plain_text(tree, main_content=True)}

    return run


EXTRACTORS: dict[str, Callable[[], Extractor]] = {
    "techwire": techwire,
    "trafilatura default": trafilatura_default,
    "trafilatura precision": trafilatura_precision,
    "trafilatura fast": trafilatura_fast,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
    "readability-lxml": readability_lxml,
    "resiliparse": resiliparse,
}


def work(name: str, pages_dir: Path, repeat: int, out: Path) -> int:
    """One extractor over all pages in this process; exit code 3 when it is not installed."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    try:
        extract = EXTRACTORS[name]()
    except ImportError:
        return 3
    truth = _lines(pages_dir / "truth.jsonl")
    pages = [(one["id"], one["url"], _page(pages_dir, one["id"])) for one in truth]
    for _, url, html in pages[:3]:
        _safely(extract, html, url)  # imports and tables are loaded before the clock starts
    fastest = float("inf")
    for _ in range(repeat):
        began = time.process_time()
        predictions = [{"id": ident, **_safely(extract, html, url)} for ident, url, html in pages]
        fastest = min(fastest, time.process_time() - began)
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report = {"pages_s": len(pages) / fastest, "memory_mb": memory_mb, "predictions": predictions}
    out.write_text(json.dumps(report), encoding="utf-8")
    return 0


def _safely(extract: Extractor, html: str, url: str) -> Prediction:
    try:
        return extract(html, url)
    except Exception:  # noqa: BLE001  a peer that fails on a page has found nothing there
        return {}


def _page(pages_dir: Path, ident: str) -> str:
    with gzip.open(pages_dir / "pages" / f"{ident}.html.gz", "rt", encoding="utf-8") as file:
        return file.read()


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _scorer(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("score_extraction", path)
    if spec is None or spec.loader is None:
        sys.exit(f"{path} is no Python file: name the scorer with --scorer")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HEAD = (
    f"{'':<22} {'AEB F1':>7} {'cjk':>5} {'Fundus':>7} {'P':>5} {'R':>5} {'cjk':>5} "
    f"{'title':>6} {'author':>6} {'day':>5} {'inst.':>5} {'htmld.':>6} {'false':>5} "
    f"{'pages/s':>8} {'x':>5} {'MB':>5}"
)


def _row(scorer: Any, truth: list[dict[str, Any]], predictions: list[Prediction]) -> str:
    found = {one["id"]: one for one in predictions}
    pages = [scorer.score_page(one, found.get(one["id"])) for one in truth]
    sets = {
        name: scorer.aggregate([page for page in pages if page["dataset"] == name])
        for name in ("aeb", "fundus", "htmldate")
    }

    def cell(dataset: str, part: str, field: str, width: int) -> str:
        value = sets[dataset].get(part, {}).get(field)
        return f"{value:>{width}.3f}" if value is not None else f"{'-':>{width}}"

    stamps = [
        found.get(one["id"], {}).get("published") for one in truth if one["dataset"] == "fundus"
    ]
    moments = [scorer.dt_of(stamp) for stamp in stamps]
    exact = sum(moment is not None and moment.tzinfo is not None for moment in moments)
    return (
        f"{cell('aeb', 'body', 'f1', 7)} {cell('aeb', 'body', 'cjk_f1', 5)} "
        f"{cell('fundus', 'body', 'f1', 7)} {cell('fundus', 'body', 'precision', 5)} "
        f"{cell('fundus', 'body', 'recall', 5)} {cell('fundus', 'body', 'cjk_f1', 5)} "
        f"{cell('fundus', 'title', 'norm', 6)} {cell('fundus', 'author', 'f1', 6)} "
        f"{cell('fundus', 'date', 'day', 5)} {exact / max(1, len(stamps)):>5.3f} "
        f"{cell('htmldate', 'date', 'day', 6)} "
        f"{sets['htmldate'].get('date', {}).get('false_dates', 0):>5}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pages_dir", nargs="?", type=Path, default=SHARED / "data" / "pages-dev")
    parser.add_argument("--scorer", type=Path, default=SHARED / "tools" / "score_extraction.py")
    parser.add_argument("--only", default=",".join(EXTRACTORS))
    parser.add_argument("--repeat", type=int, default=1)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        return work(given.worker, given.pages_dir, given.repeat, given.out)
    if not (given.pages_dir / "truth.jsonl").exists() or not given.scorer.exists():
        print(f"{given.pages_dir} or {given.scorer} is absent: name the folder of saved pages")
        return 1
    scorer, truth = _scorer(given.scorer), _lines(given.pages_dir / "truth.jsonl")
    print(f"{len(truth)} pages of {given.pages_dir}, one core\n{HEAD}")
    peer: float | None = None
    rows: list[tuple[str, str, float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(None, map(str.strip, given.only.split(","))):
            out = Path(folder) / "report.json"
            command = [sys.executable, __file__, str(given.pages_dir), "--worker", name]
            command += ["--out", str(out), "--repeat", str(given.repeat)]
            code = subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode
            if code:
                print(f"{name:<22} {'not installed' if code == 3 else f'failed with {code}'}")
                continue
            report = json.loads(out.read_text("utf-8"))
            row = _row(scorer, truth, report["predictions"])
            rows.append((name, row, report["pages_s"], report["memory_mb"]))
            if name == "trafilatura default":
                peer = report["pages_s"]
    for name, row, speed, memory in rows:
        ratio = f"{speed / peer:>5.2f}" if peer else f"{'-':>5}"
        print(f"{name:<22} {row} {speed:>8.1f} {ratio} {memory:>5.0f}")
    print("x: pages a second beside trafilatura default. inst.: exact instant with offset, Fundus.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
