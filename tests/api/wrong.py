"""What the API must refuse, with the code it says: tables for every place that takes it."""

from typing import Any

from notifications.strictjson import DEEPEST

Refused = list[tuple[Any, str]]

IDS: Refused = [
    (None, "wrong_type"),
    (7, "wrong_type"),
    ("7", "wrong_type"),
    ({"id": 7}, "wrong_type"),
    (["7"], "wrong_type"),
    ([True], "wrong_type"),
    ([1.0], "wrong_type"),
    ([None], "wrong_type"),
    ([[7]], "wrong_type"),
    ([0], "wrong_type"),
    ([-1], "wrong_type"),
    ([2**63], "wrong_type"),
    ([], "bad_request"),
    (list(range(1, 202)), "bad_request"),
]

CURSORS: list[tuple[Any, int, str]] = [
    (41, 400, "wrong_type"),
    (None, 400, "wrong_type"),
    (["41.7f3a9c"], 400, "wrong_type"),
    ("", 400, "bad_cursor"),
    ("abc", 400, "bad_cursor"),
    ("-1.7f3a9c", 400, "bad_cursor"),
    ("1_0.7f3a9c", 400, "bad_cursor"),
    ("٤١.7f3a9c", 400, "bad_cursor"),
    ("9" * 30 + ".7f3a9c", 400, "bad_cursor"),
    ("1.7F3A9C", 400, "bad_cursor"),
    ("1.7f3a9c\n", 400, "bad_cursor"),
    ("1.7f3a9c" * 512, 400, "bad_cursor"),
    ("1.00000000", 409, "conflict"),
    ("1000000.7f3a9c", 409, "conflict"),
    ("9" * 18 + ".7f3a9c", 409, "conflict"),
]

UNTIL: Refused = [
    (1700000000, "wrong_type"),
    (None, "wrong_type"),
    ("tomorrow", "bad_request"),
    ("", "bad_request"),
    ("2999-01-01T00:00:00", "bad_request"),
    ("2999-01-01T00:00:00Z", "bad_request"),
    ("1999-01-01T00:00:00Z", "bad_request"),
    ("2027-13-41T00:00:00Z", "bad_request"),
    ("9999-12-31T23:59:59-23:59", "bad_request"),
    ("0001-01-01T00:00:00+23:59", "bad_request"),
    ("x" * 4096, "bad_request"),
]

NOT_JSON = [
    b" ",
    b"null",
    b"[]",
    b'"ids"',
    b"1",
    b"{",
    b"{'ids': [1]}",
    b'{"ids": [1],}',
    b'{"ids": [1]} {}',
    b'{"ids": [NaN]}',
    b'{"ids": [Infinity]}',
    b'{"ids": [-Infinity]}',
    b'{"ids": [1e999]}',
    b'{"ids": [' + b"9" * 5000 + b"]}",
    b'{"ids": [1], "ids": [2]}',
    b'{"ids": ["\\ud800"]}',
    b'{"ids": ["\\u0000"]}',
    b'{"\\u0000": 1}',
    b'{"ids": ["\x00"]}',
    b'{"ids": ["\xff"]}',
    b"\xff\xfe{\x00}\x00",
    b"\xef\xbb\xbf{}",
    b'{"ids": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    b'{"ids": ' + b"[" * DEEPEST + b"1" + b"]" * DEEPEST + b"}",
    b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
]

QUERIES: Refused = [
    ({"view": "all"}, "bad_request"),
    ({"view": "\0"}, "bad_request"),
    ({"view": ["inbox", "done"]}, "bad_request"),
    ({"level": "loud"}, "bad_request"),
    ({"level": ""}, "bad_request"),
    ({"q": "x" * 4096}, "bad_request"),
    ({"q": "nul\0"}, "bad_request"),
    ({"before": "-1"}, "wrong_type"),
    ({"before": "1.5"}, "wrong_type"),
    ({"before": "1_0"}, "wrong_type"),
    ({"before": "٤٢"}, "wrong_type"),
    ({"before": "9" * 30}, "wrong_type"),
    ({"before": ""}, "wrong_type"),
    ({"limit": "0"}, "bad_request"),
    ({"limit": "101"}, "bad_request"),
    ({"limit": "9" * 18}, "bad_request"),
    ({"limit": "true"}, "wrong_type"),
    ({"after": "1.abcdef"}, "unknown_field"),
    ({"user": "1"}, "unknown_field"),
]

POSTS: Refused = [
    ({}, "bad_request"),
    ({"text": None}, "wrong_type"),
    ({"text": 7}, "wrong_type"),
    ({"text": ["hi"]}, "wrong_type"),
    ({"text": "hi", "room": "den"}, "unknown_field"),
    ({"text": "hi", "user": 1}, "unknown_field"),
    ({"text": "hi", "name": 7}, "wrong_type"),
    ({"text": "hi", "key": 7}, "wrong_type"),
    ({"text": "hi", "key": "short"}, "bad_request"),
    ({"text": ""}, "bad_notification"),
    ({"text": " \n "}, "bad_notification"),
    ({"text": "x" * 4001}, "bad_notification"),
    ({"text": "nul\0"}, "bad_json"),
    ({"text": "\ud800"}, "bad_json"),
]

TOPICS = ["\0", "x" * 4096, "user.", "../all", "room.\ud7ff", "ALL"]

SLUGS = ["DEN", "d\0n", "x" * 4096, "déñ", "den.x", "%2e%2e"]
