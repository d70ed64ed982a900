"""The Content Security Policy: one definition, for Django 6's own middleware or for django-csp."""

from typing import Any

import django

BUILT_IN = django.VERSION >= (6, 0)

if BUILT_IN:
    from django.utils.csp import CSP

    NONCE: Any = CSP.NONCE
    APPS: list[str] = []
    MIDDLEWARE = "django.middleware.csp.ContentSecurityPolicyMiddleware"
    CONTEXT_PROCESSOR = "django.template.context_processors.csp"
else:
    from csp import constants

    NONCE = constants.NONCE
    APPS = ["csp"]
    MIDDLEWARE = "csp.middleware.CSPMiddleware"
    CONTEXT_PROCESSOR = "csp.context_processors.nonce"

# The nonce is for the import map, which has to stand in the page.
# `connect-src 'self'` covers ws: and wss: to the page's own origin in every current browser.
DIRECTIVES: dict[str, list[Any]] = {
    "default-src": ["'self'"],
    "script-src": ["'self'", NONCE],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}
