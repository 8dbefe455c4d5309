"""Files that agents add to a message: which are taken, what they are by their bytes, and the signed way to them.

Invariants: pure; the type is what the bytes say, never the name or the browser; only PDF, PNG and JPEG are taken, so nothing that a
browser runs; a PDF with scripts, starts of programs or files inside is refused, and so is anything that is two things at once;
pictures are drawn anew by the caller (`Redraw`), which leaves nothing but the picture; an address cannot be guessed or changed,
and runs out.
"""

import base64
import hashlib
import hmac
import re
import unicodedata
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from handoff.conversations.ports import Agent, Receipt
from handoff.conversations.sending import Letter
from handoff.desk.sign_in import ABSOLUTE

MediaType = Literal["application/pdf", "image/png", "image/jpeg"]
ENDINGS: dict[MediaType, str] = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
}

MOST_BYTES = 5 * 1024 * 1024
MOST_IN_A_MESSAGE = 5
MOST_IN_A_CHAT = 20
LONGEST_NAME = 100

_STARTS: tuple[tuple[bytes, MediaType], ...] = (
    (b"%PDF-1.", "application/pdf"),
    (b"%PDF-2.", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_TEST_VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_ACTIVE = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|SubmitForm|ImportData|GoToE|AA)(?![A-Za-z])"
)
_NAME_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_OTHER_KINDS = re.compile(
    rb"PK\x03\x04|PK\x05\x06|Rar!\x1a|7z\xbc\xaf\x27\x1c|\x7fELF|<\s*(?:!doctype\s+html|html|script|svg|\?php|iframe)",
    re.IGNORECASE,
)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n?|\n)")
_STREAM_ENDS = b"endstream"
_OBJECT = re.compile(rb"\sobj(?![A-Za-z])")
_END_WITHIN = 1024
_MOST_UNPACKED = 20 * 1024 * 1024


class FileRefused(ValueError):
    """A file is not taken; `why` is a code: empty, too_big, too_many, type, active, mixed, virus or broken."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class File:
    """A file as it may be kept and served."""

    name: str
    media_type: MediaType
    content: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file without its bytes; `seq`: the message it went out with, None before that."""

    id: str
    conversation: str
    seq: int | None
    name: str
    media_type: str
    size: int
    added_by: str
    added_at: datetime


Redraw = Callable[[bytes, MediaType], bytes]
"""Draws a picture anew: only its pixels stay. Raises `FileRefused` ("broken", "too_big")."""


class FileStore(Protocol):
    """Where files are kept; every change is audited in its transaction."""

    async def add_file(self, id: str, conversation: str, file: File, *, by: str) -> Kept:  # noqa: A002
        """Keep it. Raises `FileRefused` (too_many) and UNKNOWN_CONVERSATION."""
        ...

    async def unsent(self, conversation: str, *, by: str) -> list[Kept]:
        """The files this agent added and has not sent yet."""
        ...

    async def added(self, conversation: str, *, by: str) -> list[Kept]:
        """All files this agent added, sent or not."""
        ...

    async def drop_file(self, id: str, *, by: str) -> bool:  # noqa: A002
        """Remove one's own file that was not sent; False when there is none."""
        ...

    async def file(self, id: str) -> File | None: ...  # noqa: A002


class FileSender(Protocol):
    """The step of the core that sends files (`conversations.sending`)."""

    async def send_files(
        self,
        conversation: str,
        *,
        agent: Agent,
        epoch: int,
        cid: str,
        letter: Letter,
        seen: int | None = None,
    ) -> Receipt:
        """A reply with files that the agent added to this conversation before."""
        ...


def checked_file(name: str, content: bytes, redraw: Redraw) -> File:
    """The file as it may be kept. Raises `FileRefused`."""
    if not content:
        raise FileRefused("empty")
    if len(content) > MOST_BYTES:
        raise FileRefused("too_big")
    if _TEST_VIRUS in content:
        raise FileRefused("virus")
    kind = next((kind for start, kind in _STARTS if content.startswith(start)), None)
    if kind is None:
        raise FileRefused("type")
    if kind == "application/pdf":
        _check_pdf(content)
        return File(plain_name(name, kind), kind, content)
    redrawn = redraw(content, kind)
    if len(redrawn) > MOST_BYTES:
        raise FileRefused("too_big")
    return File(plain_name(name, kind), kind, redrawn)


