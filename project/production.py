"""What production must not start without: each would open the site to strangers."""

from collections.abc import Sequence

from django.core.exceptions import ImproperlyConfigured

#: Django warns below these (W009).
LEAST_KEY = 50
LEAST_DIFFERENT = 5
#: What Django's own start project, and many an example, has.
KNOWN_KEYS = ("django-insecure-", "change", "example", "secret")

NEW_KEY = 'Make one with: python -c "import secrets; print(secrets.token_urlsafe(50))"'


def insist(debug: bool, secret_keys: Sequence[str], hosts: Sequence[str]) -> None:
    """Raise ``ImproperlyConfigured`` with all that is wrong; no key is repeated in it."""
    wrong = [*_debug(debug), *_keys(secret_keys), *_hosts(hosts)]
    if wrong:
        raise ImproperlyConfigured("Not started in production. " + " ".join(wrong))


def _debug(debug: bool) -> list[str]:
    cure = "DEBUG is on: error pages would show settings and variables. Set DEBUG=0."
    return [cure] if debug else []


def _keys(keys: Sequence[str]) -> list[str]:
    weak = [
        name
        for name, key in zip(_names(len(keys)), keys, strict=True)
        if len(key) < LEAST_KEY
        or len(set(key)) < LEAST_DIFFERENT
        or key.lower().startswith(KNOWN_KEYS)
    ]
    return [f"{name} can be guessed. {NEW_KEY}." for name in weak]


def _names(count: int) -> list[str]:
    return ["SECRET_KEY", *(f"SECRET_KEY_FALLBACKS[{number}]" for number in range(count - 1))]


def _hosts(hosts: Sequence[str]) -> list[str]:
    if not hosts:
        return ["ALLOWED_HOSTS is not set: name the hosts of the site, as in board.example.org."]
    if any(host.strip(".*") == "" for host in hosts):
        return ["ALLOWED_HOSTS lets every host in: name those of the site."]
    return []
