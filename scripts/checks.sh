#!/bin/sh
# What Django itself can check: the models have their migrations, and production is configured safely.
set -eu

python manage.py makemigrations --check --dry-run
python manage.py check --fail-level WARNING

# The environment that docs/deploy proposes; nothing is connected to.
# shellcheck disable=SC2046 # Its lines are words: NAME=value without blanks.
env $(cat docs/deploy/env.example) STATIC_ROOT="$(mktemp -d)" python manage.py check --deploy --fail-level WARNING
