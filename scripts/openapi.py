"""Write docs/openapi.json: the HTTP API as an OpenAPI description, for programs and for fuzzing.

``python -m scripts.openapi`` writes it. tests/hostile/test_openapi.py holds it against the
addresses, the methods and the errors that there are.
"""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "docs" / "openapi.json"

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "minimum": 1, "maximum": 2**63 - 1}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
IDS: Schema = {"type": "array", "items": ID, "minItems": 1, "maxItems": 200}
CURSOR: Schema = {"type": "string", "pattern": r"^(0|[1-9][0-9]{0,17})\.[0-9a-f]{6,16}$"}
LEVELS: Schema = {"type": "string", "enum": ["info", "success", "warning", "critical"]}
POSITION: Schema = {"type": "integer", "minimum": 0, "maximum": 10**18 - 1}
FREE: Schema = {"type": "object"}


def shape(required: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with exactly these fields, as our API reads it."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


def says(**fields: Schema) -> Schema:
    """An answer that has at least these fields."""
    return {"type": "object", "required": list(fields), "properties": fields}


def query(name: str, schema: Schema, repeated: bool = False) -> Schema:
    """A field of the query string."""
    value = {"type": "array", "items": schema} if repeated else schema
    return {"name": name, "in": "query", "required": False, "schema": value}


OK: Schema = says(ok={"type": "boolean", "const": True})
ITEMS: Schema = {"type": "array", "items": FREE}
OF_IDS = shape({"ids": IDS})
OF_CURSOR = shape({"cursor": CURSOR})
DONE = says(ok={"type": "boolean"}, changed={"type": "integer"}, ids={"type": "array"})
SNOOZE = shape({"ids": IDS, "until": {"type": "string", "format": "date-time"}})
READ_ALL = shape(
    {"cursor": CURSOR},
    {"view": TEXT, "level": {"type": "array", "items": LEVELS}, "topic": TEXT, "q": TEXT},
)
EVENTS = says(cursor=CURSOR, events=ITEMS, signals=ITEMS, reset={"type": ["boolean", "string"]})
POLL = (
    query("after", CURSOR),
    query("wait", {"type": "number", "minimum": 0, "maximum": 0.2}),
    query("topic", TEXT, repeated=True),
    query("client", {"type": "string", "pattern": "^[0-9a-f]{16}$"}),
    query("since", {"type": "string"}),
)
INBOX = (
    query("view", {"type": "string", "enum": ["inbox", "unread", "snoozed", "done", "expired"]}),
    query("level", LEVELS, repeated=True),
    query("topic", TEXT),
    query("q", {"type": "string", "maxLength": 200}),
    query("before", POSITION),
    query("limit", {"type": "integer", "minimum": 1, "maximum": 100}),
)
POST = shape({"text": TEXT}, {"name": TEXT, "key": TEXT, "reply_to": ID})
MODERATION = shape({"do": TEXT}, {"id": ID, "seconds": {"type": "integer"}})
SIGNAL = shape({}, {"type": TEXT, "to": TEXT, "data": FREE, "typing": TEXT, "client": TEXT})

#: Address → method → (what it does, query fields, body, answer).
Operation = tuple[str, tuple[Schema, ...], Schema | None, Schema]
PATHS: dict[str, dict[str, Operation]] = {
    "/api/events/": {
        "get": (
            "Events since a cursor; with `wait`, once there are any.",
            POLL,
            None,
            EVENTS,
        ),
        "post": ("The same; the fields may stand in the body.", POLL, FREE, EVENTS),
    },
    "/api/inbox/": {
        "get": ("The snapshot.", INBOX, None, says(items=ITEMS, cursor=CURSOR, unread=POSITION))
    },
    "/api/inbox/{action}/": {
        "post": (
            "An action on the inbox.",
            (),
            {"anyOf": [OF_IDS, OF_CURSOR, SNOOZE, READ_ALL]},
            DONE,
        )
    },
    "/api/unread/": {"get": ("How many are unread.", (), None, says(unread=POSITION))},
    "/api/notifications/{id}/actions/{number}/": {
        "post": ("An action that the sender offers, once.", (), shape({}, {"do": TEXT}), OK)
    },
    "/api/views/": {
        "get": ("The saved views.", (), None, says(views=ITEMS)),
        "post": ("Save one.", (), shape({"name": TEXT, "query": TEXT}), OK),
    },
    "/api/views/{pk}/": {"delete": ("Remove a saved view.", (), None, OK)},
    "/api/preferences/": {
        "get": ("The preferences.", (), None, says(preferences=FREE)),
        "post": ("Change some, all or none.", (), FREE, says(ok=FLAG, preferences=FREE)),
    },
    "/api/texts/": {"get": ("The followed texts.", (), None, says(texts=ITEMS))},
    "/api/rooms/{slug}/posts/": {
        "get": ("The posts of a room.", INBOX[4:], None, says(posts=ITEMS, cursor=CURSOR)),
        "post": ("A new post.", (), POST, says(id=ID)),
    },
    "/api/rooms/{slug}/posts/{id}/": {
        "get": ("The source of one's own post.", (), None, says(id=ID, text=TEXT))
    },
    "/api/rooms/{slug}/posts/{id}/edit/": {
        "post": ("Edit one's own post.", (), shape({"text": TEXT}), says(id=ID))
    },
    "/api/rooms/{slug}/posts/{id}/delete/": {
        "post": ("Delete one's own post.", (), shape({}), says(id=ID))
    },
    "/api/rooms/{slug}/posts/{id}/react/": {
        "post": ("React, or take it back.", (), shape({"emoji": TEXT, "on": FLAG}), OK)
    },
    "/api/rooms/{slug}/posts/{id}/report/": {
        "post": ("Report a post to the staff.", (), shape({"reason": TEXT}), OK)
    },
    "/api/rooms/{slug}/people/": {
        "get": ("Whom one may mention.", (query("q", TEXT),), None, says(people=ITEMS))
    },
    "/api/rooms/{slug}/moderation/": {"post": ("What staff do in a room.", (), MODERATION, OK)},
    "/api/rooms/{slug}/wall-link/": {
        "post": ("The link for a screen.", (), shape({}, {"new": FLAG}), says(url=TEXT))
    },
    "/api/rooms/{slug}/present/": {
        "get": ("Who has the room's page open.", (), None, says(present={"type": "array"}))
    },
    "/api/signals/": {"post": ("A signal event, or that one types.", (), SIGNAL, OK)},
    "/api/calls/{ref}/": {
        "post": ("The answer to a call.", (), shape({}, {"ok": {}, "error": TEXT}), OK)
    },
    "/api/lab/run/": {
        "get": ("A run of the lab.", (query("topic", TEXT),), None, FREE),
        "post": ("Begin a run.", (), FREE, FREE),
    },
    "/api/lab/run/stop/": {"post": ("End a run.", (), shape({"topic": TEXT}), FREE)},
    "/api/lab/run/pause/": {
        "post": ("Let a run rest.", (), shape({"topic": TEXT, "paused": FLAG}), FREE)
    },
    "/api/lab/time/": {"get": ("The server's clock.", (), None, says(time={"type": "number"}))},
    "/api/operators/": {"get": ("The operators' figures.", (), None, FREE)},
    "/api/operators/trace/": {
        "get": (
            "What the log tells one person.",
            (query("user", TEXT), query("after", CURSOR)),
            None,
            FREE,
        )
    },
    "/api/setup/": {
        "get": ("What the doctor has found.", (), None, FREE),
        "post": ("Judge what the page has measured.", (), FREE, FREE),
    },
    "/api/setup/send/": {"post": ("Send oneself a notification.", (), FREE, FREE)},
}
ARGUMENTS: dict[str, Schema] = {
    "id": ID,
    "pk": ID,
    "number": {"type": "integer", "minimum": 0, "maximum": 9},
    "slug": {"type": "string", "pattern": "^[a-z0-9-]{1,40}$"},
    "ref": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "action": {
        "type": "string",
        "enum": [
            *("read", "unread", "seen", "done", "undone", "read_all", "snooze", "unsnooze"),
            "acknowledge",
        ],
    },
}
#: What every address may answer besides.
STATUSES = (400, 401, 403, 404, 405, 409, 413, 429, 503)


def described(path: str, operation: Operation) -> Schema:
    """One method of one address."""
    summary, fields, body, answer = operation
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    parameters = [
        *({"name": name, "in": "path", "required": True, "schema": ARGUMENTS[name]}
          for name in names),
        *fields,
    ]  # fmt: skip
    answers: Schema = {"200": {"description": "Done.", "content": content(answer)}}
    if path == "/api/events/":
        answers["304"] = {"description": "The cursor has not moved."}
    for status in STATUSES:
        answers[str(status)] = {"$ref": "#/components/responses/Error"}
    found: Schema = {"summary": summary, "parameters": parameters, "responses": answers}
    if body is not None:
        found["requestBody"] = {"required": path != "/api/events/", "content": content(body)}
    return found


def content(schema: Schema) -> Schema:
    """JSON, and nothing else."""
    return {"application/json": {"schema": schema}}


def description() -> Schema:
    """The whole description."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    error = says(error=says(code=TEXT, detail=TEXT))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Noticeboard", "version": project["version"]},
        "security": [{"session": [], "token": []}],
        "paths": {
            path: {method: described(path, operation) for method, operation in methods.items()}
            for path, methods in PATHS.items()
        },
        "components": {
            "responses": {
                "Error": {"description": "See errors.md for the codes.", "content": content(error)}
            },
            "securitySchemes": {
                "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
                "token": {"type": "apiKey", "in": "header", "name": "X-CSRFToken"},
            },
        },
    }


def text() -> str:
    """The file."""
    return json.dumps(description(), indent=1) + "\n"


if __name__ == "__main__":
    PLACE.write_text(text())
