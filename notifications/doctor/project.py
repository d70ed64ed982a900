"""The project around us: its settings, its addresses, its static files, its templates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import WARNING, CheckMessage, run_checks
from django.template import engines
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notifications.conf import options
from notifications.doctor import snippets
from notifications.doctor.finding import Case, Said, done, problem, skipped, todo
from notifications.doctor.network import NGINX_STATIC
from notifications.templatetags.noticeboard import joined_entries, module_paths

OURS = "noticeboard."
# Checks that are findings of their own here.
ELSEWHERE = frozenset(f"{OURS}W0{number}" for number in range(34, 38))
#: A project has some hundred; whoever has more has the bell in one of the first.
MOST_TEMPLATES = 5_000
INCLUDE = 'path("", include("notifications.urls")),'
COLLECT = "python manage.py collectstatic --noinput"


def configured(case: Case) -> Said:
    """What `manage.py check` says of us, with `--deploy` where strangers are."""
    found = run_checks(include_deployment_checks=not settings.DEBUG, databases=[options.DATABASE])
    ours = [each for each in found if _counts(each)]
    if not ours:
        return done(_("The settings are in order."))
    words = ngettext(
        "%(count)s thing is wrong in the settings: %(what)s",
        "%(count)s things are wrong in the settings: %(what)s",
        len(ours),
    )
    said = words % {"count": len(ours), "what": " ".join(map(_line, ours))}
    return problem(said, _("Do as it says."), "\n".join(str(each.hint) for each in ours))


def _counts(found: CheckMessage) -> bool:
    own = str(found.id).startswith(OURS) and found.id not in ELSEWHERE
    return own and found.level >= WARNING and not found.is_silenced()


def _line(found: CheckMessage) -> str:
    return f"{found.msg} ({found.id})"


def included(case: Case) -> Said:
    """The addresses of our pages are those of the project."""
    if missing_addresses():
        return problem(
            _("The addresses of Noticeboard are not in the project's."),
            _("Put this into the urlpatterns of %s.") % settings.ROOT_URLCONF,
            INCLUDE,
        )
    return done(_("The inbox is at %s.") % reverse("noticeboard:inbox"))


def missing_addresses() -> bool:
    """Whether nobody has included `notifications.urls`."""
    try:
        reverse("noticeboard:inbox")
    except NoReverseMatch:
        return True
    return False


def resolved(case: Case) -> Said:
    """Each of our modules has an address, and the first can be had at it."""
    modules = joined_entries() or module_paths()
    missing = [path for path in modules if not _address(path)]
    if missing or not modules:
        return problem(
            _("The static files are not those of this version: %s has no address.")
            % (missing or ["noticeboard/page.js"])[0],
            _("Collect them again."),
            COLLECT,
            missing=len(missing),
        )
    status, kind = case.measured.module_status, case.measured.module_type
    if status is None:
        return done(_("All %s modules have an address.") % len(modules), modules=len(modules))
    if status != 200 or "javascript" not in (kind or ""):
        words = _("A module could not be had: status %(status)s, type %(kind)s.")
        cure = _("Collect the static files, and let the proxy serve them at STATIC_URL.")
        return problem(words % {"status": status, "kind": kind or "–"}, cure, NGINX_STATIC)
    words = _("All %s modules have an address, and the first can be had.")
    return done(words % len(modules), modules=len(modules))


def first_module() -> str:
    """The address of the module that our pages start with; "" where it has none."""
    return _address("noticeboard/page.js")


def _address(path: str) -> str:
    try:
        address = static(path)
    except ValueError:
        # A storage with hashed names that has never heard of it.
        return ""
    plain = f"{settings.STATIC_URL}{path}"
    known = address != plain or settings.DEBUG or staticfiles_storage.exists(path)
    return address if known else ""


def pushed(case: Case) -> Said:
    """There is no push to closed browsers, hence no key for it."""
    return skipped(_("VAPID keys are for browsers that are closed; these are not told."))


def shown(case: Case) -> Said:
    """Some template of the project has the bell."""
    for path in islice(templates(), MOST_TEMPLATES):
        if "notification_bell" in path.read_text(errors="replace"):
            return done(_("The bell is in %s.") % path.name)
    return todo(
        _("No template of yours has the bell; our own pages have the number in their header."),
        _("Put these two lines where it is to stand, such as in your base template."),
        snippets.TEMPLATE,
    )


def templates() -> Iterator[Path]:
    """The templates of the project: not ours, not those of installed packages."""
    folders = {
        Path(folder)
        for engine in engines.all()
        for folder in getattr(engine, "template_dirs", ())
        if "site-packages" not in Path(folder).parts
    }
    for folder in sorted(folders):
        for path in sorted(folder.rglob("*.html")):
            if "noticeboard" not in path.relative_to(folder).parts:
                yield path
