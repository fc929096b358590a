# SPDX-License-Identifier: GPL-2.0-only
"""How `make docs` builds these pages: see scripts/docs.py."""

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

project = "buddy_shadow"
copyright = "the authors of buddy_shadow, GPL-2.0-only"
version = release = re.search(
    r'SHADOW_VERSION "(.*)"', (HERE.parent / "report/version.h").read_text("utf-8"))[1]
extensions = ["links"]
html_theme = "alabaster"
html_theme_options = {
    "description": "What a target kernel would do with a machine's memory",
    "page_width": "66rem",
    "sidebar_width": "15rem",
    "font_size": "16px",
    "code_font_size": "0.8em",
    "show_relbars": True,
}
html_static_path = ["_static"]
html_copy_source = False
highlight_language = "none"
