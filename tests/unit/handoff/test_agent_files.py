"""Which files are taken: by their bytes, never by their name; nothing active, nothing that is two things, nothing but pixels in pictures."""

import io
import time
import zipfile
import zlib
from datetime import UTC, datetime, timedelta

import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from handoff.adapters import pictures
from handoff.adapters.pictures import redrawn
from handoff.desk.work.files import (
    MOST_BYTES,
    FileRefused,
    MediaType,
    Signed,
    Viewer,
    checked_file,
    plain_name,
)

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def pdf(*extra: bytes) -> bytes:
    page = FPDF()
    page.add_page()
    page.set_font("helvetica", size=12)
    page.cell(text="Rechnung")
    made = bytes(page.output())
    return made.replace(b"/Type /Catalog", b"/Type /Catalog " + b" ".join(extra), 1)


def packed_pdf(objects: bytes) -> bytes:
    stream = zlib.compress(objects)
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /Filter /FlateDecode /Length "
        + str(len(stream)).encode()
        + b" >>\nstream\n"
        + stream
        + b"\nendstream\nendobj\n%%EOF\n"
    )


def archive(name: str = "a.html") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(name, "<script>alert(1)</script>")
    return out.getvalue()


def refused(name: str, content: bytes) -> str:
    with pytest.raises(FileRefused) as why:
        checked_file(name, content, redrawn)
    return why.value.why


@pytest.mark.parametrize(
    ("name", "content", "kind", "shown"),
    [
        ("Rechnung März.pdf", pdf(), "application/pdf", "Rechnung März.pdf"),
        ("foto.png", picture(), "image/png", "foto.png"),
        ("foto.jpeg", picture("JPEG"), "image/jpeg", "foto.jpg"),
        ("harmless.html", picture(), "image/png", "harmless.png"),
        ("invoice.pdf.exe", pdf(), "application/pdf", "invoice.pdf"),
        ("../../etc/passwd", pdf(), "application/pdf", "passwd.pdf"),
        ("C:\\a\\b.pdf", pdf(), "application/pdf", "b.pdf"),
        ('x"; filename="y.html', picture(), "image/png", "x filename=y.png"),
        ("", pdf(), "application/pdf", "file.pdf"),
        ("a\u202efdp.exe", pdf(), "application/pdf", "afdp.pdf"),
    ],
)
def test_the_type_and_the_ending_are_what_the_bytes_say(
    name: str, content: bytes, kind: MediaType, shown: str
) -> None:
    file = checked_file(name, content, redrawn)
    assert (file.media_type, file.name) == (kind, shown)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (EICAR, "virus"),
        (pdf() + EICAR + b"%%EOF", "virus"),
        (picture() + EICAR, "virus"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "type"),
        (b"<html><script>alert(1)</script>", "type"),
        (archive(), "type"),
        (b"MZ\x90\x00", "type"),
        (b"GIF89a" + b"\x00" * 50, "type"),
        (b"\n%PDF-1.4\n%%EOF", "type"),
        (b"plain words", "type"),
        (b"%PDF-1.4\n", "broken"),
        (pdf()[:300], "broken"),
        (picture()[:40], "broken"),
        (picture("JPEG")[:200], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "broken"),
        (pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        (pdf(b"/OpenAction << /S /J#61vaScript /J#53 (x) >>"), "active"),
        (pdf(b"/AA << >>"), "active"),
        (pdf(b"/Names << /EmbeddedFiles 9 0 R >>"), "active"),
        (pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "active"),
        (pdf() + b"trailer << /Encrypt 5 0 R >>\n%%EOF", "active"),
        (packed_pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>"), "active"),
        (packed_pdf(b"<< /Type /Catalog >>").replace(b"\nstream\nx", b"\nstream\ny"), "broken"),
        (packed_pdf(b"\x00" * 30_000_000), "too_big"),
        (pdf() + archive() + b"\n%%EOF", "mixed"),
        (pdf() + b"<html><body>\n%%EOF", "mixed"),
        (pdf() + b"\x00" * MOST_BYTES, "too_big"),
    ],
)
def test_what_is_not_taken(content: bytes, why: str) -> None:
    assert refused("datei.pdf", content) == why


def test_objects_packed_in_a_pdf_that_do_nothing_are_fine() -> None:
    assert checked_file("a.pdf", packed_pdf(b"<< /Type /Catalog >>"), redrawn).content


def test_a_picture_keeps_its_pixels_and_nothing_else() -> None:
    place = Image.Exif()
    place[0x010E] = "Musterstrasse 1"
    original = picture("JPEG", exif=place) + b"PK\x03\x04<script>alert(1)</script>"
    kept = checked_file("a.jpg", original, redrawn).content
    assert b"Musterstrasse" in original
    assert b"Musterstrasse" not in kept
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.size == (40, 30)
        assert not image.getexif()
        red, green, *_ = image.convert("RGB").tobytes()
        assert red > 150 > green


