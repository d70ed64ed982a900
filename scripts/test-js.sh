#!/bin/sh
# The JavaScript units, with Node's own runner: the machine's Node, else the one in Playwright's wheel.
set -eu

# The runner and its mocked timers are stable from Node 20 on.
works() { [ -n "$1" ] && "$1" -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' 2>/dev/null; }

node=$(command -v node || true)
if ! works "$node"; then
    node=$(python -c 'from playwright._impl._driver import compute_driver_executable as driver
print(driver()[0])')
    works "$node" || { echo "No Node 20 or newer here." >&2; exit 1; }
fi
find tests/js -name '*.test.*js' | sort | xargs "$node" --test
