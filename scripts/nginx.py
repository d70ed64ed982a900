"""Prints the path of an nginx that starts: the machine's, else one unpacked into var/nginx/.

A package is unpacked, not installed: that needs no root, and starts no server on port 80.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "var" / "nginx"
# Where Debian puts it is not on everybody's PATH.
SEARCHED = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
SECONDS = 120


def starts(path: str) -> bool:
    """Whether it runs here: an unpacked one may lack its libraries."""
    return done(path, "-v")


def done(*command: str) -> bool:
    """Whether a command could be run and ended well; what it says goes to stderr."""
    try:
        answer = subprocess.run(command, stdout=sys.stderr, timeout=SECONDS, check=False)
        return answer.returncode == 0
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False


def of_the_machine() -> Iterator[str]:
    if named := os.environ.get("NGINX"):
        yield named
    if found := shutil.which("nginx", path=SEARCHED):
        yield found


def unpacked() -> Iterator[str]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    program = FOLDER / "usr" / "sbin" / "nginx"
    if not program.exists() and shutil.which("apt-get") and shutil.which("dpkg"):
        print("Trying to unpack an nginx into", FOLDER, file=sys.stderr)
        download = f"cd {FOLDER} && apt-get download nginx && dpkg -x nginx_*.deb ."
        done("sh", "-c", download)
    if program.exists():
        yield str(program)


def candidates() -> Iterator[str]:
    yield from of_the_machine()
    yield from unpacked()


if __name__ == "__main__":
    found = next(filter(starts, candidates()), None)
    if not found:
        sys.exit("No nginx here, and none could be had.")
    print(found)
