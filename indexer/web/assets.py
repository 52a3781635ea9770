"""The built page's files, read and compressed once, given out from memory.

They are named by their content, so browsers keep them for good; the page itself is asked for anew.
"""

import gzip
import mimetypes
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

INDEX_MARK = 'name="techwire-index" content="news"'
FOREVER = "public, max-age=31536000, immutable"
COMPRESSED = {".js", ".css", ".svg", ".html"}


class PageAssets:
    """The files of a build, about half a megabyte in memory.

    folder: where Vite wrote them. index: what the page searches, written into it.
    """

    def __init__(self, folder: Path, index: str) -> None:
        self._files: dict[str, tuple[bytes, bytes | None, str]] = {}
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if not path.is_file():
                continue
            content = path.read_bytes()
            if path.name == "index.html":
                mark = f'name="techwire-index" content="{escape(index)}"'
                content = content.replace(INDEX_MARK.encode(), mark.encode(), 1)
            packed = gzip.compress(content, mtime=0) if path.suffix in COMPRESSED else None
            kind = mimetypes.types_map.get(path.suffix, "application/octet-stream")
            self._files[path.relative_to(folder).as_posix()] = (content, packed, kind)

    async def show(self, request: Request) -> Response:
        if "index.html" not in self._files:
            return PlainTextResponse(
                "The search page is not built: run `pip install .` in the checkout.", 503
            )
        return self._give(request, "index.html", "no-cache")

    async def file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files:
            return Response(status_code=404)
        return self._give(request, name, FOREVER if name.startswith("assets/") else "max-age=3600")

    def _give(self, request: Request, name: str, cached: str) -> Response:
        content, packed, kind = self._files[name]
        headers = {"Cache-Control": cached, "Vary": "Accept-Encoding"}
        if packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
        return Response(content, media_type=kind, headers=headers)
