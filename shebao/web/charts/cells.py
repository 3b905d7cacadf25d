"""Working days of a limit (办到哪一天): used filled, pauses hatched, the rest open, overrun in red."""

from shebao.web.charts.plot import Plot, Table, drawing, frame, key, mark, nothing

PER_LINE = 30


def working_days(total: int, used: int, *, paused: int = 0, elder: bool = False) -> Plot:
    """A statutory limit of `total` working days; paused days do not count and stand between used and open."""
    if total <= 0:
        return nothing("这件事没有法定时限")
    used, paused = max(0, used), max(0, paused)
    kinds = ["f1"] * min(used, total) + ["paused"] * paused + ["f0"] * (total - min(used, total))
    kinds += ["fb"] * max(0, used - total)
    width, line = frame(elder), 18
    step = width / min(PER_LINE, len(kinds))
    marks = []
    for place, kind in enumerate(kinds):
        x, y = place % PER_LINE * step, place // PER_LINE * line
        inset = 0.6 if kind == "paused" else 0.0
        marks.append(
            mark(
                "rect",
                kind,
                x=x + inset,
                y=y + inset,
                width=step - 3 - inset * 2,
                height=12 - inset * 2,
                rx=2,
            )
        )
        if kind == "paused":
            marks.append(
                mark("path", "pause", d=f"M{x + 1.6:.1f} {y + 10:.1f}L{x + step - 4.6:.1f} {y + 2:.1f}")
            )
    label = sentence(total, used, paused)
    height = (len(kinds) - 1) // PER_LINE * line + 12
    rows = [("法定时限", f"{total}"), ("已用", f"{used}"), ("暂停，不计入", f"{paused}")]
    rows.append(("超过", f"{used - total}") if used > total else ("还剩", f"{total - used}"))
    return Plot(
        svg=drawing(width, height, label, marks),
        label=label,
        key=(key("paused", "暂停，不计入时限"),) if paused else (),
        table=Table(("工作日", "个"), tuple(rows)),
    )


def sentence(total: int, used: int, paused: int) -> str:
    """The limit in words."""
    rest = f"超过 {used - total} 个" if used > total else f"还剩 {total - used} 个"
    wait = f"，暂停 {paused} 个不算" if paused else ""
    return f"法定 {total} 个工作日，已用 {used} 个，{rest}{wait}"
