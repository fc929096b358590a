# SPDX-License-Identifier: GPL-2.0-only
"""A rig for each of two groups: the tests that are long have one of their own."""

import os
from pathlib import Path

import pytest

from . import modules
from .rig import rig

HERE = Path(__file__).resolve().parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    ours = [item for item in items if HERE in item.path.parents
            and "phone" in item.fixturenames]
    for item in ours:
        kind = "long" if item.get_closest_marker("long") else "quick"
        item.add_marker(pytest.mark.xdist_group(f"phone-{kind}"))
        item.add_marker(pytest.mark.seconds(100))


@pytest.fixture(scope="package", name="phone")
def fixture_phone(tmp_path_factory):
    files = tmp_path_factory.mktemp("modules")
    modules.build(files)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    with rig(f"phone-{worker}", files) as connected:
        yield connected


@pytest.fixture(name="rig")
def fixture_rig(phone):
    """As if no test had used it before."""
    phone.guest.reset()
    return phone
