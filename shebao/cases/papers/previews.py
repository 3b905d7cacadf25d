"""Previews (预览图): a page drawn as a PNG. Only what was made anew is ever drawn."""

import pypdfium2

from shebao.cases.papers import images
from shebao.cases.papers.types import PDF, Unfit

EDGE = 1400
THUMB = 320


def draw(content: bytes, media_type: str, page: int = 1, edge: int = EDGE) -> bytes:
    """A PNG of a kept picture, or of one page of a kept PDF. Raises Unfit for a page that is not there."""
    if media_type != PDF:
        return images.small(content, edge)
    document = pypdfium2.PdfDocument(content)
    try:
        if not 1 <= page <= len(document):
            raise Unfit("pdf_empty")
        leaf = document[page - 1]
        width, height = leaf.get_size()
        bitmap = leaf.render(scale=edge / max(width, height, 1.0), may_draw_forms=False)
        return images.as_png(bitmap.to_pil().convert("RGB"))
    finally:
        document.close()
