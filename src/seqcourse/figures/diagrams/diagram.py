"""A wiring as a figure of the book: drawn wide and narrow, and in words."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

from seqcourse.figures.diagrams.description import describe
from seqcourse.figures.diagrams.label_boxes import Label, place_all
from seqcourse.figures.diagrams.layout import ALONE, IN, Box, Layout, lay_out
from seqcourse.figures.diagrams.names import write_name
from seqcourse.figures.diagrams.wiring import Part, Wire, Wiring, turned
from seqcourse.figures.drawing.figure import Figure, content_id, figure
from seqcourse.figures.drawing.markup import Safe, number, tag
from seqcourse.figures.drawing.palette import Look, ink, look
from seqcourse.figures.drawing.shapes import Point, picture, svg, write
from seqcourse.figures.drawing.slider import (
    compact_json,
    frame_description,
    slider,
)


def diagram(
    wiring: Wiring,
    model: str,
    *,
    caption: str | None,
    alt: str | None,
    frames: Sequence[str] = (),
    label: str = "",
) -> Figure:
    """Draw a wiring.

    Parameters
    ----------
    wiring
        The wiring.
    model
        The model's key, for its colour.
    caption
        The text below the figure.
    alt
        What the drawing shows, in words; read off the wiring if None.
    frames
        A sentence for each frame of a moving figure; none for a still one.
    label
        What the slider counts.

    Returns
    -------
    figure
        The diagram, for a page and for a phone.

    Raises
    ------
    ValueError
        If it does not fit.

    Examples
    --------
    >>> parts = {"x": Part("input", "x_t"), "y": Part("output", "y_t")}
    >>> wiring = Wiring("A wire.", parts, "x -> y", "x y")
    >>> diagram(wiring, "rnn", caption=None, alt=None)
    A wire. The input is x t. x t leaves as y t.
    """
    own = look(model)
    words = alt if alt is not None else describe(wiring)
    narrow = wiring.narrow or turned(wiring.grid)
    shown = picture(
        words,
        *(
            _draw(wiring, grid, width, own)
            for grid, width in ((wiring.grid, 608.0), (narrow, 358.0))
        ),
    )
    if not frames:
        kind = f"diagram {own.css_class}"
        return figure(shown, alt=words, caption=caption, kind=kind)
    name = content_id("diagram", words, *frames)
    return figure(
        slider(name, label, len(frames)), shown, frame_description(frames),
        alt=words, caption=caption, kind=f"moving diagram {own.css_class}",
        id=name, data_says=compact_json(frames),
    )  # fmt: skip


def _draw(wiring: Wiring, grid: str, width: float, own: Look) -> Safe:
    layout = lay_out(wiring, grid, width)
    labels = place_all(wiring, layout)
    highest = min(label.box[1] for label in labels) if labels else 0.0
    if highest < 2:  # labels stand above the first row
        layout = lay_out(wiring, grid, width, 2 - highest)
        labels = place_all(wiring, layout)
    bottom = max([layout.height, *(label.box[3] + 2 for label in labels)])
    steps: dict[int, list[Safe]] = defaultdict(list)
    bundles: dict[tuple[bool, int, str, str], list[Wire]] = defaultdict(list)
    last = max(part.step for part in wiring.parts.values())
    for wire in layout.lines:
        step = wiring.parts[wire.target].step
        if wire.kind == "gradient":
            step = 2 * last - wiring.parts[wire.source].step + 1
        key = wire.kind == "memory", step, wire.source, wire.kind
        bundles[key].append(wire)
    # The memory lies on top: nothing crosses it unseen.
    for (_, step, *_), wires in sorted(bundles.items()):
        steps[step].append(_wires(wires, layout, wiring, own))
    for (x, y), name in layout.dots:
        thick = any(
            wire.source == name
            and wire.kind == "memory"
            and _on((x, y), layout.lines[wire])
            for wire in layout.lines
        )
        dot = tag(
            "circle", cx=x, cy=y, r=4.5 if thick else 3.2,
            fill=own.colour if thick else None,
        )  # fmt: skip
        steps[wiring.parts[name].step].append(dot)
    for name, part in wiring.parts.items():
        steps[part.step].append(_part(part, layout.boxes[name], own))
    for label in labels:
        steps[wiring.parts[label.part].step].append(_label(label))
    groups = []
    for step, shapes in sorted(steps.items()):
        now = " now" * (step == max(steps))
        groups.append(
            tag("g", *shapes, class_=f"reach read{now}", data_step=str(step))
            if step
            else Safe("".join(shapes))
        )
    return svg(width, bottom, *groups)


def _on(point: Point, line: list[Point]) -> bool:
    x, y = point
    return any(
        min(a, u) <= x <= max(a, u) and min(b, v) <= y <= max(b, v)
        for (a, b), (u, v) in itertools.pairwise(line)
    )


def _wires(
    wires: list[Wire], layout: Layout, wiring: Wiring, own: Look
) -> Safe:
    """Draw what leaves a part as one path, so that no stretch is inked twice.

    A thick line goes through operators; its head is where it ends.
    """
    kind = wires[0].kind
    memory, lines, heads = kind == "memory", "", ""
    long = 13.0 if memory else 8.0
    for wire in wires:
        points, target = [*layout.lines[wire]], wiring.parts[wire.target].kind
        if not (memory and target == "operator"):
            (u, v), (x, y) = points[-2:]
            dx, dy = (x > u) - (x < u), (y > v) - (y < v)
            a, b = points[-1] = x - long * dx, y - long * dy
            half = 0.45 * long
            sides = (
                (a + half * turn * dy, b + half * turn * dx)
                for turn in (1, -1)
            )
            heads += f"{_path([(x, y), *sides])}z"
        lines += _path(points)
    coloured = memory or kind == "gradient"
    ink_of = own.colour if coloured else "currentColor"
    line = tag(
        "path", class_=f"wire {kind}", d=lines, fill="none", stroke=ink_of,
        stroke_width="4.5" if memory else "1.25",
        stroke_dasharray={"gradient": "5 3", "optional": "2 3"}.get(kind),
    )  # fmt: skip
    head = tag("path", d=heads, fill=ink_of) if heads else Safe()
    return Safe(line + head)


def _path(points: list[Point]) -> str:
    return "M" + "L".join(f"{number(x)} {number(y)}" for x, y in points)


def _part(part: Part, box: Box, own: Look) -> Safe:
    left, top, right, bottom = box
    x, y = (left + right) / 2, (top + bottom) / 2
    if part.kind == "join":
        return tag("circle", cx=x, cy=y, r=(right - left) / 2)
    if part.kind in ("input", "output", "value"):
        return write_name((x, y + 5), part.label, size=ALONE)
    if part.kind == "operator":
        circle = tag(
            "circle", class_="box", cx=x, cy=y, r=(right - left) / 2,
            fill=ink("paper"), stroke="currentColor", stroke_width="1.25",
        )  # fmt: skip
        return Safe(circle + _sign(part.label, x, y))
    gate = part.kind == "gate"
    frame = tag(
        "rect", class_="box", x=left, y=top, width=right - left,
        height=bottom - top,
        fill=own.colour if gate else ink(
            "paper-2" if part.kind == "matrix" else "paper"
        ),
        fill_opacity=".13" if gate else None,
        stroke=own.colour if gate else "currentColor",
        stroke_width="1.5" if gate else "1.25",
    )  # fmt: skip
    return Safe(frame + write_name((x, y + 5), part.label, size=IN))


def _sign(sign: str, x: float, y: float) -> Safe:
    strokes = {
        "+": (x - 6, y, "h12", x, y - 6, "v12"),
        "×": (x - 4.5, y - 4.5, "l9 9", x + 4.5, y - 4.5, "l-9 9"),
        "−": (x - 6, y, "h12", x, y, ""),
    }.get(sign)
    if strokes is None:
        return write_name((x, y + 5), sign)
    a, b, first, c, d, second = strokes
    path = f"M{number(a)} {number(b)}{first}M{number(c)} {number(d)}{second}"
    return tag(
        "path", d=path, fill="none", stroke="currentColor",
        stroke_width="1.5",
    )  # fmt: skip


def _label(label: Label) -> Safe:
    left, top, right, bottom = label.box
    if not label.note:
        return write_name((left, bottom - 5), *label.lines, size=ALONE,
                          anchor="start")  # fmt: skip
    x = (left + right) / 2
    return Safe(
        "".join(
            write((x, top + 13 + 17 * place), line, anchor="middle",
                  kind="remark")
            for place, line in enumerate(label.lines)
        )
    )  # fmt: skip
