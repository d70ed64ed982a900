"""What the text of an event says of somebody or something that is gone, taken out of it."""

from collections.abc import Collection

import orjson


def without_quote(data: str, id: int) -> str:
    """The data of an event about a reply, saying nothing of the post ``id`` that it answers.

    The same for the log and for what a relay remembers of it: what is not about such a reply stays
    as it is, byte by byte.
    """
    fields = orjson.loads(data)
    quoted = (fields.get("post") or {}).get("reply_to")
    if not quoted or quoted["id"] != id:
        return data
    quoted.update(sender="", text="")
    return orjson.dumps(fields).decode()


def without_sender(data: str, ids: Collection[int]) -> str:
    """The data of an event, saying no more who has written the notifications ``ids``.

    Neither what it tells nor what it quotes of them; what is about others stays as it is.
    """
    fields = orjson.loads(data)
    post = fields.get("post") or {}
    quoted = post.get("reply_to") or {}
    if fields.get("id") in ids:
        fields["sender"] = ""
        if post:
            post["author"] = ""
    elif quoted.get("id") not in ids:
        return data
    if quoted.get("id") in ids:
        quoted["sender"] = ""
    return orjson.dumps(fields).decode()
