"""Whether the files of a tantivy folder are as they were written: each ends in its own checksum.

A file is `body, {"version": ..., "crc": CRC-32 of the body}, its length and 1337` (32 bits each,
little-endian); tantivy itself looks at the sum only when it is told to.
"""

import json
import mmap
import struct
import zlib
from pathlib import Path

_TAIL = struct.Struct("<II")
_MAGIC = 1337
_PART = 1 << 20
_LONGEST_FOOTER = 10_000


def first_damaged(folder: Path) -> str | None:
    """What is wrong with the first file that is not as it was written; while no writer is open.

    Returns: None where all are. Raises: OSError.
    """
    try:
        named = json.loads((folder / "meta.json").read_text())["segments"]
        segments = {one["segment_id"].replace("-", "") for one in named}
    except (ValueError, KeyError, TypeError, AttributeError, FileNotFoundError):
        return "meta.json cannot be read"
    for path in sorted(folder.iterdir()):
        if path.name.partition(".")[0] in segments and not _is_whole(path):
            return f"{path.name} is damaged"
    return None


def _is_whole(path: Path) -> bool:
    if path.stat().st_size <= _TAIL.size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_:
        length, magic = _TAIL.unpack(all_[-_TAIL.size :])
        end = len(all_) - _TAIL.size - length
        if magic != _MAGIC or length > _LONGEST_FOOTER or end < 0:
            return False
        try:
            wanted = json.loads(all_[end : end + length])["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        found = 0
        for start in range(0, end, _PART):
            found = zlib.crc32(all_[start : min(start + _PART, end)], found)
        return bool(found == wanted)
