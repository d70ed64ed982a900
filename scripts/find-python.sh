#!/bin/sh
# Prints the path of a Python that starts, is 3.11 or newer and can make virtual environments.
#
#   find-python.sh              the default: python3, else the oldest supported one that is here
#   find-python.sh python3.13   that name on PATH, or that version in pyenv or uv
#   find-python.sh /a/python    that very file
#
# A name is never trusted: a version manager may leave a shim on PATH whose Python is gone.
set -u

works() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

# Where version managers keep the Pythons that they do not put on PATH.
kept() {
    pyenv_root=${PYENV_ROOT:-$(pyenv root 2>/dev/null || echo "$HOME/.pyenv")}
    ls -d "$pyenv_root"/versions/"$1"*/bin/python"$1" \
        "${XDG_DATA_HOME:-$HOME/.local/share}"/uv/python/*/bin/python"$1" 2>/dev/null
}

# Prints the first that works: of the name on PATH (all along it), then of what is kept.
find_named() {
    old_ifs=$IFS
    IFS=:
    for directory in $PATH; do
        IFS=$old_ifs
        candidate=$directory/$1
        [ -x "$candidate" ] && works "$candidate" && echo "$candidate" && return 0
    done
    IFS=$old_ifs
    version=${1#python}
    case $version in
        3.*) ;;
        *) return 1 ;;
    esac
    kept "$version" | {
        while read -r candidate; do
            works "$candidate" && echo "$candidate" && exit 0
        done
        exit 1
    }
}

wanted=${1:-}
case $wanted in
    '') candidates='python3 python3.11 python3.12 python3.13 python3.14 python' ;;
    */*)
        works "$wanted" && echo "$wanted" && exit 0
        candidates=''
        ;;
    [0-9]*) candidates=python$wanted ;;
    *) candidates=$wanted ;;
esac
for name in $candidates; do
    find_named "$name" && exit 0
done
echo "No ${wanted:-Python 3.11 or newer} here that starts, is 3.11 or newer and has venv." \
    "Install one (on Debian: apt-get install python3 python3-venv), or give its path: PYTHON=/path" >&2
exit 1
