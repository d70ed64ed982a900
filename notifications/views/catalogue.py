"""The translations that the browser's modules use, as Django's own JavaScript catalogue."""

from django.conf import settings
from django.views.decorators.cache import cache_control
from django.views.decorators.vary import vary_on_cookie
from django.views.i18n import JavaScriptCatalog

# A changed translation reaches every page within this time.
CATALOGUE_SECONDS = 3600


class Catalogue(JavaScriptCatalog):
    """Only this project's strings, not those of every installed app."""

    def get_paths(self, packages: list[str]) -> list[str]:
        return [str(path) for path in settings.LOCALE_PATHS]


# Whose language has changed, by the cookie, needs the other one at once.
catalogue = cache_control(private=True, max_age=CATALOGUE_SECONDS)(
    vary_on_cookie(Catalogue.as_view(packages=["notifications"]))
)
