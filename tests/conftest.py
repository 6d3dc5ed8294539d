"""The order of the tests."""

from __future__ import annotations

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that of two processes none waits for the other at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
