"""Which Chromium the browser tests use."""

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
    if os.environ.get("BROWSER") == "0":
        pytest.skip("BROWSER=0")
    path = found(playwright.chromium.executable_path)
    if path is None:
        reason = "no Chromium: install one, or run `playwright install chromium`"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


def found(own: str) -> str | None:
    """The one that `CHROMIUM` names, else the system's, else Playwright's `own` if it is there."""
    installed = [os.environ.get("CHROMIUM"), *map(shutil.which, NAMES)]
    return next(filter(None, installed), own if Path(own).exists() else None)
