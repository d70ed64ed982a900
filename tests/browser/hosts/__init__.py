"""Pages of other projects, and the style sheets that they have: from npm, for tests only."""

import io
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

import pytest

SHEETS = {
    "bootstrap": ("bootstrap@5.3.8", "package/dist/css/bootstrap.min.css"),
    "tailwind": ("tailwindcss@4.1.18", "package/preflight.css"),
}
KEPT = Path(tempfile.gettempdir()) / "noticeboard-host-sheets"
RULES = {"plain": "", "unset": "* { all: unset }", "admin": ""}


def sheet(host: str) -> str:
    """The style sheet of a host. Skips the test where npm cannot bring it."""
    if host in RULES:
        return RULES[host]
    package, member = SHEETS[host]
    kept = KEPT / f"{package}.css"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(_fetched(package, member))
    return kept.read_text()


def _fetched(package: str, member: str) -> str:
    if shutil.which("npm") is None:
        pytest.skip("no npm")
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", package, "--silent", "--pack-destination", folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            pytest.skip(f"npm could not bring {package}")
        (archive,) = Path(folder).glob("*.tgz")
        with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as content:
            file = content.extractfile(member)
            assert file is not None
            return file.read().decode()
