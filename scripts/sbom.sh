#!/bin/sh
# What the site is made of, as locked: a bill of materials for those who look for vulnerabilities.
set -eu

place=${1:-var/sbom.cdx.json}
mkdir -p "$(dirname "$place")"
# It would rather know which of them are ours directly: requirements.in says that.
PYTHONWARNINGS=ignore cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
    --output-file "$place" requirements.txt
echo "$place"
