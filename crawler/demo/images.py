"""Tiny pictures for the pages: two-coloured PNGs and an SVG logo, drawn on request."""

import struct
import zlib
from html import escape

WIDTH, HEIGHT = 1200, 675


def png(seed: int) -> bytes:
    """A 1200 x 675 picture of stripes whose colours and width follow the seed; about 1 KB."""
    first, second = seed * 2654435761 & 0xFFFFFF, ~seed * 40503 & 0xFFFFFF
    stripe = bytes([(0xF0, 0xCC, 0xAA, 0xFF)[seed % 4]]) * (WIDTH // 8)
    rows = b"".join(
        b"\0" + (stripe if row // 45 % 2 else bytes(WIDTH // 8)) for row in range(HEIGHT)
    )
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", WIDTH, HEIGHT, 1, 3, 0, 0, 0)),
            _chunk(b"PLTE", first.to_bytes(3, "big") + second.to_bytes(3, "big")),
            _chunk(b"IDAT", zlib.compress(rows)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def svg_logo(name: str) -> str:
    """The site's name as a picture."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="60" role="img">'
        '<rect width="320" height="60" rx="8" fill="#16324f"/>'
        '<text x="16" y="39" font-size="26" fill="#fff" font-family="sans-serif">'
        f"{escape(name)}</text></svg>"
    )