def test_text_hidden_in_a_png_is_gone() -> None:
    from PIL.PngImagePlugin import PngInfo

    hidden = PngInfo()
    hidden.add_text("Comment", "<script>alert(1)</script>")
    original = picture(pnginfo=hidden)
    assert b"<script>" in original
    assert b"<script>" not in checked_file("a.png", original, redrawn).content


def test_a_picture_that_claims_to_be_huge_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    assert refused("a.png", picture(size=(40, 30))) == "too_big"
    assert checked_file("a.png", picture(size=(20, 30)), redrawn).content


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_or_refused_and_nothing_else(content: bytes) -> None:
    for start in (b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        try:
            file = checked_file("x", start + content, redrawn)
        except FileRefused:
            continue
        assert file.media_type == "application/pdf"


@given(st.text(max_size=200))
def test_a_name_holds_no_path_and_no_marks_and_ends_as_it_should(name: str) -> None:
    shown = plain_name(name, "application/pdf")
    assert shown.endswith(".pdf")
    assert 4 < len(shown) <= 100
    assert shown.isprintable()
    assert not set(shown) & set('/\\"<>|:;{}')


NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def test_an_address_is_ours_or_nobodys() -> None:
    ours, other = Signed("s" * 40, lambda: NOON), Signed("t" * 40, lambda: NOON)
    token = ours.shown(f"/files/{'a' * 32}", "subscriber").removeprefix("/files/")
    assert ours.opened(token) == ("a" * 32, "subscriber")
    assert other.opened(token) is None
    for_agents = token.replace(".subscriber.", ".agent.")
    later = token.replace(str(int(NOON.timestamp()) + 900), str(int(NOON.timestamp()) + 9000))
    assert later != token != for_agents
    others = ("", ".", "a" * 32, f"{'b' * 32}.{token.partition('.')[2]}", f"{token}x", "ä.ö.ü.x")
    for wrong in (*others, for_agents, later):
        assert ours.opened(wrong) is None


@pytest.mark.parametrize(("viewer", "minutes"), [("subscriber", 15), ("agent", 12 * 60)])
def test_an_address_runs_out_and_the_next_look_makes_another(viewer: Viewer, minutes: int) -> None:
    now = [NOON]
    signed = Signed("s" * 40, lambda: now[0])
    url = f"/files/{'a' * 32}"
    first = signed.shown(url, viewer).removeprefix("/files/")
    now[0] += timedelta(minutes=minutes, seconds=-1)
    assert signed.opened(first) == ("a" * 32, viewer)
    now[0] += timedelta(seconds=1)
    assert signed.opened(first) is None
    next_one = signed.shown(url, viewer).removeprefix("/files/")
    assert signed.opened(next_one) == ("a" * 32, viewer)


def test_other_addresses_stay_and_earlier_signatures_are_dropped() -> None:
    signed = Signed("s" * 40, lambda: NOON)
    assert signed.shown("/documents/abc", "agent") == "/documents/abc"
    now, before = (signed.shown(f"/files/{'a' * 32}{end}", "agent") for end in ("", ".old-mark"))
    assert now == before


PACKED = packed_pdf(b"<< /S /JavaScript /JS (app.alert(1)) >>")


@pytest.mark.parametrize(
    "content",
    [
        PACKED.replace(b"/Filter", b"/Pad (" + b"x" * 5000 + b") /Filter"),
        PACKED.replace(b"/ObjStm", b"/Obj#53tm"),
        PACKED.replace(b"/Filter", b"/X (obj) /Filter"),
        PACKED.replace(b">>\nstream\n", b">>\nstream\r", 1),
        b"%PDF-1.7\n(stream\n) 2 0 obj\n<< /S /JavaScript /JS (x) >>\nendobj (endstream)\n%%EOF",
        b"%PDF-1.7\n(stream\n) 2 0%\nobj << /S /JavaScript /JS (x) >> (endstream)\n%%EOF",
    ],
)
def test_however_a_script_is_hidden_the_pdf_is_not_taken(content: bytes) -> None:
    assert refused("a.pdf", content) in {"active", "mixed"}


def test_beginnings_without_an_end_are_looked_through_once() -> None:
    """Each of them to the end of the file would be minutes for this one, hours for the longest, and nobody else served."""
    content = b"%PDF-1.7\n" + b"stream\n" * 75_000 + b"%%EOF"
    begun = time.process_time()
    assert checked_file("a.pdf", content, redrawn).content == content
    assert time.process_time() - begun < 30
