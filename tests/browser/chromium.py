"""Which Chromium the browser tests use: the system's, else the one Playwright has installed."""

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Root may not use the sandbox; a container has little shared memory.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]


def launch(playwright: Playwright) -> Browser:
    """Start it. Without one the tests skip and say so; where `CI` is true they fail."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    if path is None and Path(own).exists():
        path = own
    if path is None:
        missing("no Chromium: install one, or run `playwright install chromium`")
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


def missing(reason: str) -> None:
    if os.environ.get("CI", "").lower() in ("1", "true"):
        pytest.fail(reason)
    pytest.skip(reason)
