#!/bin/sh
# requirements*.in -> requirements*.txt: exact versions, with markers for every supported Python.
#
# What is locked already stays where it is, unless UPGRADE=1.
set -eu

upgrade=
[ "${UPGRADE:-}" != 1 ] || upgrade=--upgrade

lock() {
    uv pip compile --universal --python-version 3.11 --no-config --no-header \
        --no-emit-index-url --annotation-style line --quiet $upgrade "$@"
}

lock requirements.in --output-file requirements.txt
lock requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt
