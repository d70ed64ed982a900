"""What the page's forms do without JavaScript: one action, then back to where they were."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from notifications.actions import GREATEST_ID, Subject, perform
from notifications.errors import NoticeboardError
from notifications.views.refusals import refused

# What a form may send for each action, beside the ids.
FORM_ACTIONS: dict[str, tuple[str, ...]] = {
    "read": (),
    "unread": (),
    "done": (),
    "undone": (),
    "unsnooze": (),
    "acknowledge": (),
    "snooze": ("until",),
    "read_all": ("cursor",),
}


@login_required
@require_POST
def act(request: HttpRequest, action: str) -> HttpResponse:
    """Do `action` as the posted form says and go to its `next`, else to the inbox."""
    if action not in FORM_ACTIONS:
        raise Http404
    try:
        answer = perform(Subject(request.user), action, _payload(request.POST, action))
    except NoticeboardError as error:
        return refused(request, error)
    count = answer["changed"]
    said = ngettext("%(count)s notification changed.", "%(count)s notifications changed.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(_next(request))


def _payload(form: QueryDict, action: str) -> dict[str, Any]:
    payload: dict[str, Any] = {name: form.get(name, "") for name in FORM_ACTIONS[action]}
    if action != "read_all":
        payload["ids"] = [_number(text) for text in form.getlist("ids")]
    return payload


def _number(text: str) -> int | str:
    """An id as a form sends it; what is none stays as it is, for the action to refuse."""
    whole = text.isascii() and text.isdigit() and len(text) <= len(str(GREATEST_ID))
    return int(text) if whole else text


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    if url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()):
        return target
    return reverse("noticeboard:inbox")
