import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy

from notifications import errors
from notifications.errors import TABLE, BadRequest, Forbidden, NotFound, TooMany

FAMILIES = [
    each
    for each in vars(errors).values()
    if isinstance(each, type) and issubclass(each, errors.Family)
]


@pytest.mark.parametrize("code", TABLE)
def test_every_code_has_a_status_and_a_sentence(code):
    error = errors.NoticeboardError(code)
    assert 400 <= error.status < 600
    assert error.detail.endswith((".", "page."))
    assert error.wire() == {"code": code, "detail": error.detail}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_has_a_code_of_the_table(family):
    assert family().code in TABLE


def test_a_family_takes_another_code_and_sentence():
    error = Forbidden("Not from there.", code="bad_origin")
    assert (error.code, error.status, str(error)) == ("bad_origin", 403, "Not from there.")


def test_it_says_when_to_come_back():
    assert TooMany(retry_after=7).retry_after == 7
    assert NotFound().retry_after is None


def test_the_sentence_is_in_the_language_of_the_reader():
    error = BadRequest(gettext_lazy("Yes"))
    with translation.override("de"):
        assert error.detail == "Ja"
    with translation.override("en"):
        assert error.detail == "Yes"
