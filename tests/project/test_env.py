"""Environment variables: a wrong value is refused, and the error names the right one."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from project.env import Environment


@pytest.mark.parametrize("value", ["1", "true", "YES", " on "])
def test_it_reads_a_yes(value: str) -> None:
    assert Environment({"DEBUG": value}).flag("DEBUG", default=False) is True


@pytest.mark.parametrize("value", ["0", "False", "no", "off"])
def test_it_reads_a_no(value: str) -> None:
    assert Environment({"DEBUG": value}).flag("DEBUG", default=True) is False


@pytest.mark.parametrize("value", ["", "  "])
def test_it_takes_an_empty_value_for_none(value: str) -> None:
    env = Environment({"DEBUG": value, "PORT": value, "HOSTS": value})
    assert env.flag("DEBUG", default=True) is True
    assert env.number("PORT", default=7) == 7
    assert env.many("HOSTS", default=("a",)) == ["a"]


def test_it_refuses_a_flag_that_is_neither() -> None:
    with pytest.raises(ImproperlyConfigured, match="DEBUG is 'maybe'; it must be 1, true"):
        Environment({"DEBUG": "maybe"}).flag("DEBUG", default=False)


@pytest.mark.parametrize("value", ["-1", "1.5", "ten", "0x10", "1_000", "٣"])
def test_it_refuses_what_is_no_whole_number(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"PROXIES is .* a whole number, 0 or more"):
        Environment({"PROXIES": value}).number("PROXIES", default=0)


def test_it_refuses_a_number_below_the_least() -> None:
    with pytest.raises(ImproperlyConfigured, match="2 or more"):
        Environment({"POOL": "1"}).number("POOL", default=10, least=2)


def test_it_refuses_another_choice_and_names_them_all() -> None:
    with pytest.raises(ImproperlyConfigured, match="one of pubsub, core"):
        Environment({"LAYER": "nats"}).choice("LAYER", ("pubsub", "core"), default="core")


def test_it_splits_lists_at_commas() -> None:
    assert Environment({"HOSTS": "a.org, b.org ,"}).many("HOSTS") == ["a.org", "b.org"]


def test_it_names_the_cure_for_what_is_required() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"SECRET_KEY is not set\. Make one"):
        Environment({}).required("SECRET_KEY", "Make one.")


def test_it_refuses_another_scheme_without_repeating_a_password() -> None:
    with pytest.raises(ImproperlyConfigured) as caught:
        Environment({"REDIS_URL": "http://:hunter2@host"}).url("REDIS_URL", ("redis", "rediss"))
    assert str(caught.value) == "REDIS_URL must begin with redis:// or rediss://"


@pytest.mark.parametrize("value", ["board.example.org", "https://", "https://a.org/path", "ws://a"])
def test_it_refuses_what_is_no_origin(value: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"https://board\.example\.org"):
        Environment({"ORIGINS": value}).origins("ORIGINS")


def test_it_refuses_a_secret_that_can_be_guessed_and_does_not_repeat_it() -> None:
    with pytest.raises(ImproperlyConfigured, match="at least 20 characters") as caught:
        Environment({"METRICS_TOKEN": "hunter2"}).secret("METRICS_TOKEN")
    assert "hunter2" not in str(caught.value)
    assert Environment({}).secret("METRICS_TOKEN") == ""
