"""Flask, gevent and Redis: a generator per stream that listens to Redis, as the tutorials show."""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import sys  # noqa: E402
from collections.abc import Iterator  # noqa: E402

import redis  # noqa: E402
from flask import Flask, Response, request  # noqa: E402
from gevent.pywsgi import WSGIServer  # noqa: E402

app = Flask(__name__)
# A connection for each stream; the client's own limit is a hundred.
store = redis.Redis.from_url(os.environ["REDIS_URL"], max_connections=20_000)


@app.get("/sse")
def stream() -> Response:
    """Everything that is published from now on."""
    heard = store.pubsub()
    heard.subscribe("all")

    def events() -> Iterator[str]:
        yield ": open\n\n"
        for told in heard.listen():
            if told["type"] == "message":
                yield f"data: {told['data'].decode()}\n\n"

    return Response(events(), mimetype="text/event-stream")


@app.post("/publish")
def publish() -> str:
    """Give the body to all."""
    store.publish("all", request.get_data())
    return "{}"


if __name__ == "__main__":
    WSGIServer(("127.0.0.1", int(sys.argv[1])), app, backlog=4096, log=None).serve_forever()
