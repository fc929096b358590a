# SPDX-License-Identifier: GPL-2.0-only
"""Pictures of what was measured, where matplotlib is there."""

try:
    import matplotlib
    matplotlib.use("Agg")
    from matplotlib import pyplot
except ImportError:
    pyplot = None

COLOURS = {"project": "tab:red", "literal": "tab:orange", "linux": "tab:blue",
           "gen_pool": "tab:cyan", "drm_buddy": "tab:purple",
           "memset": "tab:gray", "against": "tab:green"}


def bars(path, counts, title, unit):
    """A bar for each peer that a case has; the scale is logarithmic."""
    rows, ticks = [], {}
    for case, found in counts.items():
        first = len(rows)
        rows += [(peer, found[peer]) for peer in COLOURS if peer in found]
        ticks[case] = (first + len(rows) - 1) / 2
        rows.append((None, 0))
    figure, axes = pyplot.subplots(figsize=(9, 1.2 + 0.15 * len(rows)))
    for peer, colour in COLOURS.items():
        at = [place for place, row in enumerate(rows) if row[0] == peer]
        if at:
            drawn = axes.barh(at, [rows[place][1] for place in at], height=0.9,
                              color=colour, label=peer)
            axes.bar_label(drawn, fmt="%.4g", fontsize=6, padding=2)
    axes.set_yticks([*ticks.values()], [*ticks], fontsize=8)
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set_xlabel(unit)
    axes.set_title(title)
    axes.legend(fontsize=8)
    axes.margins(x=0.1, y=0.01)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def lines(path, counts, title, labels, scales=("log", "log")):
    """A line a case: {case: {x: y}}; labels and scales are of both axes.

    A case may end in a peer's name. Where lines are one, all of their marks are seen.
    """
    figure, axes = pyplot.subplots(figsize=(9, 6))
    for number, (case, found) in enumerate(counts.items()):
        at = sorted((float(x), y) for x, y in found.items())
        axes.plot(*zip(*at), marker="os^Dv<>"[number % 7],
                  markersize=4 + number % 3 * 2, fillstyle="none", label=case,
                  color=COLOURS.get(case.rpartition(" ")[2]))
    axes.set_xscale(scales[0])
    axes.set_yscale(scales[1])
    axes.set_xlabel(labels[0])
    axes.set_ylabel(labels[1])
    axes.set_title(title)
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=110)
    pyplot.close(figure)
