"""The project's addresses, what a project of one's own would do in a view, and who is connected."""

import asyncio
from pathlib import Path

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import path

from notifications import relay
from notifications.calling import CallError, call
from project.urls import handler500
from project.urls import urlpatterns as project_urls
from tests.support import offers


async def calling(request: HttpRequest) -> JsonResponse:
    """Call a function of a page; what has come of it."""
    asked = request.GET
    try:
        answer = await call(asked["client"], asked["function"], {}, float(asked["timeout"]))
    except CallError as error:
        return JsonResponse({"error": type(error).__name__, "detail": str(error)})
    return JsonResponse({"answer": answer})


async def connected(request: HttpRequest) -> JsonResponse:
    """The connections of this process by transport."""
    return JsonResponse(relay.current().stats()["connections"])


async def running(request: HttpRequest) -> JsonResponse:
    """How many tasks run on the loop of this process, this one among them."""
    return JsonResponse({"tasks": len(asyncio.all_tasks())})


# Imported for what it registers, and for Django to find here.
assert offers
assert handler500

HOSTS = Path(__file__).resolve().parent.parent / "browser" / "hosts"


def host(request: HttpRequest, name: str) -> HttpResponse:
    """A page of somebody else's project with a bell in it; the query has the tag's arguments."""
    given = " ".join(f"{key}={value}" for key, value in request.GET.items())
    text = (HOSTS / f"{name}.html").read_text().replace("{{ given }}", given)
    context = admin.site.each_context(request)
    return HttpResponse(engines["django"].from_string(text).render(context, request))


urlpatterns = [
    path("test/host/<slug:name>/", host),
    path("test/call/", calling),
    path("test/connected/", connected),
    path("test/running/", running),
    *project_urls,
]
