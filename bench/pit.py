"""A program for `bench.pointers`: a server that also publishes, or a publisher beside some.

    python -m bench.pit serve PORT PAGES
    python -m bench.pit publish

It makes PAGES users, who are staff, and prints one JSON line with their session keys. Then it obeys
every line {"rate", "seconds"} of its input: so many notifications a second to everyone, each with
the time of the call as its title; and it says how many there were. What it cannot keep up with is
not made up for.
"""

from __future__ import annotations

import json
import sys
import threading
import time

import django
from django.contrib.auth import get_user_model

from bench.board import serve, sessions


def obey() -> None:
    """Publish as each line says."""
    from notifications import notify_many

    for line in sys.stdin:
        order = json.loads(line)
        count = 0
        began = time.monotonic()
        while order["rate"] and (passed := time.monotonic() - began) < order["seconds"]:
            due = int(passed * order["rate"]) + 1 - count
            if due > 0:
                # One clock for all processes of the machine; what is late goes together.
                notify_many({"title": str(time.monotonic_ns()), "to": "all"} for _ in range(due))
                count += due
            time.sleep(max(0.0, began + count / order["rate"] - time.monotonic()))
        print(json.dumps({"published": count}), flush=True)


def main(do: str, *words: str) -> None:
    """See the module."""
    django.setup()
    if do == "publish":
        print("{}", flush=True)
        obey()
        return
    port, pages = int(words[0]), int(words[1])
    keys = sessions(pages)
    get_user_model().objects.update(is_staff=True)
    print(json.dumps({"sessions": keys}), flush=True)
    threading.Thread(target=obey, daemon=True).start()
    serve(port)


if __name__ == "__main__":
    main(*sys.argv[1:])
