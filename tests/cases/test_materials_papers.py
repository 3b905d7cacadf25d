"""Files: what they really are, what is left of them, what is refused and in which words."""

import io
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, NameObject, NumberObject, StreamObject, TextStringObject

from shebao.base.refusal import Refusal
from shebao.cases.papers import apart, images, jpeg, limits, pdf, previews, reasons, receiving
from shebao.cases.papers.types import JPEG, PDF, PNG, WEBP, Unfit, kind_of
from tests.cases import files
from tests.conftest import Installation


def unfit(code: str, call, *args) -> None:
    with pytest.raises(Unfit) as caught:
        call(*args)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "a.jpg", "empty"),
        (files.svg(), "a.png", "markup"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "a.pdf", "markup"),
        (b"\xef\xbb\xbf  <html>", "", "markup"),
        (b"MZ\x90\0" + bytes(64), "a.jpg", "program"),
        (b"PK\x03\x04" + bytes(64), "a.docx", "office"),
        (b"GIF89a" + bytes(64), "a.gif", "gif"),
        (b"\0\0\0\x18ftypheic" + bytes(64), "IMG_1.HEIC", "heif"),
        (b"\0\0\0\x18ftypisom" + bytes(64), "a.mp4", "film"),
        (bytes(range(256)), "a.jpg", "unknown"),
        (b"xx%PDF-1.7", "a.pdf", "unknown"),
    ],
)
def test_only_what_the_first_bytes_say_counts(content: bytes, name: str, code: str) -> None:
    unfit(code, kind_of, content, name)


def test_a_name_that_promises_another_kind_is_refused() -> None:
    unfit("false_name", kind_of, files.pdf(), "photo.jpg")
    unfit("false_name", kind_of, files.photo(), "paper.pdf")
    unfit("false_name", kind_of, files.photo(), "photo.exe")
    unfit("false_name", kind_of, files.photo(), "photo.jpg.html")
    assert kind_of(files.photo(), "photo.JPG") == JPEG
    assert kind_of(files.photo(kind="WEBP"), "saved-by-a-chat.jpg") == WEBP
    assert kind_of(files.photo(), "image") == JPEG


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG), ("WEBP", WEBP)])
def test_a_picture_is_made_anew(kind: str, media_type: str) -> None:
    made = images.clean(files.photo(kind=kind), media_type)
    shown = Image.open(io.BytesIO(made.content))
    assert shown.format == "JPEG" and made.media_type == JPEG
    assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_position_maker_comment_and_profile_are_gone_and_the_picture_stands_upright() -> None:
    content = files.photo((1200, 1600))
    before = Image.open(io.BytesIO(content))
    assert before.getexif().get_ifd(0x8825) and before.info["comment"] and before.info["icc_profile"]
    made = images.clean(content, JPEG)
    after = Image.open(io.BytesIO(made.content))
    assert not after.getexif() and "comment" not in after.info and "icc_profile" not in after.info
    assert (made.width, made.height) == after.size == (1600, 1200)
    assert b"PhoneMaker" not in made.content and b"at home" not in made.content


def test_transparency_stands_on_white_paper_and_sixteen_bits_are_seen() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (300, 300), (0, 0, 0, 0)).save(out, "PNG")
    made = Image.open(io.BytesIO(images.clean(out.getvalue(), PNG).content))
    assert min(channel[0] for channel in made.getextrema()) > 250
    out = io.BytesIO()
    deep = Image.new("I;16", (300, 300), 0)
    deep.paste(65535, (0, 0, 150, 300))
    deep.save(out, "PNG")
    made = Image.open(io.BytesIO(images.clean(out.getvalue(), PNG).content))
    assert made.getpixel((20, 150))[0] > 240 and made.getpixel((280, 150))[0] < 15


def test_a_large_photo_is_brought_to_a_readable_size() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8000, 6000), "white").save(out, "JPEG")
    made = images.clean(out.getvalue(), JPEG)
    assert max(made.width, made.height) <= images.EDGE


def test_bombs_are_refused_before_they_are_opened() -> None:
    unfit("too_many_pixels", images.clean, files.png_of(60_000, 60_000), PNG)
    unfit("too_many_pixels", images.clean, files.png_of(8_000, 8_000), PNG)
    unfit("too_many_pixels", images.clean, files.photo() + b"\xff\xda" * 300, JPEG)
    unfit("broken", images.clean, files.png_of(2_000, 2_000), PNG)
    unfit("tiny", images.clean, files.png_of(10, 2_000), PNG)
    text = zlib.compress(bytes(80_000_000))
    body = b"zTXt" + b"k\0\0" + text
    bomb = len(body[4:]).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)
    png = files.photo(kind="PNG")
    unfit("broken", images.clean, png[:33] + bomb + png[33:], PNG)


