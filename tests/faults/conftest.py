"""The faults tier drives the same product, browser and people as the end-to-end tier."""

from tests.e2e.conftest import agent, browser, data, product, subscriber

__all__ = ["agent", "browser", "data", "product", "subscriber"]
