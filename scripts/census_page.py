# SPDX-License-Identifier: GPL-2.0-only
"""The census as one page that needs nothing beside itself.

Each number of the tables is a button: below, the trees that it counts are shown.
Without a script, and on paper, all of them are.
"""

from html import escape

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; max-width: 76rem; margin: 2rem auto;
  padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.05rem; margin: 1.6rem 0 .3rem; }
pre { white-space: pre-wrap; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.count { width: 100%; max-width: 44rem; }
th, td { text-align: left; padding: .15rem .6rem .15rem 0; vertical-align: top;
  border-bottom: 1px solid #8884; }
th { font-weight: 600; } .n { text-align: right; white-space: nowrap; width: 5rem; }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0;
  text-decoration: underline dotted; cursor: pointer; }
button[aria-pressed=true] { background: #fd38; outline: 2px solid #fd3; }
.notes { font-size: .85rem; opacity: .8; margin: .2rem 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; } #trees { font-size: .8rem; }
#trees td, #trees th { white-space: nowrap; padding-right: .9rem; }
@media (max-width: 40rem) { .n { width: 2.6rem; } body { font-size: 14px; } }
@media print { button { text-decoration: none; } .screen { display: none; }
  .wide { overflow: visible; } #trees { font-size: .45rem; } }
"""

SCRIPT = """
const rows = [...document.querySelectorAll('#trees tr:not(.head)')];
const buttons = [...document.querySelectorAll('button[data-t]')];
const find = document.getElementById('find');
const said = document.getElementById('said');
let only = null;
function show() {
  const word = find.value.toLowerCase();
  let shown = 0;
  rows.forEach((row, n) => {
    row.hidden = (only && !only.has(n)) ||
      !row.textContent.toLowerCase().includes(word);
    shown += !row.hidden;
  });
  said.textContent = shown + ' of ' + rows.length + ' trees';
}
buttons.forEach(button => button.addEventListener('click', () => {
  const again = button.getAttribute('aria-pressed') === 'true';
  buttons.forEach(other => other.setAttribute('aria-pressed', 'false'));
  button.setAttribute('aria-pressed', String(!again));
  let at = 0;
  only = again ? null : new Set(button.dataset.t.split(' ').map(n => at += +n));
  show();
  if (!again) document.getElementById('list').scrollIntoView();
}));
find.addEventListener('input', show);
show();
"""


def steps(numbers):
    """Ascending numbers, each as what it is more than the one before."""
    before, found = 0, []
    for number in numbers:
        found.append(str(number - before))
        before = number
    return " ".join(found)


def cell(trees, at):
    if not trees:
        return '<td class="n">0</td>'
    counted = steps(sorted(at[tree.name] for tree in trees))
    return f'<td class="n"><button type="button" aria-pressed="false" ' \
        f'data-t="{counted}">{len(trees)}</button></td>'


def table(one, at):
    """A section."""
    names = "".join(f'<th scope="col" class="n">{escape(name)}</th>'
                    for name in one.columns)
    rows = "\n".join(
        f'<tr><td>{escape(label)}</td>{"".join(cell(trees, at) for trees in cells)}</tr>'
        for label, cells in one.rows)
    notes = "<br>".join(map(escape, one.notes))
    return f"<h2>{escape(one.title)}</h2>\n<table class=\"count\"><tr class=\"head\">" \
        f"<th scope=\"col\">trees</th>{names}</tr>\n{rows}\n" \
        f"</table>\n<p class=\"notes\">{notes}</p>\n"


def listed(lines):
    """All trees, a row each."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in lines[0])
    rows = "\n".join("<tr>" + "".join(f"<td>{escape(str(value))}</td>"
                                      for value in line.values()) + "</tr>"
                     for line in lines)
    return f'<div class="wide"><table id="trees"><tr class="head">{names}</tr>\n' \
        f"{rows}</table></div>\n"


def page(title, sections, lines):
    """The page; @lines are the trees in the order of their rows."""
    at = {line["tree"]: number for number, line in enumerate(lines)}
    first, _, rest = title.partition("\n")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(first)}</title>
<style>{STYLE}</style>
</head>
<body>
<h1>{escape(first)}</h1>
<pre>{escape(rest)}</pre>
<p class="screen">A number shows the trees that it counts in the list at the end;
once more, and all are there again.</p>
<p>By a wrong design a tree counts once, by the worst that comes of it: <b>overlap</b>,
something lies over something else; <b>verdict</b>, it ends with another line;
<b>figures</b>, memory is lost or too much is promised; <b>same</b>, nobody can tell.
<b>record</b> is the right design.</p>
{"".join(table(one, at) for one in sections)}
<h2 id="list">The trees</h2>
<p class="screen"><label>Only rows with <input id="find" type="search"></label>
<span id="said" role="status"></span></p>
{listed(lines)}
<script>{SCRIPT}</script>
</body>
</html>
"""
