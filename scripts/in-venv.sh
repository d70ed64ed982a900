#!/bin/sh
# Runs a command inside the virtual environment, which is made and filled first if need be.
#
#   in-venv.sh requirements-dev.txt ruff check .
#
# The default interpreter's environment is .venv; another one's, chosen by PYTHON, .venv-3.13.
# A copy of the requirements in the environment says what is installed, so that a second run is quick.
set -eu
cd "$(dirname "$0")/.."

requirements=$1
shift

version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }
starts() { [ -x "$1/bin/python" ] && "$1/bin/python" -c 'import pip' >/dev/null 2>&1; }

choose() {
    venv=.venv
    if [ -z "${PYTHON:-}" ]; then
        starts .venv || interpreter=$(sh scripts/find-python.sh)
        return
    fi
    interpreter=$(sh scripts/find-python.sh "$PYTHON")
    if starts .venv; then default=.venv/bin/python; else default=$(sh scripts/find-python.sh); fi
    wanted=$(version "$interpreter")
    if [ "$wanted" != "$(version "$default")" ]; then venv=.venv-$wanted; fi
}

make_it() {
    if starts "$venv"; then return; fi
    echo "Making $venv with $interpreter ($("$interpreter" --version))" >&2
    rm -rf "$venv"
    "$interpreter" -m venv "$venv"
}

install() {
    if cmp -s "$requirements" "$venv/installed-$requirements"; then return; fi
    echo "Installing $requirements into $venv" >&2
    for attempt in 1 2 3; do
        if "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
            --requirement "$requirements" >&2; then
            cp "$requirements" "$venv/installed-$requirements"
            # The one for tests contains the one for the site.
            if [ "$requirements" = requirements-dev.txt ]; then
                cp requirements.txt "$venv/installed-requirements.txt"
            fi
            return
        fi
        echo "pip failed (attempt $attempt of 3)" >&2
        sleep 3
    done
    echo "The dependencies could not be installed: see pip's words above." >&2
    exit 1
}

choose
make_it
install
VIRTUAL_ENV=$PWD/$venv
PATH=$VIRTUAL_ENV/bin:$PATH
export VIRTUAL_ENV PATH
unset PYTHONHOME 2>/dev/null || true
exec "$@"
