"""What the lab's page loads before a run begins, as production sends it with gzip."""

from pathlib import Path

from django.contrib.staticfiles import finders

from bench.sizes import THEME, chunks, compressed, first, packed

MOST = 220
ENTRIES = ("noticeboard/page.js", "noticeboard/lab/page.js")


def test_its_scripts_are_at_most_220_kb_with_its_charts() -> None:
    charts = finders.find("chartkick/Chart.bundle.js")
    assert isinstance(charts, str)
    ours = sum(first(chunks(entry)) for entry in ENTRIES) + packed(THEME)
    assert ours > 20
    assert ours + compressed("Chart.bundle.js", Path(charts).read_text()) <= MOST
