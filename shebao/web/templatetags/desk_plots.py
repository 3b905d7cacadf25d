"""Tags of the desk's plots: plain numbers in, a drawing with its table twin out."""

from collections.abc import Sequence

from django import template
from django.utils.safestring import SafeString

from shebao.web.charts import desk
from shebao.web.charts.plot import Plot

register = template.Library()


@register.simple_tag
def day_cells(total: int, used: int, tone: str = "f1") -> SafeString:
    """The cells of one limit."""
    return desk.cells(total, used, tone)


@register.simple_tag
def columns_plot(
    bars: Sequence[desk.Bar], finding: str, word: str, unit: str = "件数", width: int = 302
) -> Plot:
    """Columns; `word` and `unit` head the table."""
    return desk.columns(bars, finding=finding, head=(word, unit), width=width)


@register.simple_tag
def lines_plot(bars: Sequence[tuple[str, int, int]], finding: str, word: str) -> Plot:
    """Lines with their late part."""
    return desk.lines(bars, finding=finding, head=(word, "件数", "超期"))
