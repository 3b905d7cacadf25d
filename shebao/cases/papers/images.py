"""Pictures made anew (重新编码): turned upright, only their pixels, at most EDGE pixels a side; a long one is longer."""

import warnings
from io import BytesIO

from PIL import Image, ImageFilter, ImageOps, ImageStat

from shebao.cases.papers.types import JPEG, PNG, WEBP, Clean, Unfit

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
MOST_PIXELS = 50_000_000
MOST_SCANS = 200
EDGE = 4096
LONG, LONGER = (
    2.5,
    4,
)  # a long screenshot (长截图) stays readable: its long side may have four times the pixels
QUALITY = 85
LEAST_SIDE = 40
SMALL_SIDE = 600
DARK_MEAN = 55.0
LIGHTEST = 225.0
BLURRED_EDGES = 10.0
HINT_EDGE = 1000
WHITE = (255, 255, 255)


def clean(content: bytes, kind: str) -> Clean:
    """A JPEG of the same picture without EXIF, position, profile and comments. Raises Unfit."""
    if kind == JPEG and content.count(b"\xff\xda") > MOST_SCANS:
        raise Unfit("too_many_pixels")
    picture = _upright(content, kind)
    out = BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Clean(out.getvalue(), JPEG, picture.width, picture.height, 1, hint(picture))


def small(content: bytes, edge: int) -> bytes:
    """A PNG of a kept picture, at most `edge` pixels a side."""
    with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
        picture.draft("RGB", (edge, edge))
        shown = picture.convert("RGB")
    shown.thumbnail(_box(shown, edge))
    return as_png(shown)


def thumb(content: bytes, edge: int) -> bytes:
    """A small JPEG of a picture we made ourselves."""
    with Image.open(BytesIO(content), formats=["JPEG"]) as picture:
        picture.draft("RGB", (edge, edge))
        shown = picture.convert("RGB")
    shown.thumbnail((edge, edge))
    out = BytesIO()
    shown.save(out, "JPEG", quality=70)
    return out.getvalue()


def as_png(picture: Image.Image) -> bytes:
    """A picture as PNG in few colours: clear enough to read, small enough to send."""
    out = BytesIO()
    picture.quantize(128).save(out, "PNG", optimize=False)
    return out.getvalue()


def hint(picture: Image.Image) -> str:
    """A question for the person, never a refusal: small, dark, blurred, or nothing."""
    if min(picture.size) < SMALL_SIDE:
        return "small"
    grey = picture.convert("L")
    grey.thumbnail((HINT_EDGE, HINT_EDGE))
    high = grey.getextrema()[1]
    if ImageStat.Stat(grey).mean[0] < DARK_MEAN and float(high) < LIGHTEST:  # type: ignore[arg-type]
        return "dark"
    edges = grey.filter(ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128))
    inner = edges.crop((2, 2, edges.width - 2, edges.height - 2))
    return "blurred" if _strongest(inner) < BLURRED_EDGES else ""


def _strongest(edges: Image.Image) -> float:
    """How strong the strongest two of a thousand edges are; a sharp line anywhere makes a sharp picture."""
    counts = edges.histogram()
    enough, seen = edges.width * edges.height * 0.002, 0
    for distance in range(128, 0, -1):
        seen += counts[128 - distance] + (counts[128 + distance] if distance < 128 else 0)
        if seen >= enough:
            return float(distance)
    return 0.0


def _upright(content: bytes, kind: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _decoded(content, kind)
    except Unfit:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        raise Unfit("too_many_pixels") from None
    except Exception:
        raise Unfit("broken") from None


def _decoded(content: bytes, kind: str) -> Image.Image:
    with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as source:
        if source.width * source.height > MOST_PIXELS:
            raise Unfit("too_many_pixels")
        if min(source.size) < LEAST_SIDE:
            raise Unfit("tiny")
        if kind != JPEG and getattr(source, "n_frames", 1) > 1:
            raise Unfit("animated")
        source.draft("RGB", (EDGE, EDGE))
        source.load()
        turned = ImageOps.exif_transpose(source)
    flat = _flat(turned)
    flat.thumbnail(_box(flat, EDGE), reducing_gap=2.0)
    bare = Image.new("RGB", flat.size)
    bare.paste(flat)
    return bare


def _box(picture: Image.Image, edge: int) -> tuple[int, int]:
    """What a picture is fitted into."""
    wide, high = picture.size
    if max(wide, high) <= LONG * min(wide, high):
        return edge, edge
    return (edge, edge * LONGER) if high > wide else (edge * LONGER, edge)


def _flat(picture: Image.Image) -> Image.Image:
    """Three colours on white paper."""
    if picture.mode.startswith("I") or picture.mode == "F":
        low, high = picture.getextrema()
        span = max(float(high) - float(low), 1.0)  # type: ignore[arg-type]
        picture = picture.convert("F").point(lambda value: value * (255 / span) - float(low) * 255 / span)  # type: ignore[arg-type]
        return picture.convert("L").convert("RGB")
    if picture.has_transparency_data:
        over = picture.convert("RGBA")
        paper = Image.new("RGB", over.size, WHITE)
        paper.paste(over, mask=over.getchannel("A"))
        return paper
    return picture.convert("RGB")
