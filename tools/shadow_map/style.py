# SPDX-License-Identifier: GPL-2.0-only
"""Colours and letters of maps and pages, in light and in dark."""

from .machine import KINDS, ORDERS

# Beside its colour each kind that could be taken for another has a pattern.
LIGHT = {
    "paper": "#ffffff", "ink": "#1b1f24", "faint": "#57606a", "line": "#8c959f",
    "ram": "#e6eaef", "edge": "#1b1f24", "reserved": "#4f77b3",
    "no-map": "#48566a", "cma": "#12808e", "memreserve": "#9a6b3f",
    "image": "#0b6e4f", "initrd": "#5d8340", "blob": "#b0567f",
    "mem_map": "#7b4bb7", "heap": "#b06a00", "overlap": "#d1001f",
    "good": "#0a6b2d", "bad": "#b3001b", "link": "#0550ae", "stripe": "#f6f8fa",
    "hatch": "#ffffff",
}
DARK = {
    "paper": "#14181d", "ink": "#e6edf3", "faint": "#a5b0bb", "line": "#6e7681",
    "ram": "#2b323a", "edge": "#e6edf3", "reserved": "#7ea3da",
    "no-map": "#8794a8", "cma": "#39c0d0", "memreserve": "#c8935f",
    "image": "#3aa981", "initrd": "#93c572", "blob": "#d77fa6",
    "mem_map": "#a983de", "heap": "#f0b44c", "overlap": "#ff5263",
    "good": "#56d364", "bad": "#ff8a94", "link": "#79b8ff", "stripe": "#1c2128",
    "hatch": "#14181d",
}
# Orders from low to high: these colours' ends, and what lies between them.
ORDER_ENDS = {"light": ((0x55, 0x92, 0x3e), (0x0b, 0x38, 0x20)),
              "dark": ((0x46, 0x8e, 0x59), (0xd8, 0xf7, 0xc0))}
SANS = 'system-ui, "DejaVu Sans", "Liberation Sans", Arial, sans-serif'
MONO = '"DejaVu Sans Mono", "Liberation Mono", Menlo, Consolas, monospace'

MAP = """\
.map text { font: 11px %(mono)s; fill: var(--ink); white-space: pre; }
.map .head { font: 600 15px %(sans)s; }
.map .said { font-size: 12px; }
.map .faint { fill: var(--faint); }
.map .good { fill: var(--good); font-weight: 600; }
.map .bad { fill: var(--bad); font-weight: 600; }
.map .paper { fill: var(--paper); }
.map .ram rect { fill: var(--ram); stroke: var(--line); stroke-width: .5; }
.map .leader { stroke: var(--faint); stroke-width: .75; fill: none; }
.map .hole { stroke: var(--line); stroke-width: 1; stroke-dasharray: 2 4; }
.map .cut { stroke: var(--paper); stroke-width: .75; }
.map .thing .wide { stroke: var(--paper); stroke-width: .75; }
.map .dynamic rect, .map .nested rect { stroke: var(--edge); stroke-width: 1; }
.map .dynamic rect { stroke-dasharray: 3 2; }
.map .swatch { stroke: var(--line); stroke-width: .5; }
.map .hatch { stroke: var(--hatch); stroke-width: 1.5; fill: none; }
.map .dot { fill: var(--hatch); }
.map g.thing:hover rect, .map g.free:hover rect { opacity: .75; }
.map .layer { stroke: var(--paper); stroke-width: .5; }
.map .axis { stroke: var(--line); stroke-width: 1; fill: none; }
.map .fresh { stroke: var(--faint); stroke-width: 1.5; fill: none;
  stroke-dasharray: 6 3; }
.map .short { fill: var(--ram); }
.map .over { fill: transparent; }
.map .bar { stroke: var(--edge); stroke-width: .75; }
.map .bar.fresh { fill: var(--paper); stroke-dasharray: none; }
.map .bar.aged { fill: var(--o14); }
.map .used { stroke: var(--ink); stroke-width: 1.5; fill: none; }
"""
# Alone, a picture has one sheet.
ON_PAPER = "@media print { .map { max-width: 100%; max-height: 100vh; } }\n"


def mixed(ends, part):
    return "#" + "".join(f"{round(low + (high - low) * part):02x}"
                         for low, high in zip(*ends))


def variables(colours, ends):
    said = "".join(f"--{name}: {value}; " for name, value in colours.items())
    return said + " ".join(f"--o{order}: {mixed(ends, order / (ORDERS - 1))};"
                           for order in range(ORDERS))


def style():
    """What a map needs, where it stands alone as well as in a page."""
    fills = {**{f"c-{kind}": kind for kind in KINDS},
             **{f"o{order}": f"o{order}" for order in range(ORDERS)}}
    return (f":root {{ {variables(LIGHT, ORDER_ENDS['light'])} }}\n"
            "@media screen and (prefers-color-scheme: dark) {\n"
            f":root {{ {variables(DARK, ORDER_ENDS['dark'])} }}\n}}\n"
            + MAP % {"mono": MONO, "sans": SANS} + "".join(
                f".map .{name} {{ fill: var(--{colour}); }}\n"
                for name, colour in fills.items()))
