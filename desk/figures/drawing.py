"""Charts, declared by Altair and drawn by vl-convert: no browser, no network, off the event loop.

Law of this file: what a colour says, a name or a number says too; each picture carries the line that says what was
counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import altair as alt
import vl_convert

from desk.figures.outline import Shape, shapes
from desk.figures.tables import NONE, Table

SVG, PNG = "svg", "png"
# Pixels of a PNG for each of the drawing: sharp on paper at the width of a page.
_SCALE = 2
_WIDTH = 640
_BAR = 26
# Of the five shades of the map the last two carry letters in the colour of the paper: a middle one would carry neither.
_DARK_FROM = 0.6
# A line of letters on the map (km of the map).
_LINE = 0.52
_FONT = "Noto Sans, DejaVu Sans, sans-serif"


@dataclass(frozen=True, slots=True)
class Look:
    """The colours of a picture."""

    ink: str
    soft: str
    bar: str
    paper: str
    line: str
    steps: tuple[str, str, str, str, str]


LIGHT = Look(
    "#22282b", "#5c5a54", "#0d4f57", "#fffefb", "#ddd2c0", ("#e3efec", "#c3dcd9", "#9fc6c4", "#2f6f76", "#0d4f57")
)
DARK = Look(
    "#f0ece4", "#b9b5ab", "#8fd0c9", "#1d2426", "#374144", ("#17383b", "#215256", "#2f6c70", "#6fb5ae", "#8fd0c9")
)


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands with every picture: lines on what was counted, and the language of its numbers."""

    lines: Sequence[str]
    language: str = "de"


def draw(table: Table, caption: Caption, *, form: str = SVG, look: Look = LIGHT) -> bytes:
    """Return the picture of a table; takes a tenth of a second, so call it in a thread."""
    spec = _framed(_marks(table, look), table, caption, look).to_dict()
    locale: Any = {"format_locale": "de-DE" if caption.language == "de" else "en-GB", "allowed_base_urls": []}
    if form == PNG:
        return bytes(vl_convert.vegalite_to_png(spec, scale=_SCALE, **locale))
    return str(vl_convert.vegalite_to_svg(spec, **locale)).encode()


def _marks(table: Table, look: Look) -> Any:
    match table.name:
        case "weeks":
            return _weeks(table, look)
        case "districts":
            return _map(table, look)
        case "steps":
            return _steps(table, look)
        case "completion":
            return _bars([(row[0], row[3]) for row in table.rows], table.headings[3], look)
        case "residents" | "ages":
            return _beside(table, look)
        case _:
            return _bars([(row[0], row[1]) for row in table.rows], table.headings[1], look)


def _framed(marks: Any, table: Table, caption: Caption, look: Look) -> Any:
    title = alt.TitleParams(
        table.title, subtitle=list(caption.lines), anchor="start", color=look.ink, subtitleColor=look.soft, offset=12
    )
    framed = marks.properties(title=title, background=look.paper, padding=16)
    framed = framed.configure(font=_FONT).configure_view(stroke=None)
    framed = framed.configure_title(fontSize=17, subtitleFontSize=12, subtitlePadding=6)
    colors = {"labelColor": look.ink, "titleColor": look.soft}
    framed = framed.configure_axis(
        labelFontSize=13, titleFontSize=12, labelLimit=260, gridColor=look.line, domainColor=look.line, **colors
    )
    framed = framed.configure_header(labelFontSize=13, labelFontWeight="bold", **colors)
    return framed.configure_legend(labelFontSize=12, titleFontSize=12, **colors)


def _bars(rows: Sequence[tuple[Any, Any]], unit: str, look: Look) -> Any:
    """Draw bars with their numbers; a hidden number is written as a sign that the table explains."""
    values = [{"name": str(name), "number": number or 0, "said": _said(number)} for name, number in rows]
    chart = alt.Chart(alt.InlineData(values), width=_WIDTH - 240, height=max(2, len(values)) * _BAR)
    y = alt.Y("name:N", sort=None, title=None)
    x = alt.X("number:Q", title=unit, axis=alt.Axis(tickMinStep=1, tickCount=5))
    bars = chart.mark_bar(color=look.bar, cornerRadiusEnd=3, height={"band": 0.7}).encode(x=x, y=y)
    return bars + chart.mark_text(align="left", dx=5, color=look.ink, fontSize=13).encode(x=x, y=y, text="said:N")


def _said(number: Any) -> str:
    match number:
        case None:
            return "·"
        case float():
            return f"{number:.1f} %".replace(".", ",")
        case _:
            return f"{number:,}".replace(",", ".")


