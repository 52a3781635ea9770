"""Steps that other packages bring, installed as pip would leave them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
STEPS = '''
from dataclasses import replace


def loudest(article, facets):
    return replace(facets, companies=(*facets.companies, article.title.split()[0]))


def broken(article, facets):
    raise ValueError("no such thing")


def forgetful(article, facets):
    """Gives nothing back."""
'''


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    (tmp_path / "tiny.py").write_text(STEPS)
    info = tmp_path / "tiny-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
    names = ("loudest", "broken", "forgetful", "missing")
    points = "".join(f"{name} = tiny:{name}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[techwire.enrichers]\n{points}")
    return tmp_path


def enriched(paths: Path, folder: Path) -> tuple[dict[str, Any], str]:
    """The facets of one text, and what was said, by `techwire enrich` as people run it."""
    text = {"title": "Zurb raises $5 million", "text": "The chip start-up said so on Monday."}
    (folder / "in.jsonl").write_text(json.dumps({"id": "1", **text}))
    told = subprocess.run(
        [sys.executable, "-m", "crawler", "enrich", "--jsonl", "in.jsonl", "out.jsonl"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": f"{ROOT}:{paths}", "TECHWIRE_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads((folder / "out.jsonl").read_text()), told.stderr


def test_a_package_adds_its_step_and_what_fails_is_named_and_costs_nothing_else(
    installed: Path, tmp_path: Path
) -> None:
    facets, told = enriched(installed, tmp_path)

    assert "Zurb" in facets["companies"]
    assert facets["evidence"]["broken"] == "left out: ValueError: no such thing"
    assert facets["evidence"]["forgetful"].startswith("left out: TypeError: a step gives Facets")
    assert "loudest" not in facets["evidence"]
    assert "the enrichment step missing (tiny:missing) cannot be loaded" in told
