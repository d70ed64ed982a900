"""Who has signed in, by the sessions in the store: many at once where the store is a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.backends import cached_db, db
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from notifications.models.among import Among

# A signed cookie is a session key too, and no browser keeps a longer cookie.
MOST_KEY_CHARACTERS = 4096
# Stores whose sessions are rows: those that read in a way of their own are asked one by one.
LOADED_FROM_ROWS = (db.SessionStore.load, cached_db.SessionStore.load)
MOST_REMEMBERED = 16_384
USUAL_HASHES = {
    name: getattr(AbstractBaseUser, name)
    for name in (
        "get_session_auth_hash",
        "get_session_auth_fallback_hash",
        "_get_session_auth_hash",
    )
}


@dataclass(frozen=True, slots=True)
class Session:
    """A session in the store: what it holds, its end in seconds since the epoch, and its user.

    ``user`` is None unless Django's ``get_user`` would find him: the backend is in the settings,
    the user active, and the authentication hash that of the password (or of a fallback key).
    """

    data: Mapping[str, Any]
    expires: float
    user: Any = None


def find(keys: Iterable[str]) -> dict[str, Session]:
    """The sessions of these keys; a key without one is left out.

    Two queries, however many keys, for sessions in the database and users of a ``ModelBackend``.
    """
    stored = _stored({key for key in keys if plausible(key)})
    claims = {key: _claim(data) for key, (data, _) in stored.items()}
    users = _users({claim for claim in claims.values() if claim is not None})
    found = {}
    for key, (data, expires) in stored.items():
        claim = claims[key]
        user = users.get(claim) if claim is not None else None
        fits = user is not None and _hash_fits(user, data.get(HASH_SESSION_KEY))
        found[key] = Session(data, expires, user if fits else None)
    return found


def are_rows() -> bool:
    """Whether sessions are in the database: only then can those of a user be found."""
    return getattr(_store_class(), "load", None) in LOADED_FROM_ROWS


def keys_of(user_id: Any) -> list[str]:
    """The keys of a user's sessions. Looks at all sessions there are, at 16 µs of CPU each."""
    store = _store_class()()
    live = store.model.objects.filter(expire_date__gt=timezone.now())
    rows = live.values_list("session_key", "session_data").iterator(chunk_size=1_000)
    return [key for key, text in rows if store.decode(text).get(SESSION_KEY) == str(user_id)]


def end(keys: Iterable[str]) -> None:
    """Delete sessions."""
    store = _store_class()()
    for key in keys:
        store.delete(key)


def plausible(key: str | None) -> bool:
    """Refuse what no session store has made before a database is asked with it (NUL is a 500)."""
    return (
        bool(key)
        and len(str(key)) <= MOST_KEY_CHARACTERS
        and str(key).isascii()
        and str(key).isprintable()
    )


def signed_in(user: Any) -> bool:
    """Whether a user is somebody, and may be."""
    return user is not None and bool(user.is_authenticated) and bool(user.is_active)


Stored = tuple[Mapping[str, Any], float]
#: A backend and the key of its user, as a session names them.
Claim = tuple[str, str]


def _stored(keys: Collection[str]) -> dict[str, Stored]:
    if not keys:
        return {}
    store_class = _store_class()
    if are_rows():
        return _rows(store_class, keys)
    each = ((key, _one(store_class, key)) for key in keys)
    return {key: stored for key, stored in each if stored is not None}


def _store_class() -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore


def _rows(store_class: Any, keys: Collection[str]) -> dict[str, Stored]:
    live = store_class().model.objects.filter(
        Among("session_key", keys), expire_date__gt=timezone.now()
    )
    secrets = _secrets()
    return {
        key: (_decoded(store_class, secrets, text), end.timestamp())
        for key, text, end in live.values_list("session_key", "session_data", "expire_date")
    }


@lru_cache(maxsize=MOST_REMEMBERED)
def _decoded(store_class: Any, secrets: tuple[str, ...], text: str) -> Mapping[str, Any]:
    """Checking and unpacking a session costs more than reading it, and it seldom changes."""
    data: Mapping[str, Any] = store_class().decode(text)
    return data


def _one(store_class: Any, key: str) -> Stored | None:
    store = store_class(key)
    # load() and not store[...]: the latter remembers, and some stores write what they remember.
    data = store.load()
    expires = _expires(store, data) if data else None
    return (data, expires) if expires is not None else None


def _expires(store: Any, data: Mapping[str, Any]) -> float | None:
    """When a session ends; None if it has. A row knows; other stores give the latest it can be."""
    if hasattr(store, "model"):
        rows = store.model._default_manager.filter(session_key=store.session_key)
        end = rows.values_list("expire_date", flat=True).first()
        return end.timestamp() if end is not None and end > timezone.now() else None
    custom = data.get("_session_expiry")
    return float(store.get_expiry_date(expiry=custom).timestamp())


def _claim(data: Mapping[str, Any]) -> Claim | None:
    path = data.get(BACKEND_SESSION_KEY)
    if SESSION_KEY not in data or path not in settings.AUTHENTICATION_BACKENDS:
        return None
    return path, str(data[SESSION_KEY])


def _users(claims: Iterable[Claim]) -> dict[Claim, Any]:
    by_backend: dict[str, dict[Any, Claim]] = defaultdict(dict)
    for claim in claims:
        pk = _key_of(claim[1])
        if pk is not None:
            by_backend[claim[0]][pk] = claim
    return {
        claims_by_key[pk]: user
        for path, claims_by_key in by_backend.items()
        for pk, user in _users_of(load_backend(path), claims_by_key).items()
        if signed_in(user)
    }


def _users_of(backend: Any, keys: Collection[Any]) -> dict[Any, Any]:
    if getattr(type(backend), "get_user", None) is ModelBackend.get_user:
        users = get_user_model()._default_manager.filter(Among("pk", keys))
        return {user.pk: user for user in users if backend.user_can_authenticate(user)}
    return {pk: backend.get_user(pk) for pk in keys}


def _key_of(text: str) -> Any:
    try:
        return get_user_model()._meta.pk.to_python(text)
    except ValidationError:
        return None


def _hash_fits(user: Any, kept: str | None) -> bool:
    if not hasattr(user, "get_session_auth_hash"):
        return True
    if all(getattr(type(user), name, None) is how for name, how in USUAL_HASHES.items()):
        # It says nothing but the password, and is most of what looking at a session again costs.
        return _fits_password(user.password, kept, _secrets())
    return _fits(user, kept)


@lru_cache(maxsize=MOST_REMEMBERED)
def _fits_password(password: str, kept: str | None, secrets: tuple[str, ...]) -> bool:
    return _fits(get_user_model()(password=password), kept)


def _fits(user: Any, kept: str | None) -> bool:
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return kept is not None and any(constant_time_compare(kept, each) for each in hashes)


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