def _weeks(table: Table, look: Look) -> Any:
    """Draw each field below the others with the same scale: a hundred bars in nine colours nobody can tell apart."""
    values = [
        {"week": row[0], "name": name, "number": number}
        for row in table.rows
        for name, number in zip(table.headings[1:], row[1:], strict=True)
    ]
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=12, ticks=False)
    weeks = [str(row[0]) for row in table.rows]
    chart = alt.Chart(alt.InlineData(values), width=_WIDTH - 60, height=64).mark_bar(color=look.bar)
    return chart.encode(
        x=alt.X("week:O", sort=weeks, title=None, axis=axis),
        y=alt.Y("number:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=3)),
        row=alt.Row("name:N", sort=list(table.headings[1:]), title=None, spacing=14, header=_header()),
    )


def _header() -> Any:
    return alt.Header(labelAngle=0, labelOrient="top", labelAnchor="start", labelPadding=3)


def _steps(table: Table, look: Look) -> Any:
    values = [
        {"dialogue": str(row[0]), "step": f"{row[1]}", "order": at, "number": row[2]}
        for at, row in enumerate(table.rows)
    ]
    chart = alt.Chart(alt.InlineData(values), width=_WIDTH - 240, height=alt.Step(20))
    chart = chart.mark_bar(color=look.bar, cornerRadiusEnd=3).encode(
        x=alt.X("number:Q", title=table.headings[2], axis=alt.Axis(tickMinStep=1, tickCount=5)),
        y=alt.Y("step:N", sort=alt.EncodingSortField("order", order="ascending"), title=None),
        row=alt.Row("dialogue:N", sort=[str(row[0]) for row in table.rows], title=None, spacing=12, header=_header()),
    )
    return chart.resolve_scale(y="independent")


def _beside(table: Table, look: Look) -> Any:
    """Draw what people here said beside what holds for the whole city."""
    values = [
        {"name": str(row[0]), "who": heading, "share": row[column] or 0, "said": _said(row[column])}
        for row in table.rows
        for column, heading in ((2, table.headings[2]), (3, table.headings[3]))
    ]
    chart = alt.Chart(alt.InlineData(values), width=_WIDTH - 240, height=alt.Step(15))
    x = alt.X("share:Q", title="%")
    y, offset = alt.Y("name:N", sort=None, title=None), alt.YOffset("who:N", sort=None)
    color = alt.Color("who:N", sort=None, title=None, scale=alt.Scale(range=[look.bar, look.soft]))
    color = color.legend(orient="bottom", direction="horizontal", labelLimit=400)
    bars = chart.mark_bar().encode(x=x, y=y, yOffset=offset, color=color)
    return bars + chart.mark_text(align="left", dx=4, color=look.ink).encode(x=x, y=y, yOffset=offset, text="said:N")


def _map(table: Table, look: Look) -> Any:
    """Draw the districts, darker where there are more; each says its name and number."""
    numbers = dict(zip(table.keys, (row[1] for row in table.rows), strict=True))
    most = max((int(number or 0) for key, number in numbers.items() if key != NONE), default=0) or 1
    drawn = [(shape, int(numbers.get(shape.name) or 0)) for shape in shapes()]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "MultiPolygon", "coordinates": [[ring] for ring in shape.rings]},
            "properties": {"name": shape.name, "number": number},
        }
        for shape, number in drawn
    ]
    scale = alt.Scale(type="quantize", domain=[0, most], range=list(look.steps))
    flat = {"type": "identity", "reflectY": True}
    ground = alt.Chart(alt.InlineData(features), width=_WIDTH, height=430)
    ground = ground.mark_geoshape(stroke=look.soft, strokeWidth=1.2).encode(
        color=alt.Color("properties.number:Q", scale=scale, title=table.headings[1], legend=None)
    )
    return alt.layer(ground.project(**flat), *_names(drawn, most, look, flat))


def _names(drawn: Sequence[tuple[Shape, int]], most: int, look: Look, flat: Any) -> Iterator[Any]:
    """Write names and numbers, light on dark and dark on light."""
    for is_dark in (False, True):
        chosen = [(shape, number) for shape, number in drawn if (number / most >= _DARK_FROM) == is_dark]
        ink = look.paper if is_dark else look.ink
        names = [line for shape, _ in chosen for line in _lines(shape)]
        numbers = [_at(shape, -_LINE, _said(number)) for shape, number in chosen]
        yield _written(names, flat, color=ink, fontSize=12)
        yield _written(numbers, flat, color=ink, fontSize=17, fontWeight="bold")


def _written(texts: Sequence[dict[str, Any]], flat: Any, **mark: Any) -> Any:
    places = alt.Chart(alt.InlineData(list(texts))).mark_text(**mark)
    return places.encode(longitude="x:Q", latitude="y:Q", text="text:N").project(**flat)


def _lines(shape: Shape) -> list[dict[str, Any]]:
    """Write a name with a hyphen in two lines."""
    parts = shape.name.replace("-", "-\n").split("\n")
    return [_at(shape, 0.2 + _LINE * (len(parts) - 1 - row), part) for row, part in enumerate(parts)]


def _at(shape: Shape, up: float, text: str) -> dict[str, Any]:
    return {"x": shape.middle[0], "y": shape.middle[1] + up, "text": text}
