"""Whoever takes the project finds its licence, what is from others, its version and its checks."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml

from indexer.foundation.outbound import program_version, user_agent

ROOT = Path(__file__).parent.parent
NOTICE = (ROOT / "NOTICE").read_text()
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
TABLES = [
    path
    for package in ("crawler", "indexer")
    for path in sorted((ROOT / package).rglob("*"))
    if path.suffix in {".tsv", ".yaml", ".toml", ".txt", ".json"}
    and not {"page", "static", "demo"} & set(path.parts)
]


def test_the_licence_is_apaches_and_goes_along_with_an_installation() -> None:
    assert PROJECT["license"] == "Apache-2.0"
    assert (
        "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text()
    )
    assert PROJECT["license-files"] == ["LICENSE", "NOTICE"]


def test_every_table_with_others_data_stands_in_the_notice() -> None:
    cut = {
        str(path.relative_to(ROOT))
        for path in TABLES
        if re.search(r"\bCut by|Unicode License|\bCC[ -]BY|\bMIT\b", path.read_text()[:600])
    }
    named = set(re.findall(r"^(?:crawler|indexer)/\S+$", NOTICE, re.MULTILINE))

    assert len(cut) > 5
    assert cut == named


def test_both_packages_say_that_they_are_typed() -> None:
    assert (ROOT / "crawler/py.typed").exists()
    assert (ROOT / "indexer/py.typed").exists()


def test_the_changelog_begins_with_this_version() -> None:
    newest = re.search(r"^## (\S+?)[, ]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)

    assert newest is not None
    assert newest[1] == PROJECT["version"]


def test_who_crawls_is_named_only_where_somebody_is_known() -> None:
    assert user_agent() == f"techwire/{program_version()}"
    assert user_agent("https://a.example/") == f"techwire/{program_version()} (+https://a.example/)"


def test_every_change_is_tested_on_all_pythons_that_are_promised() -> None:
    workflow = ROOT / ".github/workflows/ci.yml"
    schema = ["--builtin-schema", "vendor.github-workflows", str(workflow)]
    read = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", *schema], capture_output=True, text=True
    )
    job = yaml.safe_load(workflow.read_text())["jobs"]["test"]

    assert read.returncode == 0, read.stdout
    assert PROJECT["requires-python"] == ">=" + job["strategy"]["matrix"]["python"][0]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["make lint", "make test"]
