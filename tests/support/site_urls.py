"""The project's addresses, and one that does what a project of one's own would do in a view."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

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


urlpatterns = [path("test/call/", calling), *project_urls]
