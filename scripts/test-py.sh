#!/bin/sh
# The Python tests, in parallel; what failed there is run once more alone, and that is said aloud.
#
#   test-py.sh -m "not ui"     test-py.sh tests/browser
#
# BROWSER=0 skips the browser tests. ARGS are pytest's own, as what stands behind the script's name.
set -eu

cache=cache_dir=$VIRTUAL_ENV/pytest-cache
cores=$(python -c 'import os; print(os.cpu_count() or 2)')

if [ "${BROWSER:-1}" = 0 ]; then
    echo "== BROWSER=0: the browser tests are skipped =="
elif CHROMIUM=$(python scripts/chromium.py); then
    export CHROMIUM
    echo "== browser tests with $CHROMIUM =="
elif [ "${CI:-}" = true ]; then
    echo "CI=true and no Chromium: the browser tests cannot run." >&2
    exit 1
else
    export BROWSER=0
    echo "== no Chromium: the browser tests are skipped =="
fi

if NGINX=$(python scripts/nginx.py); then
    export NGINX
else
    unset NGINX
    echo "== no nginx: what is tested behind one is skipped =="
fi

status=0
python -m pytest -o "$cache" -n "$cores" "$@" ${ARGS:-} || status=$?
# 1 is "tests failed"; anything else is no result that a second run could better.
[ "$status" = 1 ] || exit "$status"

echo
echo "== SOME TESTS FAILED: running those once more, alone =="
again() { python -m pytest -o "$cache" -n 0 --last-failed --last-failed-no-failures none "$@" ${ARGS:-}; }
if ! again "$@"; then
    echo "== SOME FAILED ALONE TOO: those a last time =="
    again "$@"
fi
echo "== what failed in parallel passed alone: look at the names above =="
