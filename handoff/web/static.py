"""Pages and assets from the browser build: `/`, `/desk`, `/desk/supervise`, `/assets/*`.

Invariants: only files directly inside the build folder, with a known type; every answer has an entity tag
and is checked again before use, because names do not change with content; text is sent gzipped. A file
the build lacks is a clear 503 that says how to get it. The demo shop at `/` is for development only.
"""

import asyncio
import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response

from handoff.web.errors import WebError
from handoff.web.services import services

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
_PACKED = {".html", ".js", ".css", ".json", ".svg"}

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the build, ready to send."""

    type: str
    tag: str
    raw: bytes
    packed: bytes | None


@lru_cache(maxsize=64)
def _load(path: Path, _changed: int, _size: int) -> _File:
    raw = path.read_bytes()
    packed = gzip.compress(raw, 9, mtime=0) if path.suffix in _PACKED else None
    tag = f'"{hashlib.sha256(raw).hexdigest()[:24]}"'
    return _File(_TYPES[path.suffix], tag, raw, packed)


def _find(folder: Path, name: str) -> _File | None:
    """The file of that name directly inside the folder; None for anything else."""
    if "/" in name or "\\" in name or name.startswith(".") or Path(name).suffix not in _TYPES:
        return None
    path = folder / name
    if not path.is_file() or path.is_symlink():
        return None
    stat = path.stat()
    return _load(path, stat.st_mtime_ns, stat.st_size)


def _answer(request: Request, file: _File, headers: dict[str, str]) -> Response:
    headers = {"ETag": file.tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"} | headers
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    body = file.raw
    if file.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
        body = file.packed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=None, headers=headers | {"Content-Type": file.type})


async def _page(request: Request, name: str) -> Response:
    file = await asyncio.to_thread(_find, services(request).dist, name)
    if file is None:
        return PlainTextResponse(
            f"webchat/dist/{name} is missing. Build it with: npm run build (in webchat/)\n",
            status_code=503,
        )
    return _answer(request, file, {})


@router.api_route("/", methods=["GET", "HEAD"])
async def shop(request: Request) -> Response:
    """The demo shop with the widget."""
    if not services(request).development:
        raise WebError(404, "not_found")
    return await _page(request, "index.html")


@router.api_route("/desk", methods=["GET", "HEAD"])
async def desk(request: Request) -> Response:
    """The agents' console."""
    return await _page(request, "desk.html")


@router.api_route("/desk/supervise", methods=["GET", "HEAD"])
async def supervise(request: Request) -> Response:
    """The supervisor's pages; what they show is asked for with the role."""
    return await _page(request, "supervise.html")


@router.api_route("/assets/{name}", methods=["GET", "HEAD"])
async def asset(request: Request, name: str) -> Response:
    """A script, sheet or picture; shops on other origins load the widget from here."""
    file = await asyncio.to_thread(_find, services(request).dist, name)
    if file is None:
        raise WebError(404, "not_found")
    anywhere = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    return _answer(request, file, anywhere)
