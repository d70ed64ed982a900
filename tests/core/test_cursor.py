import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.cursor import Cursor, new_check
from notifications.errors import BadCursor

BAD = [
    "", ".", "1", "1.", ".7f3a9c", "-1.7f3a9c", "+1.7f3a9c", "01.7f3a9c", "1_0.7f3a9c",
    "1.7f3a9", "1.7F3A9C", "1.7f3a9c.", " 1.7f3a9c", "1.7f3a9c\n", "1.7f3a9c\x00",
    "١.7f3a9c", "1.7f3a9c" + "0" * 4096, "9" * 19 + ".7f3a9c", "1e3.7f3a9c", "1.0.7f3a9c",
]  # fmt: skip


@given(st.integers(0, 10**18 - 1), st.from_regex(r"\A[0-9a-f]{6,16}\Z"))
def test_it_reads_what_it_writes(seq, check):
    assert Cursor.parse(str(Cursor(seq, check))) == Cursor(seq, check)


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_it_refuses_what_is_no_cursor(text):
    with pytest.raises(BadCursor):
        Cursor.parse(text)


@given(st.text(max_size=60))
def test_it_never_fails_in_another_way(text):
    try:
        assert str(Cursor.parse(text)) == text
    except BadCursor:
        pass


def test_a_check_is_random_and_safe_in_a_header():
    checks = {new_check() for _ in range(100)}
    assert len(checks) == 100
    assert all(re.fullmatch(r"[0-9a-f]{8}", check) for check in checks)
