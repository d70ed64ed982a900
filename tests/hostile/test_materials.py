"""What the site is made of: locked, listed, and not older than what is known to be bad."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
#: Older ones have faults that reach us; docs/security.md tells of them.
FLOORS = {"daphne": "4.2.3", "django-eventstream": "5.3.4", "asgiref": "3.13"}


def locked() -> dict[str, set[str]]:
    """Name → versions, of which there may be one for each Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        name, version = re.split(r"(?:\[.*\])?==", line.split(" ")[0], maxsplit=1)
        found.setdefault(name, set()).add(version)
    return found


@pytest.mark.parametrize("name", FLOORS)
def test_floors_that_matter_are_kept(name: str) -> None:
    assert all(Version(each) >= Version(FLOORS[name]) for each in locked()[name])


def test_the_redis_client_and_its_layer_are_locked_as_a_pair() -> None:
    pair = locked()
    assert len(pair["redis"]) == len(pair["channels-redis"]) == 1


def test_the_bill_of_materials_has_what_is_locked(tmp_path: Path) -> None:
    place = tmp_path / "sbom.json"
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["sh", "scripts/sbom.sh", str(place)],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    bill = json.loads(place.read_text())
    assert bill["bomFormat"] == "CycloneDX"
    listed: dict[str, set[str]] = {}
    for part in bill["components"]:
        listed.setdefault(part["name"], set()).add(part["version"])
        assert part["purl"].startswith(f"pkg:pypi/{part['name']}@")
    assert listed == locked()
