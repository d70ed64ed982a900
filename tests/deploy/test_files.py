"""The files of docs/deploy, each by a program that knows its kind. Nothing here is started."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.site import ROOT

FOLDER = ROOT / "docs" / "deploy"
EXAMPLE = FOLDER / "env.example"
# Programs that pip has installed are beside the interpreter.
PATHS = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
SECONDS = 120


def program(name: str) -> str:
    """Where it is; without it the test is skipped, and says so."""
    found = shutil.which(name, path=PATHS)
    if not found:
        pytest.skip(f"no {name} on this machine")
    return found


def run(*command: str, environment: dict[str, str] | None = None) -> str:
    """What it says; it must end well."""
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def variables() -> dict[str, str]:
    """The lines of the example, as a shell, systemd and compose read them."""
    return dict(line.split("=", 1) for line in EXAMPLE.read_text().splitlines())


def test_the_environment_passes_the_checks_of_a_deployment(tmp_path: Path) -> None:
    machine = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {**machine, **variables(), "STATIC_ROOT": str(tmp_path)}
    check = ("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    said = run(sys.executable, *check, environment=environment)
    assert "no issues (0 silenced)" in said


def test_the_environment_can_be_given_to_env_to_systemd_and_to_compose() -> None:
    for line in EXAMPLE.read_text().splitlines():
        assert re.fullmatch(r"[A-Z_]+=[^\s'\"$#\\]*", line), line


def test_every_variable_is_one_of_the_settings() -> None:
    known = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in variables() if f"| `{name}` |" not in known] == []


def test_a_site_does_not_start_with_the_key_of_the_example(tmp_path: Path) -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "project.settings"}
    environment |= {"VAR_DIR": str(tmp_path), "SECRET_KEY": variables()["SECRET_KEY"]}
    refused = subprocess.run(
        [sys.executable, "manage.py", "serve"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert refused.returncode == 1
    assert "everybody knows it" in refused.stderr


def test_nginx_is_configured_as_its_linter_wants_it() -> None:
    # The Host is the browser's on purpose, with its port; other names than ours get no answer.
    run(program("gixy"), "--skips", "host_spoofing", str(FOLDER / "nginx.conf"))


def test_the_unit_is_one_for_systemd(tmp_path: Path) -> None:
    text = (FOLDER / "noticeboard.service").read_text()
    # It looks whether the program is there, and whether there is such a user.
    text = text.replace("/srv/noticeboard/.venv/bin/python", sys.executable)
    unit = tmp_path / "noticeboard.service"
    unit.write_text(re.sub(r"(?m)^(User|Group)=.*$", r"\1=root", text))
    assert run(program("systemd-analyze"), "verify", "--man=no", str(unit)) == ""


def test_the_unit_starts_what_exists() -> None:
    text = (FOLDER / "noticeboard.service").read_text()
    (line,) = re.findall(r"(?m)^ExecStart=\S+ manage\.py (.*)$", text)
    options = re.findall(r"--[a-z-]+", line)
    offered = run(sys.executable, "manage.py", "serve", "--help")
    assert line.split()[0] == "serve"
    assert [option for option in options if option not in offered] == []


def test_the_container_file_is_as_its_linter_wants_it() -> None:
    run(program("hadolint"), str(FOLDER / "Containerfile"))


def test_the_container_gets_what_the_site_needs_and_nothing_else() -> None:
    text = (FOLDER / "Containerfile").read_text()
    copied = re.findall(r"(?m)^COPY (?!--from)(\S+) ", text)
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert {"tests", "bench", "var", ".", "docs"}.isdisjoint(copied)
    assert "USER 10001" in text


def test_the_compose_file_is_of_its_schema() -> None:
    schema = ("--builtin-schema", "vendor.compose-spec")
    run(program("check-jsonschema"), *schema, str(FOLDER / "compose.yaml"))
