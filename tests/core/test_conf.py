import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings

from notifications import conf
from notifications.conf import options


def test_without_a_setting_it_gives_the_default():
    assert options.HEARTBEAT_SECONDS == 25
    assert options.DATABASE == "default"


def test_it_reads_the_setting_again_when_that_changes():
    with override_settings(NOTICEBOARD={"HEARTBEAT_SECONDS": 5}):
        assert options.HEARTBEAT_SECONDS == 5
    assert options.HEARTBEAT_SECONDS == 25


def test_it_says_which_names_are_unknown():
    with override_settings(NOTICEBOARD={"HEARTBEATS": 5, "PAGE_SIZE": 5}):
        assert conf.unknown() == ["HEARTBEATS"]
        assert options.PAGE_SIZE == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"PAGE_SIZE": "25"},
        {"PAGE_SIZE": True},
        {"PAGE_SIZE": -1},
        {"ORIGINS": "https://example.org"},
        {"ORIGINS": [1]},
        {"DATABASE": ""},
    ],
)
def test_it_says_which_values_have_a_wrong_type(wrong):
    with override_settings(NOTICEBOARD=wrong | {"BROADCAST_TIMEOUT": 1}):
        assert conf.mistyped() == list(wrong)


@pytest.mark.parametrize("wrong", [["PAGE_SIZE"], "PAGE_SIZE=5", None])
def test_it_refuses_a_setting_that_is_no_dictionary_and_shows_one(wrong):
    with override_settings(NOTICEBOARD=wrong), pytest.raises(ImproperlyConfigured, match="PAGE_"):
        _ = options.PAGE_SIZE


def test_every_option_has_a_sentence():
    for name, field in conf.all_options().items():
        assert field.metadata["sentence"].endswith("."), name
