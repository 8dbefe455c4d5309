"""Draws pictures anew with Pillow, so that nothing but their pixels is kept: no place of shooting, no second file behind them.

Invariants: a picture that claims to be larger than `MOST_PIXELS` is refused before it is unpacked; the kind stays.
"""

import io
import warnings

from PIL import Image, ImageOps

from handoff.desk.work.files import FileRefused, MediaType

MOST_PIXELS = 25_000_000
_KINDS: dict[MediaType, str] = {"image/png": "PNG", "image/jpeg": "JPEG"}


def redrawn(content: bytes, kind: MediaType) -> bytes:
    """The same picture in the same kind, turned as it was meant to be seen. Raises `FileRefused` (broken, too_big)."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            return _redrawn(content, _KINDS[kind])
        except FileRefused:
            raise
        except Exception as error:  # Pillow raises many kinds for what is no whole picture
            raise FileRefused("broken") from error


def _redrawn(content: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(content), formats=(kind,)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise FileRefused("too_big")
        opened.load()
        upright = ImageOps.exif_transpose(opened)
    plain = upright.convert("RGBA" if kind == "PNG" and _has_alpha(upright) else "RGB")
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    out = io.BytesIO()
    if kind == "PNG":
        fresh.save(out, "PNG", optimize=True)
    else:
        fresh.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
