"""Matplotlib's backend in the page: `plt.show()` shows the figures so far."""

import session
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg


class _Manager(FigureManagerBase):
    """Hand figures to the page, which has no window for them."""

    @classmethod
    def pyplot_show(cls, **_):
        session.show_figures()

    def show(self):
        session.show_figures(self.num)


class FigureCanvas(FigureCanvasAgg):
    """Draw pixels; the page has its figures as SVG."""

    manager_class = _Manager
