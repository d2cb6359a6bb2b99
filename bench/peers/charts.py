"""Charts with two logarithmic axes as SVG, readable on light and dark pages."""
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 460
LEFT, RIGHT, TOP, BOTTOM = 74, 196, 46, 56
# Light by attributes, which every viewer knows; dark by style, where it is known.
STYLE = """
@media (prefers-color-scheme: dark) {
  text { fill: #ddd; } .grid { stroke: #3a3f44; } .axis { stroke: #999; }
  .page, .hollow { fill: #16191d; }
}
"""
FONT = 'font-family="system-ui, sans-serif" font-size="13" fill="#222"'
GRID = 'class="grid" stroke="#ddd"'
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56a0d0", "#888888")
UNITS = ((1e9, "G"), (1e6, "M"), (1e3, "k"))


def short(value):
    """1000 as 1k, 2e11 as 200G, 0.01 as 0.01"""
    for size, letter in UNITS:
        if value >= size and value < 1e12:
            return f"{value / size:g}{letter}"
    if value >= 1e12:
        return f"{value:.0e}".replace("e+", "e")
    return f"{value:g}"


class Scale:
    def __init__(self, values, begin, end):
        self.low = math.floor(math.log10(min(values)) + 1e-9)
        self.high = max(self.low + 1, math.ceil(math.log10(max(values)) - 1e-9))
        self.begin, self.end = begin, end

    def at(self, value):
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [10.0 ** power for power in range(self.low, self.high + 1)]


def apart(places, least=16):
    """Label heights, moved so that none covers another."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved, last = list(places), -1e9
    for i in order:
        last = moved[i] = max(places[i], last + least)
    over = last - (HEIGHT - BOTTOM) if order else 0
    return [place - max(0, over) for place in moved]


def axes(x, y, x_title, y_title):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    for value in x.ticks():
        at = x.at(value)
        yield f'<line {GRID} x1="{at:.1f}" y1="{TOP}" x2="{at:.1f}" y2="{bottom}"/>'
        yield f'<text x="{at:.1f}" y="{bottom + 18}" text-anchor="middle">{short(value)}</text>'
    for value in y.ticks():
        at = y.at(value)
        yield f'<line {GRID} x1="{LEFT}" y1="{at:.1f}" x2="{right}" y2="{at:.1f}"/>'
        yield f'<text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">{short(value)}</text>'
    yield f'<path class="axis" fill="none" stroke="#555" d="M{LEFT} {TOP}V{bottom}H{right}"/>'
    yield (f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 14}" text-anchor="middle">'
           f'{escape(x_title)}</text>')
    yield (f'<text transform="translate(18 {(TOP + bottom) / 2}) rotate(-90)" '
           f'text-anchor="middle">{escape(y_title)}</text>')


def line(points, colour, x, y):
    places = [(x.at(px), y.at(py), whole) for px, py, whole in points]
    for (x1, y1, _), (x2, y2, whole) in zip(places, places[1:]):
        dash = "" if whole else ' stroke-dasharray="5 4"'
        yield (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
               f'stroke="{colour}" stroke-width="2"{dash}/>')
    for px, py, whole in places:
        fill = f'fill="{colour}"' if whole else 'class="hollow" fill="#fff"'
        yield (f'<circle cx="{px:.1f}" cy="{py:.1f}" r="4" {fill} stroke="{colour}" '
               f'stroke-width="2"/>')


def draw(title, x_title, y_title, series):
    """series: [(name, [(x, y, measured on all)])]. Hollow points are extrapolated."""
    series = [(name, sorted(points)) for name, points in series if points]
    if not series:
        return None
    every = [point for _, points in series for point in points]
    x = Scale([p[0] for p in every], LEFT, WIDTH - RIGHT)
    y = Scale([p[1] for p in every], HEIGHT - BOTTOM, TOP)
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
           f'{FONT} role="img" aria-label="{escape(title)}">', f"<style>{STYLE}</style>",
           f'<rect class="page" fill="#fff" width="{WIDTH}" height="{HEIGHT}"/>',
           f'<text font-size="15" font-weight="600" x="{LEFT}" y="26">{escape(title)}</text>']
    out += axes(x, y, x_title, y_title)
    heights = apart([y.at(points[-1][1]) for _, points in series])
    for i, (name, points) in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        out += line(points, colour, x, y)
        at, end = WIDTH - RIGHT + 12, (x.at(points[-1][0]), y.at(points[-1][1]))
        out.append(f'<path d="M{end[0] + 6:.1f} {end[1]:.1f}L{at} {heights[i]:.1f}h8" '
                   f'fill="none" stroke="{colour}" stroke-opacity=".5"/>')
        out.append(f'<text x="{at + 12}" y="{heights[i] + 4:.1f}">{escape(name)}</text>')
    return "\n".join(out + ["</svg>", ""])