def test_moving_pictures_are_refused() -> None:
    out = io.BytesIO()
    frames = [Image.new("RGB", (300, 300), colour) for colour in ("red", "blue")]
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    unfit("animated", images.clean, out.getvalue(), WEBP)


def test_the_hint_is_a_question_about_dark_blurred_and_small_pictures() -> None:
    def hint(content: bytes) -> str:
        return images.clean(content, JPEG).hint

    def blurred() -> bytes:
        from PIL import ImageFilter

        shown = Image.open(io.BytesIO(files.photo())).filter(ImageFilter.GaussianBlur(7))
        out = io.BytesIO()
        shown.save(out, "JPEG")
        return out.getvalue()

    assert hint(files.photo()) == ""
    assert hint(files.photo(ink=5, paper=40)) == "dark"
    assert hint(files.photo((400, 500))) == "small"
    assert hint(blurred()) == "blurred"


def test_a_pdf_is_made_anew_without_author_and_title() -> None:
    made = pdf.clean(files.pdf(3))
    again = PdfReader(io.BytesIO(made.content))
    assert (made.pages, len(again.pages), made.width, made.height) == (3, 3, 595, 842)
    assert not again.metadata and "/Metadata" not in again.trailer["/Root"]
    assert "王小明".encode("utf-16-be") not in made.content


@pytest.mark.parametrize("change", [files.scripted, files.launching, files.attached, files.invoice])
def test_what_acts_or_is_attached_is_left_out_and_the_pages_stay(change) -> None:
    made = pdf.clean(files.pdf(2, change=change))
    assert (made.pages, made.hint) == (2, "stripped")
    again = PdfReader(io.BytesIO(made.content))
    assert not again.attachments and set(again.trailer["/Root"]) <= {"/Type", "/Pages"}
    assert pdf._unwanted(again.trailer) == "" and b"at home" not in made.content
    assert pdf.clean(made.content).hint == ""


def test_a_filled_field_keeps_its_look_and_a_form_that_pages_do_not_show_is_refused() -> None:
    made = pdf.clean(files.pdf(1, change=files.invoice))
    shown = Image.open(io.BytesIO(previews.draw(made.content, PDF))).convert("L")
    assert shown.getextrema()[0] < 20
    unfit("pdf_form", pdf.clean, files.pdf(1, change=files.undrawn))
    unfit("pdf_form", pdf.clean, files.pdf(1, change=files.dynamic))


def test_a_pdf_that_opens_without_a_password_is_made_anew_without_its_lock() -> None:
    made = pdf.clean(files.pdf(2, change=files.open_to_all))
    assert made.pages == 2 and not PdfReader(io.BytesIO(made.content)).is_encrypted
    unfit("pdf_locked", pdf.clean, files.pdf(change=files.locked))


def test_what_cannot_be_left_out_is_refused() -> None:
    script, file = TextStringObject("app.alert(1)"), _dictionary(F=NumberObject(1))
    unfit("pdf_active", pdf.clean, files.pdf(1, change=files.ingrained("/JS", script)))
    unfit("pdf_attachment", pdf.clean, files.pdf(1, change=files.ingrained("/EF", file)))


def test_an_invoice_in_another_form_is_told_which_form_to_send() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("OFD.xml", "<ofd/>")
    unfit("ofd", kind_of, packed.getvalue(), "invoice.ofd")
    unfit("ofd", kind_of, b"<?xml version='1.0'?><EInvoice/>", "invoice.xml")
    unfit("office", kind_of, b"PK\x03\x04" + bytes(64), "a.docx")


def test_a_phone_photo_of_twelve_megapixels_stands_upright_and_a_long_screenshot_stays_readable(
    standing: Installation,
) -> None:
    taken = files.photo((4000, 3000), paper=255, turn=6)
    made = receiving.received(taken, "IMG_0001.JPG").clean
    assert Image.open(io.BytesIO(made.content)).size == (made.width, made.height) == (3000, 4000)
    out = io.BytesIO()
    Image.new("RGBA", (1080, 12_000), (255, 255, 255, 128)).save(out, "PNG")
    made = images.clean(out.getvalue(), PNG)
    assert (made.width, made.height) == (1080, 12_000)
    assert min(Image.open(io.BytesIO(images.small(made.content, 1400))).size) > 480


