"""Run the official Python client's own tests against the embedded engine.

    python bench/client_suite.py PATH [pytest arguments]

PATH is a checkout of meilisearch/meilisearch-python. The engine starts on a temporary folder and
a free port; the last lines tell how many tests passed, failed and were skipped. Tests of what
the engine leaves out (chats, network, vectors, ...) are not run.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

MASTER_KEY = "masterKey"  # the suite's own
OUT_OF_SCOPE_FILES = (
    "test_chat_completions",
    "test_client_dynamic_search_rules_meilisearch",
    "test_client_exports",
    "test_client_network",
    "test_client_sharding",
    "test_client_render_template",
    "test_client_update_document_by_functions",
    "test_client_webhooks_meilisearch",
    "test_multimodal",
    "test_settings_embedders",
    "test_settings_foreign_keys_meilisearch",
)
OUT_OF_SCOPE_TESTS = (
    "test_multi_search_with_network",
    "test_get_similar_documents",
    "with_vectors",
    "vector_search",
    "hybrid",
    "retrieve_vectors",
)


def main() -> int:
    """Run the suite. Returns: pytest's exit code."""
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "tests").is_dir():
        print(__doc__)
        return 2
    checkout = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory(prefix="client-suite-") as data:
        engine = subprocess.Popen(
            [sys.executable, "-m", "indexer.embedded", "--data", data],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[1],
            env={**os.environ, "MEILI_MASTER_KEY": MASTER_KEY},
        )
        try:
            assert engine.stdout is not None
            url = engine.stdout.readline().strip()
            return _run(checkout, url)
        finally:
            engine.terminate()
            engine.wait(10)


def _run(checkout: Path, url: str) -> int:
    ignored = [f"--ignore-glob=*{name}.py" for name in OUT_OF_SCOPE_FILES]
    left_out = " and ".join(f"not {name}" for name in OUT_OF_SCOPE_TESTS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--tb=short",
        "-p",
        "no:cacheprovider",
        "-o",
        "addopts=",
    ]
    command += [*ignored, "-k", left_out, "tests", *sys.argv[2:]]
    environment = {**os.environ, "MEILISEARCH_URL": url, "PYTHONPATH": str(checkout)}
    environment.pop("MEILISEARCH_URL_2", None)
    return subprocess.run(command, cwd=checkout, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