def _check_pdf(content: bytes) -> None:
    """A whole PDF that anybody can read, and nothing else. Names in it may be written with `#4a`, so they are read plainly."""
    if b"%%EOF" not in content[-_END_WITHIN:]:
        raise FileRefused("broken")
    told = _plain(_objects(content))
    if b"/Encrypt" in told or _ACTIVE.search(told):
        raise FileRefused("active")
    if _OTHER_KINDS.search(content):
        raise FileRefused("mixed")


def _plain(told: bytes) -> bytes:
    """Names as they read, whichever of their letters are escaped."""
    return _NAME_ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), told)


def _objects(content: bytes) -> bytes:
    """The objects of a PDF without pictures and page contents; those that are packed together are unpacked.

    What stands before a stream belongs to it from the end of the one before, however long. Raises `FileRefused` (mixed)
    where objects stand inside what would be left out: the word that begins a stream may be part of a text.
    """
    parts, left, before = [], _MOST_UNPACKED, 0
    for begin, end in _streams(content):
        told, packed = content[before : begin.start()], content[begin.end() : end]
        parts.append(told)
        if b"/ObjStm" in _plain(told):
            parts.append(_unpacked(packed, left))
            left -= len(parts[-1])
        elif _OBJECT.search(packed):
            raise FileRefused("mixed")
        before = end + len(_STREAM_ENDS)
    return b"\n".join((*parts, content[before:]))


def _streams(content: bytes) -> Iterator[tuple[re.Match[bytes], int]]:
    """Where streams begin and end, in one pass: a file of beginnings without ends must not be looked through for each."""
    at = 0
    while (begin := _STREAM.search(content, at)) is not None:
        end = content.find(_STREAM_ENDS, begin.end())
        if end < 0:
            return
        yield begin, end
        at = end + len(_STREAM_ENDS)


def _unpacked(packed: bytes, most: int) -> bytes:
    """Raises `FileRefused` for what cannot be unpacked within reason: it cannot be looked through."""
    try:
        found = zlib.decompressobj().decompress(packed.lstrip(b"\r\n"), max(1, most))
    except zlib.error:
        raise FileRefused("broken") from None
    if len(found) >= most:
        raise FileRefused("too_big")
    return found


def plain_name(name: str, kind: MediaType) -> str:
    """A name without path, control marks or a misleading ending: that of what it is."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    shown = "".join(c for c in last if c.isprintable() and c not in '"<>|:*?%;{}')
    stem = re.sub(r"(?:\.\w{1,5})+\s*$", "", shown).strip(". ")
    return f"{stem[: LONGEST_NAME - 5].strip() or 'file'}{ENDINGS[kind]}"


Viewer = Literal["subscriber", "agent"]
FILES = "/files/"
LIVES = {"subscriber": timedelta(minutes=15), "agent": ABSOLUTE}
"""From the look at the chat on. An agent's address works for a signed-in agent only, so it may live as long as their session."""


class Signed:
    """Addresses of files: in the log stands which file, each look at the log makes an address of its own that runs out."""

    def __init__(self, secret: str, clock: Callable[[], datetime]) -> None:
        self._key = hashlib.sha256(b"files:" + secret.encode()).digest()
        self._clock = clock

    def shown(self, url: str, viewer: Viewer) -> str:
        """The address for this look, where the log's one is of a file; any other address as it is."""
        if not url.startswith(FILES):
            return url
        # Logs of earlier versions hold a signature behind the id, which opens nothing any more.
        id_ = url.removeprefix(FILES).partition(".")[0]
        told = f"{id_}.{viewer}.{int((self._clock() + LIVES[viewer]).timestamp())}"
        return f"{FILES}{told}.{self._mark(told)}"

    def opened(self, token: str) -> tuple[str, Viewer] | None:
        """Which file, and for whom, the last part of an address is; None when it is not ours or ran out."""
        told, _, mark = token.rpartition(".")
        if not hmac.compare_digest(mark.encode(), self._mark(told).encode()):
            return None
        id_, viewer, until = told.split(".")
        if int(until) <= self._clock().timestamp():
            return None
        return id_, "agent" if viewer == "agent" else "subscriber"

    def _mark(self, told: str) -> str:
        digest = hmac.new(self._key, told.encode(), hashlib.sha256).digest()[:18]
        return base64.urlsafe_b64encode(digest).decode()
