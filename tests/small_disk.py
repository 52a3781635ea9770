"""A disk of some megabytes, to be filled."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class SmallDisk:
    """A disk that can be filled and given room again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._filling = path / "filling"

    def fill(self, but: int = 0) -> None:
        """Leave so many bytes free."""
        with suppress(OSError), self._filling.open("ab", buffering=0) as filling:
            while (left := self._free() - but) > 0:
                filling.write(b"x" * left)

    def _free(self) -> int:
        found = os.statvfs(self.path)
        return found.f_bavail * found.f_frsize

    def make_room(self) -> None:
        self._filling.unlink()


@contextmanager
def mounted(path: Path, *, size_mb: int) -> Iterator[SmallDisk | None]:
    """A small disk at a path while the block runs; None where mounting is not allowed."""
    path.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield SmallDisk(path)
    finally:
        subprocess.run(["umount", "--lazy", str(path)], check=True)
