"""A site with the files of production: collected once, minified and joined."""

from pathlib import Path
from typing import Any

from tests.support.site import Site


def joined_site(folder: Path, **given: Any) -> Site:
    """A running site, its static files collected into a folder before it starts."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.support.joined_settings",
        "STATIC_ROOT": str(folder),
        "DEBUG": "0",
    }
    return CollectedSite("", environment=environment, **given)


class CollectedSite(Site):
    def launch(self, number: int) -> None:
        if not Path(self.environment["STATIC_ROOT"], "staticfiles.json").exists():
            self.run("collectstatic", "--noinput", "--verbosity", "0")
        super().launch(number)
