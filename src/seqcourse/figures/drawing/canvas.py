"""A sheet for Matplotlib to draw on, measured in the page's pixels."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from seqcourse.figures.drawing.palette import INKS, PALETTE, Look
from seqcourse.figures.drawing.svg import inline_svg
from seqcourse.figures.drawing.text import SIZE, one_line

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as Sheet

    from seqcourse.figures.drawing.markup import Safe

#: The two widths, in pixels: a page's column, and a phone.
WIDE, NARROW = 608, 358


@dataclass
class Canvas:
    """One of the two sheets a figure is drawn on, measured in pixels.

    Parameters
    ----------
    width, height
        Its size. The origin is at the top left, as on the page.

    Attributes
    ----------
    sheet
        Matplotlib's figure, for whatever this class does not offer.

    Examples
    --------
    >>> Canvas(358, 100).wide
    False
    """

    width: int
    height: int
    sheet: Sheet = field(init=False, repr=False)

    def __post_init__(self) -> None:
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure as Sheet

        # 72 dots an inch make Matplotlib's point one pixel.
        size = (self.width / 72, self.height / 72)
        self.sheet = Sheet(figsize=size, dpi=72)
        FigureCanvasSVG(self.sheet)

    @property
    def wide(self) -> bool:
        """Whether this is the wide one."""
        return self.width > NARROW

    def axes(
        self, left: float, top: float, right: float, bottom: float
    ) -> Axes:
        """Open a plot without furniture between four edges.

        Parameters
        ----------
        left, top, right, bottom
            Its edges, in pixels.

        Returns
        -------
        axes
            Matplotlib's axes, with nothing drawn in them.

        Examples
        --------
        >>> axes = Canvas(608, 100).axes(10, 10, 110, 90)
        >>> axes.bbox.width.round()
        np.float64(100.0)
        """
        width, height = self.width, self.height
        corner = (left / width, 1 - bottom / height)
        size = ((right - left) / width, (bottom - top) / height)
        axes = self.sheet.add_axes((*corner, *size))
        axes.set_axis_off()
        return axes

    def text(
        self,
        x: float,
        y: float,
        text: str,
        kind: str = "",
        anchor: str = "start",
    ) -> None:
        """Write text with its baseline at a place.

        Parameters
        ----------
        x, y
            The place, in pixels.
        text
            What to write.
        kind
            Its classes.
        anchor
            ``"start"``, ``"middle"`` or ``"end"``.

        Examples
        --------
        >>> canvas = Canvas(358, 100)
        >>> canvas.text(30, 40, "a < b")
        >>> '<text x="30" y="40">a &lt; b</text>' in canvas.svg()
        True
        """
        side = {"start": "left", "middle": "center", "end": "right"}[anchor]
        self.sheet.text(
            x / self.width, 1 - y / self.height, one_line(text),
            size=SIZE, ha=side, va="baseline", parse_math=False,
            gid=f"class:{kind}",
        )  # fmt: skip

    def line(
        self, x: tuple[float, float], y: tuple[float, float], kind: str
    ) -> None:
        """Draw a straight line that belongs to the furniture.

        Parameters
        ----------
        x, y
            Where it begins and where it ends, in pixels.
        kind
            ``"grid"`` or ``"axis"``.

        Examples
        --------
        >>> canvas = Canvas(358, 100)
        >>> canvas.line((0, 358), (50, 50), "grid")
        >>> '<path class="grid" d="M0 50L358 50"' in canvas.svg()
        True
        """
        ink = INKS["rule" if kind == "grid" else "rule-strong"]
        self._line(x, y, ink, kind)

    def _line(
        self,
        x: tuple[float, float],
        y: tuple[float, float],
        ink: str,
        kind: str,
    ) -> None:
        from matplotlib.lines import Line2D

        self.sheet.add_artist(
            Line2D(
                [x[0] / self.width, x[1] / self.width],
                [1 - y[0] / self.height, 1 - y[1] / self.height],
                color=ink, linewidth=1, zorder=-1, gid=f"class:{kind}",
            )
        )  # fmt: skip

    def level(
        self, x: float, top: float, bottom: float, *, best: bool = False
    ) -> None:
        """Draw an upright line to compare with, dashed and thin.

        Parameters
        ----------
        x
            Where it stands, in pixels.
        top, bottom
            Where it begins and ends.
        best
            Whether it is the best possible.

        Examples
        --------
        >>> canvas = Canvas(358, 100)
        >>> canvas.level(200, 10, 90)
        >>> 'd="M200 10L200 90"' in canvas.svg()
        True
        """
        kind = f"line thin{' best' * best} m-neutral"
        self._line((x, x), (top, bottom), PALETTE["neutral"].light, kind)

    def bar(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        look: Look,
        *,
        hollow: bool = False,
    ) -> None:
        """Fill a rectangle with a model's colour.

        Parameters
        ----------
        x, y
            Its top left corner, in pixels.
        width, height
            Its size.
        look
            Whose colour.
        hollow
            Whether only its outline is drawn.

        Examples
        --------
        >>> canvas = Canvas(358, 100)
        >>> canvas.bar(0, 10, 200, 18, PALETTE["rnn"])
        >>> 'fill="var(--m-rnn, #c23c05)"' in canvas.svg()
        True
        """
        from matplotlib.patches import Rectangle

        corner = (x / self.width, 1 - (y + height) / self.height)
        size = (width / self.width, height / self.height)
        face = "none" if hollow else look.light
        edge = look.light if hollow else "none"
        self.sheet.add_artist(
            Rectangle(
                corner, *size, facecolor=face, edgecolor=edge,
                linewidth=1.5, zorder=0, transform=self.sheet.transFigure,
                gid=f"class:{look.css_class}",
            )
        )  # fmt: skip

    def svg(self) -> Safe:
        """Write what was drawn as an element of the page.

        Returns
        -------
        markup
            ``<svg class="wide">`` or ``<svg class="narrow">``.

        Examples
        --------
        >>> Canvas(608, 100).svg().split(" viewBox")[0]
        '<svg class="wide"'
        """
        import matplotlib as mpl

        file = io.StringIO()
        # Ours for the time of writing alone; a reader's own settings stay.
        settings: dict[Any, Any] = {
            "svg.fonttype": "none",
            "svg.hashsalt": "seqcourse",
        }
        unsaid = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        with mpl.rc_context(settings), warnings.catch_warnings():
            # The page's face draws the text, not Matplotlib's.
            warnings.filterwarnings("ignore", "Glyph")
            self.sheet.savefig(
                file, format="svg", transparent=True, metadata=unsaid
            )
        kind = "wide" if self.wide else "narrow"
        return inline_svg(file.getvalue(), kind, shown=self.wide)
