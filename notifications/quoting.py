"""What a reply quotes of the post that it answers, taken out of the text of an event."""

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
