# SPDX-License-Identifier: GPL-2.0-only
"""The pictures in the documents are what the programs draw today."""

import pytest

from tests.host import ROOT

from .pictures import MAPS, PAGE, PICTURES, PLACE, draw, page

pytestmark = pytest.mark.xdist_group("shadow-map")


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_drawn_again_byte_for_byte(tmp_path, name):
    """tests/tools/pictures.py draws those anew that should be other ones."""
    assert PLACE.joinpath(f"{name}.svg").read_text("utf-8") == \
        draw(name, tmp_path)


def test_so_is_the_page(tmp_path):
    text = page(tmp_path)
    assert PLACE.joinpath(f"{PAGE}.html").read_text("utf-8") == text
    assert "What lies over what" in text and "! heap_base" in text


def test_each_picture_is_shown_and_no_other_is_kept():
    kept = {path.relative_to(PLACE).as_posix() for path in PLACE.rglob("*")}
    assert kept == {f"{PAGE}.html", *(f"{name}.svg" for name in PICTURES)}
    for document, place, names in (
            ("README.md", "Documentation/pictures", MAPS),
            ("Documentation/shadow-map.rst", "pictures", PICTURES)):
        text = ROOT.joinpath(document).read_text("utf-8")
        assert [name for name in names if f"{place}/{name}.svg" not in text] == []
        assert f"{place}/{PAGE}.html" in text
