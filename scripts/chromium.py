"""Prints the path of a Chromium that starts: the machine's, else one that can be had."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
START_SECONDS = 60
INSTALL_SECONDS = 600


def starts(path: str) -> bool:
    """Whether the file shows a page: a name on PATH may be a stub, or lack its libraries."""
    command = [path, "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", "about:blank"]
    try:
        answer = subprocess.run(command, capture_output=True, timeout=START_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and b"<html>" in answer.stdout


def attempt(*command: str) -> None:
    """Runs an installer; whether it helped is seen by starting the browser."""
    print("Trying:", *command, file=sys.stderr)
    try:
        subprocess.run(command, stdout=sys.stderr, timeout=INSTALL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)


def of_the_machine() -> Iterator[str]:
    if named := os.environ.get("CHROMIUM"):
        yield named
    yield from filter(None, map(shutil.which, NAMES))


def of_playwright() -> Iterator[str]:
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    if os.path.exists(path):
        yield path


def candidates() -> Iterator[str]:
    yield from of_the_machine()
    yield from of_playwright()
    attempt(sys.executable, "-m", "playwright", "install", "chromium")
    yield from of_playwright()
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempt(sys.executable, "-m", "playwright", "install-deps", "chromium")
        yield from of_playwright()
        attempt("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
        yield from of_the_machine()


if __name__ == "__main__":
    found = next(filter(starts, candidates()), None)
    if not found:
        sys.exit("No Chromium here, and none could be installed.")
    print(found)
