"""The project's addresses, what a project of one's own would do in a view, and who is connected."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from notifications import relay
from notifications.calling import CallError, call
from project.urls import urlpatterns as project_urls


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


urlpatterns = [
    path("test/call/", calling),
    path("test/connected/", connected),
    *project_urls,
]
