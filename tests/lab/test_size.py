"""What the lab's page loads, as a server with gzip sends it."""

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from project.settings import BASE_DIR

STATIC = BASE_DIR / "static" / "noticeboard"
MOST = 220 * 1024
IMPORT = re.compile(r"""(?:from|import) ["'](\.[^"']+)["']""")


def loaded(path: Path, found: set[Path]) -> set[Path]:
    """A module and all that it imports."""
    if path not in found:
        found.add(path)
        for name in IMPORT.findall(path.read_text()):
            loaded((path.parent / name).resolve(), found)
    return found


def test_its_scripts_are_at_most_220_kb_with_its_charts() -> None:
    charts = finders.find("chartkick/Chart.bundle.js")
    assert isinstance(charts, str)
    ours: set[Path] = set()
    for name in ("theme.js", "page.js", "lab/page.js"):
        loaded(STATIC / name, ours)
    assert len(ours) > 30
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in [Path(charts), *ours]]
    assert sum(sizes) <= MOST
