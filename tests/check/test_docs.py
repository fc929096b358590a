# SPDX-License-Identifier: GPL-2.0-only
"""What is wrong with documents is found: a test of docs.py, and of scripts/docs.py."""

import os
import shutil
import subprocess

import docs as pages
import pytest

from tests.check import docs, files

GOOD = """Good
====

Clause B5 and ``shadow_known()``, :term:`heap` and :doc:`specification`; B55x, ``B9`` in
code, ``B9 = 1`` as code, and what is shown::

	shadow_other() of B9

.. glossary::

   heap
      Memory.

.. c:function:: void shadow_known(void)

   It calls itself, shadow_known().
"""
# Each line, and what is said of it.
WRONG = {
    "See :doc:`nowhere`.": "unknown document: 'nowhere'",
    "As B77 has it.": "undefined label: 'clause-b77'",
    "By shadow_other().": "c:func reference target not found: shadow_other",
    "By ``shadow_another()``.": "c:func reference target not found: shadow_another",
    "In struct shadow_thing.": "c:struct reference target not found: shadow_thing",
    "In enum shadow_kind.": "c:enum reference target not found: shadow_kind",
    ".. c:function:: foreign_t shadow_third(void)": "target not found: foreign_t",
    "A :term:`word`.": "term not in glossary: 'word'",
    "A ``literal that does not end.": "Inline literal start-string without end-string",
    "=== ===\nabcdef g\n=== ===": "Malformed table",
}


@pytest.fixture(name="render")
def fixture_render(tmp_path):
    """Builds small documents; what is said of them."""
    subprocess.run([files.ROOT / "scripts/need", "python3-sphinx"], check=True)

    def render(**texts):
        source = tmp_path / "source"
        shutil.rmtree(source, ignore_errors=True)
        source.mkdir()
        for name in ("conf.py", "links.py", "_static"):
            os.symlink(pages.DOCUMENTS / name, source / name)
        for name, text in texts.items():
            (source / f"{name}.rst").write_text(text, "utf-8")
        try:
            pages.render(source, tmp_path)
        except pages.Error as error:
            return str(error)
        return ""
    return render


def index(*names):
    return "Index\n=====\n\n.. toctree::\n\n" + "".join(f"   {name}\n" for name in names)


SPECIFICATION = "Specification\n=============\n\nB5\n  A clause.\n\nB9\n  Another.\n"


def test_what_is_right_is_no_finding_and_becomes_links(render, tmp_path):
    assert render(index=index("specification", "good"), specification=SPECIFICATION,
                  good=GOOD) == ""
    html = (tmp_path / "html/good.html").read_text("utf-8")
    assert html.count('href="specification.html#clause-b5"') == 1
    assert html.count('href="#c.shadow_known"') == 3    # with the entry's own
    assert html.count("#clause-b9") == 1 and "shadow_other() of B9" in html


def test_what_is_wrong_is_named_all_at_once(render):
    said = render(index=index("specification", "wrong"), alone="Alone\n=====\n",
                  specification=SPECIFICATION,
                  wrong="Wrong\n=====\n\n" + "\n\n".join(WRONG) + "\n")
    assert [text for text in WRONG.values() if text not in said] == []
    assert "Documentation/alone.rst: WARNING: document isn't included in any" in said


def test_a_comment_that_lacks_a_parameter_is_named(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "ROOT", tmp_path)
    (tmp_path / "one.h").write_text(
        "/* One. */\n/**\n * shadow_one() - does one thing\n * @a: a number\n */\n"
        "void shadow_one(int a, int b);\n", "utf-8")
    with pytest.raises(pages.Error, match="parameter or member 'b' not described"):
        pages.header(tmp_path / "one.h", files.kernel_source() / "scripts/kernel-doc")


def test_what_a_header_says_of_itself_is_text_and_what_has_tabs_is_shown():
    assert pages.first_comment(
        "/* SPDX-License-Identifier: X */\n/*\n * Of @it_is, by a*b_.\n *\n"
        " *\ta\tb\n *\tc\n *\n * End.\n */\n") == \
        "Of ``it_is``, by a\\*b\\_.\n\n::\n\n        a       b\n        c\n\nEnd."
    assert pages.constants("#define SHADOW_A 1\n#define SHADOW_B\t(2 + 1)\t/* two */\n"
                           "#define SHADOW_H\n") == \
        ".. c:macro:: SHADOW_A\n\n   ``1``\n\n" \
        ".. c:macro:: SHADOW_B\n\n   ``(2 + 1)``  two\n\n"


def test_links_between_documents_are_found(monkeypatch):
    texts = {"Documentation/a.rst": "See ``b.rst``,\n:doc:`b` or a.rstx.\n",
             "README.md": "# One two\n[a](Documentation) [b](b.md) [c](#one-two) [d](#two)\n"
                          "[e](https://example.org) [f](README.md#one-two)\n"}
    monkeypatch.setattr(files, "project", lambda: [docs.Path(name) for name in texts])
    monkeypatch.setattr(files, "read", lambda path: texts[str(path)])
    assert docs.plain() == [
        "Documentation/a.rst:1: b.rst is no link: expected :doc:`b`"]
    assert docs.markdown_links() == ["README.md: the link to b.md leads nowhere",
                                     "README.md: the link to #two leads nowhere"]
