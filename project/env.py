"""Readers of environment variables: a wrong value is refused, and the right one named."""

import os
from collections.abc import Iterable, Mapping

from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


class Environment:
    """The environment variables of one process, read with a type.

    An empty value counts as not set, because that is what ``FOO=`` in a compose file means.
    Every reader raises ``ImproperlyConfigured`` with the name, the value and the cure.
    """

    def __init__(self, values: Mapping[str, str] | None = None) -> None:
        self._values = os.environ if values is None else values

    def text(self, name: str, default: str = "") -> str:
        """The value without surrounding spaces, or ``default``."""
        return self._values.get(name, "").strip() or default

    def required(self, name: str, cure: str) -> str:
        """The value; without one an error that ends with ``cure``."""
        value = self.text(name)
        if not value:
            raise ImproperlyConfigured(f"{name} is not set. {cure}")
        return value

    def secret(self, name: str, least: int = 20) -> str:
        """A value that nobody can guess, or nothing; it is never repeated."""
        value = self.text(name)
        if value and len(value) < least:
            raise ImproperlyConfigured(
                f"{name} is too short: it must have at least {least} characters. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
        return value

    def choice(self, name: str, choices: Iterable[str], default: str) -> str:
        """One of ``choices``, in lower case."""
        value = self.text(name, default).lower()
        allowed = list(choices)
        if value not in allowed:
            raise _wrong(name, value, "one of " + ", ".join(allowed))
        return value

    def flag(self, name: str, default: bool) -> bool:
        """A yes or a no."""
        value = self.text(name).lower()
        if not value:
            return default
        if value not in TRUE | FALSE:
            raise _wrong(name, value, "1, true, yes or on, or 0, false, no or off")
        return value in TRUE

    def number(self, name: str, default: int, least: int = 0) -> int:
        """A whole number that is not below ``least``."""
        value = self.text(name)
        if not value:
            return default
        if not (value.isascii() and value.isdigit()) or int(value) < least:
            raise _wrong(name, value, f"a whole number, {least} or more")
        return int(value)

    def many(self, name: str, default: Iterable[str] = ()) -> list[str]:
        """A list: the values stand between commas."""
        value = self.text(name)
        return [item.strip() for item in value.split(",") if item.strip()] or list(default)

    def url(self, name: str, schemes: Iterable[str], default: str = "") -> str:
        """A URL with one of ``schemes``; its value is never repeated, as it may hold a password."""
        value = self.text(name, default)
        allowed = [f"{scheme}://" for scheme in schemes]
        if value and not value.startswith(tuple(allowed)):
            raise ImproperlyConfigured(f"{name} must begin with " + " or ".join(allowed))
        return value

    def origins(self, name: str) -> list[str]:
        """Origins as a browser sends them: scheme and host, without a path."""
        values = self.many(name)
        for value in values:
            scheme, _, host = value.partition("://")
            if scheme not in ("http", "https") or not host or "/" in host:
                raise _wrong(name, value, "an origin such as https://board.example.org")
        return values


def _wrong(name: str, value: str, right: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name} is {value!r}; it must be {right}.")
