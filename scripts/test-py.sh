#!/bin/sh
# The Python tests, in parallel; what failed there is run once more alone, and that is said aloud.
#
# BROWSER=0 leaves the browser tests out. ARGS are pytest's own.
set -eu

cache=cache_dir=$VIRTUAL_ENV/pytest-cache
cores=$(python -c 'import os; print(os.cpu_count() or 2)')

if [ "${BROWSER:-1}" = 0 ]; then
    echo "== BROWSER=0: the browser tests are left out =="
    browser=--ignore=tests/browser
elif CHROMIUM=$(python scripts/chromium.py); then
    export CHROMIUM
    browser=
    echo "== browser tests with $CHROMIUM =="
elif [ "${CI:-}" = true ]; then
    echo "CI=true and no Chromium: the browser tests cannot run." >&2
    exit 1
else
    echo "== no Chromium: the browser tests are left out =="
    browser=--ignore=tests/browser
fi

status=0
python -m pytest -o "$cache" -n "$cores" $browser ${ARGS:-} || status=$?
# 1 is "tests failed"; anything else is no result that a second run could better.
[ "$status" = 1 ] || exit "$status"

echo
echo "== SOME TESTS FAILED: running those once more, alone =="
python -m pytest -o "$cache" -n 0 --last-failed --last-failed-no-failures none $browser ${ARGS:-}
echo "== what failed in parallel passed alone: look at the names above =="
