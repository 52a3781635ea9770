"""The documents make a website without a warning, and what the program tells them is what it is."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
BY_HAND = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs/generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["commands.md", "settings.md", "fields.md"])
def test_the_reference_tells_what_the_program_is(name: str, generate: ModuleType) -> None:
    written = (ROOT / "docs/reference" / name).read_text()

    assert written == generate.PAGES[name](), "make docs writes it anew"


def test_the_documents_make_a_website_whose_links_lead_somewhere(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "docs", str(tmp_path)]
    made = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)

    assert made.returncode == 0, made.stderr
    assert (tmp_path / "how-to/run.html").exists()


@pytest.mark.parametrize("path", BY_HAND, ids=lambda path: path.name)
def test_the_links_of_a_file_beside_them_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text())

    assert [link for link in links if not (path.parent / link).exists()] == []
