"""The example of docs/extending.md, run as it stands there, in a project of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

SETTINGS = """
from project.settings import *
INSTALLED_APPS = [*INSTALLED_APPS, "shop.apps.ShopConfig"]
"""

TRY = """
from decimal import Decimal

from django.contrib.auth import get_user_model

from notifications import log, rights
from shop.models import Order

alice, bob = (get_user_model().objects.create_user(name) for name in ("alice", "bob"))
start = log.head().cursor
order = Order.objects.create(customer=alice, total=Decimal("12.50"))
order.state = "sent"
order.save()
assert rights.may_read(alice, f"order.{order.pk}")
for stranger in (bob, None):
    assert not rights.may_read(stranger, f"order.{order.pk}")
    assert not rights.may_read(stranger, "order.x")
order.customer = bob
order.save()
order.delete()


def told(*topics):
    return [(entry.type.split(".")[-1], entry.data) for entry in log.after(start, topics)]


new = '{"id":1,"state":"new","total":"12.50"}'
sent = '{"id":1,"state":"sent","total":"12.50"}'
gone = '{"id":1}'
assert told("order.1") == [
    ("created", new), ("changed", sent), ("changed", sent), ("deleted", gone)
], told("order.1")
assert told(f"user.{alice.pk}") == [("created", new), ("changed", sent), ("deleted", gone)]
assert told(f"user.{bob.pk}") == [("created", sent), ("deleted", gone)]
print("as it says")
"""


def blocks(language: str) -> list[str]:
    text = (ROOT / "docs" / "extending.md").read_text()
    return re.findall(rf"```{language}\n(.+?)```", text, flags=re.DOTALL)


def block(language: str, beginning: str) -> str:
    (found,) = [each for each in blocks(language) if each.startswith(beginning)]
    return found


def test_the_example_of_a_live_model_does_what_it_says(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "__init__.py").touch()
    for name in ("models", "apps"):
        (shop / f"{name}.py").write_text(block("python", f"# shop/{name}.py"))
    (tmp_path / "shop_settings.py").write_text(SETTINGS)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "shop_settings",
        "PYTHONPATH": f"{tmp_path}:{ROOT}",
        "DATABASE_URL": f"sqlite:///{tmp_path}/shop.sqlite3",
        "REDIS_URL": "",
        "VAR_DIR": str(tmp_path),
    }

    def manage(*words: str) -> str:
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    manage("migrate", "--run-syncdb", "--verbosity", "0")
    assert "as it says" in manage("shell", "-c", TRY)


def test_the_page_of_the_example_uses_what_the_client_has() -> None:
    script = block("js", "// shop/order.js")
    client = (ROOT / "static/noticeboard/client/index.js").read_text()
    assert "export const connect" in client
    for option in ("cursor", "topics", "onEvent", "onReset"):
        assert re.search(rf"\b{option}\b", script)
        assert re.search(rf"\b{option}\b", client)