def test_a_pdf_of_too_many_pages_or_none_is_refused() -> None:
    unfit("pdf_pages", pdf.clean, files.pdf(pdf.MOST_PAGES + 1))
    unfit("pdf_empty", pdf.clean, files.pdf(0))


def test_a_pdf_that_unpacks_to_a_mountain_is_refused() -> None:
    def mountain(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream._data = zlib.compress(bytes(400_000_000), 9)
        stream[NameObject("/Filter")] = NameObject("/FlateDecode")
        writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)

    content = files.pdf(change=mountain)
    assert len(content) < 1_000_000
    unfit("pdf_bomb", pdf.clean, content)


def test_a_photo_inside_a_pdf_loses_its_position() -> None:
    photo = files.photo()

    def with_photo(writer: PdfWriter) -> None:
        stream = StreamObject()
        stream._data = photo
        stream.update({
            NameObject("/Type"): NameObject("/XObject"), NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(1200), NameObject("/Height"): NumberObject(1600),
            NameObject("/ColorSpace"): NameObject("/DeviceRGB"), NameObject("/BitsPerComponent"): NumberObject(8),
            NameObject("/Filter"): NameObject("/DCTDecode"),
        })  # fmt: skip
        drawing = DecodedStreamObject()
        drawing.set_data(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        page = writer.pages[0]
        page[NameObject("/Resources")] = _dictionary(XObject=_dictionary(Im0=writer._add_object(stream)))
        page[NameObject("/Contents")] = writer._add_object(drawing)

    content = files.pdf(1, change=with_photo)
    assert b"PhoneMaker" in content
    made = pdf.clean(content)
    assert b"PhoneMaker" not in made.content and b"at home" not in made.content
    shown = Image.open(io.BytesIO(previews.draw(made.content, PDF))).convert("L")
    assert shown.getextrema()[0] < 100
    assert Image.open(io.BytesIO(jpeg.bare(photo))).tobytes() == Image.open(io.BytesIO(photo)).tobytes()


def _dictionary(**values):
    from pypdf.generic import DictionaryObject

    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def test_an_unreadable_middle_is_the_same_refusal_in_the_cell(standing: Installation) -> None:
    for content in (files.photo()[:900], files.photo()[:3], b"%PDF-1.7\n%broken", files.pdf()[:300]):
        with pytest.raises(Refusal) as caught:
            receiving.received(content, "")
        assert (caught.value.code, caught.value.message) == ("invalid_input", reasons.REASONS["broken"][0])


def test_a_good_file_passes_the_cell_and_is_drawn(standing: Installation) -> None:
    for content, media_type in ((files.photo(), JPEG), (files.pdf(), PDF)):
        paper = receiving.received(content, "")
        assert paper.clean.media_type == media_type and paper.state == "received"
        assert Image.open(io.BytesIO(apart.draw(paper.clean.content, media_type, 1, 600))).format == "PNG"
    with pytest.raises(Unfit):
        apart.draw(paper.clean.content, PDF, 9, 600)


def test_too_many_bytes_are_named_with_the_limit(standing: Installation) -> None:
    with pytest.raises(Refusal) as caught:
        receiving.received(b"\xff\xd8\xff" + bytes(10_000_000), "a.jpg")
    assert "10 MB" in caught.value.message


def test_when_too_many_files_wait_the_next_is_told_when_to_come_back(
    standing: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "WAIT_SECONDS", 0.05)
    with apart.CELLS, apart.CELLS, pytest.raises(Refusal) as caught:
        receiving.received(files.photo(), "a.jpg")
    assert (caught.value.code, caught.value.status) == ("unavailable", 503)


def test_a_deployment_says_whether_files_are_scanned(standing: Installation, settings_patch) -> None:
    from django.conf import settings

    assert limits.current().scanner is None
    settings_patch("DEPLOYMENT", {**settings.DEPLOYMENT, "materials": {}})
    with pytest.raises(limits.Unsaid):
        limits.current()


def test_every_reason_is_plain() -> None:
    for message, step in reasons.REASONS.values():
        assert (
            message.endswith("。") and len(message) <= 26 and len(step) <= 25 and "！" not in message + step
        )
