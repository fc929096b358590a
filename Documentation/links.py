# SPDX-License-Identifier: GPL-2.0-only
"""Sphinx: clauses such as B5, and functions and types of the module, become links.

So documents and comments name them as they are, and a name that there is not is a
reference that leads nowhere, which fails the build.
"""

import re

from docutils import nodes
from sphinx.addnodes import desc_signature, pending_xref
from sphinx.transforms import SphinxTransform

SPECIFICATION = "specification"
CLAUSE = r"[RHMBPEDX][1-9][0-9]?"
NAME = re.compile(rf"\b(?:(?P<clause>{CLAUSE})"
                  r"|(?P<func>(?:__)?shadow_\w+)\(\)"
                  r"|(?P<kind>struct|enum) (?P<type>shadow_\w+))(?![\w-])")
# Links already, titles, which are shown elsewhere too, and what is shown as it is.
LEFT = (nodes.reference, nodes.target, nodes.title, nodes.literal_block, nodes.comment,
        nodes.raw, pending_xref, desc_signature)


def place(clause):
    return f"clause-{clause.lower()}"


def reference(match, docname, shown):
    """A link by that name; Sphinx complains where it leads nowhere."""
    if match["clause"]:
        what = {"refdomain": "std", "reftype": "ref", "refexplicit": True,
                "reftarget": place(match["clause"])}
    else:
        what = {"refdomain": "c", "refexplicit": False,
                "reftype": "func" if match["func"] else match["kind"],
                "reftarget": match["func"] or match["type"]}
    return pending_xref("", shown, refdoc=docname, refwarn=True, **what)


class Clauses(SphinxTransform):
    """Each term of the specification that is a clause can be linked to."""

    default_priority = 210

    def apply(self, **_):
        if self.env.docname != SPECIFICATION:
            return
        std = self.env.get_domain("std")
        for term in self.document.findall(nodes.term):
            if re.fullmatch(CLAUSE, name := term.astext()):
                term["ids"].append(place(name))
                std.anonlabels[place(name)] = SPECIFICATION, place(name)
                std.labels[place(name)] = SPECIFICATION, place(name), name


class Links(SphinxTransform):
    """The names in the text."""

    default_priority = 220

    def apply(self, **_):
        for text in list(self.document.findall(nodes.Text)):
            parent = text.parent
            above = parent
            while above is not None and not isinstance(above, LEFT):
                above = above.parent
            if above is None and not (isinstance(parent, nodes.term)
                                      and re.fullmatch(CLAUSE, text)):
                self.link(text, parent)

    def link(self, text, parent):
        """A literal is a link as a whole, or none."""
        if isinstance(parent, nodes.literal):
            if match := NAME.fullmatch(text):
                parent.replace_self(reference(match, self.env.docname,
                                              parent.deepcopy()))
            return
        parts, end = [], 0
        for match in NAME.finditer(text):
            parts += [nodes.Text(text[end:match.start()]),
                      reference(match, self.env.docname, nodes.Text(match[0]))]
            end = match.end()
        if parts:
            parent.replace(text, [*parts, nodes.Text(text[end:])])


def setup(app):
    app.add_transform(Clauses)
    app.add_transform(Links)
    return {"parallel_read_safe": True}
