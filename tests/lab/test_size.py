"""What the lab's page loads, as a server with gzip sends it."""

import gzip
from pathlib import Path

from django.contrib.staticfiles import finders

from project.settings import BASE_DIR

STATIC = BASE_DIR / "static" / "noticeboard"
MOST = 220 * 1024


def test_its_scripts_are_at_most_220_kb_with_its_charts() -> None:
    charts = finders.find("chartkick/Chart.bundle.js")
    assert isinstance(charts, str)
    others = {"rooms", "pointers"}
    ours = [path for path in STATIC.rglob("*.js") if not others & set(path.parts)]
    sizes = [len(gzip.compress(path.read_bytes(), 9)) for path in [Path(charts), *ours]]
    assert sum(sizes) <= MOST
