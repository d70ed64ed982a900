"""What a person sees who may not have, or cannot have, what was asked for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from notifications.errors import NoticeboardError


def refused(request: HttpRequest, error: NoticeboardError) -> HttpResponse:
    """The error in words. What is not there and what is not theirs look alike.

    The page for 404 is rendered here rather than by Http404: while debugging, Django's own page
    for it names the address it was raised for.
    """
    if error.status == 404:
        return render(request, "404.html", status=404)
    return render(request, "noticeboard/refused.html", {"error": error}, status=error.status)
