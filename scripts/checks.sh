#!/bin/sh
# What Django itself can check: the models have their migrations, and production is configured safely.
set -eu

python manage.py makemigrations --check --dry-run
python manage.py check --fail-level WARNING

# Settings of a site behind one TLS proxy; nothing is connected to.
ENVIRONMENT=production DEBUG=0 STATIC_ROOT="$(mktemp -d)" ALLOWED_HOSTS=board.example.org PROXIES=1 \
    SECRET_KEY=$(python -c 'import secrets; print(secrets.token_urlsafe(50))') \
    DATABASE_URL=postgresql://board:secret@localhost/board \
    REDIS_URL=redis://:secret@localhost:6379/0 \
    python manage.py check --deploy --fail-level WARNING
