"""Bars of a report as vectors: one drawing for each bar, so that a chart is a table and breaks between its lines."""

from markupsafe import Markup, escape

from hrd_cases.domain.reports import ReportBar

WIDTH, HEIGHT = 1000, 40


def bar(bar: ReportBar, most: int) -> Markup:
    """A bar as SVG: full up to the lowest number, then hollow up to the highest; '' where there is no figure to draw.

    Black, white and a line: it looks the same in print, in grey, and to those who see no colours.
    """
    low, high = (round(WIDTH * number / most) for number in (bar.low, bar.high))
    if not high:
        return Markup()
    full = f'<rect x="0" y="4" width="{low}" height="32" fill="#222"/>' if low else ""
    rest = max(0, high - low - 3)
    hollow = (
        f'<rect x="{low + 1}" y="6" width="{rest}" height="28" fill="#fff" stroke="#222" stroke-width="4"/>'
        if rest
        else ""
    )
    return Markup(  # noqa: S704  # numbers of ours, and an escaped text
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" '
        f"><title>{escape(bar.figure)}</title>{full}{hollow}</svg>"
    )
