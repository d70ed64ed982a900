"""The site's addresses, and those of the bench: a poll as an authenticated Django view, counts."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import path

from bench.fanout.counting import counted
from notifications import log
from project.urls import urlpatterns as own


@login_required
def poll(request: HttpRequest) -> HttpResponse:
    """What an up-to-date poll would be, the ordinary way: 304 if the log has not moved."""
    tag = f'"{log.head().cursor}-{request.user.pk}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified()
    response = JsonResponse({"cursor": str(log.head().cursor)})
    response["ETag"] = tag
    return response


def queries(request: HttpRequest) -> JsonResponse:
    """How many queries each kind of thread of this process has made."""
    return JsonResponse(counted())


urlpatterns: list[Any] = [path("bench/poll/", poll), path("bench/queries/", queries), *own]
