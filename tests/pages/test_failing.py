"""What nobody has caught: a page of ours, and 503 where it is the database that is away."""

import sqlite3

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from project import urls

handler500 = urls.handler500


def away(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked") from sqlite3.OperationalError()


def closed(request: HttpRequest) -> HttpResponse:
    raise InterfaceError("the connection is closed")


def broken(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of ours")


urlpatterns = [path("away/", away), path("closed/", closed), path("broken/", broken)]


@pytest.fixture
def browser() -> Client:
    """It gets the page that people get, where a test's client raises the error again."""
    return Client(raise_request_exception=False)


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("address", ["/away/", "/closed/"])
def test_a_database_that_is_away_is_worth_another_try(browser: Client, address: str) -> None:
    page = browser.get(address)
    assert page.status_code == 503
    assert page.headers["Retry-After"] == "2"
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "<h1>" in page.content.decode()


@pytest.mark.urls(__name__)
def test_any_other_error_is_ours(browser: Client) -> None:
    page = browser.get("/broken/")
    assert page.status_code == 500
    assert "a fault of ours" not in page.content.decode()
    assert "Retry-After" not in page.headers
