"""Where the peers come from: pip, npm and Debian's archive, all into bench/out/peers.

Nothing of the machine is changed. What cannot be had raises Missing, which says why.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from bench import support
from bench.fanout.programs import OUT

SOURCES = support.ROOT / "bench" / "peers"
FOLDER = OUT / "peers"
MODULE = "ngx_nchan_module.so"
PLACES = ("/usr/lib/nginx/modules", "/usr/share/nginx/modules", "/usr/lib64/nginx/modules")
PATIENCE = 300


class Missing(Exception):
    """A peer whose packages cannot be had here."""


@cache
def python() -> str:
    """An interpreter that has the Python peers."""
    folder = FOLDER / "venv"
    wanted = SOURCES / "requirements.txt"
    installed = folder / "installed.txt"
    interpreter = str(folder / "bin" / "python")
    if not installed.exists() or installed.read_text() != wanted.read_text():
        _do("venv", sys.executable, "-m", "venv", "--clear", str(folder))
        _do("pip", interpreter, "-m", "pip", "install", "--quiet", "-r", str(wanted))
        installed.write_text(wanted.read_text())
    return interpreter


@cache
def node() -> tuple[str, Path]:
    """Node, and the folder of its packages."""
    program = shutil.which("node")
    if program is None or shutil.which("npm") is None:
        raise Missing("no node and npm on PATH")
    folder = FOLDER / "node"
    wanted = (SOURCES / "package.json").read_text()
    installed = folder / "installed.json"
    if not installed.exists() or installed.read_text() != wanted:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text(wanted)
        _do("npm", "npm", "install", "--silent", "--no-audit", "--no-fund", folder=folder)
        installed.write_text(wanted)
    return program, folder / "node_modules"


@cache
def nginx() -> tuple[str, Path]:
    """The program nginx, and the file of its module nchan."""
    path = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
    program = shutil.which("nginx", path=path) or str(_from_debian("nginx", "nginx"))
    for place in PLACES:
        if (Path(place) / MODULE).exists():
            return program, Path(place) / MODULE
    return program, _from_debian("libnginx-mod-nchan", MODULE)


def _from_debian(package: str, name: str) -> Path:
    """A file of a Debian package, which is unpacked but not installed."""
    folder = FOLDER / package
    found = _file(folder, name)
    if found is None:
        if shutil.which("apt-get") is None:
            raise Missing(f"no {name} here, and no apt-get to fetch {package} with")
        folder.mkdir(parents=True, exist_ok=True)
        _do("apt-get", "apt-get", "download", "--quiet", package, folder=folder)
        for archive in folder.glob("*.deb"):
            _do("dpkg", "dpkg-deb", "--extract", str(archive), str(folder), folder=folder)
        found = _file(folder, name)
    if found is None:
        raise Missing(f"{package} has no {name}")
    return found


def _file(folder: Path, name: str) -> Path | None:
    found = (path for path in folder.rglob(name) if path.is_file())
    return next(found, None)


def _do(what: str, *command: str, folder: Path | None = None) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(
            command, cwd=folder, check=True, timeout=PATIENCE, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise Missing(f"{what} failed: {error.stderr.strip()[-200:]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Missing(f"{what} failed: {error}") from error
