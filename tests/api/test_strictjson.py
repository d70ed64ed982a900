"""JSON from outside, read strictly. What is refused over HTTP is in test_actions."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.errors import BadRequest
from notifications.strictjson import read_object, storable

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(texts, st.none() | st.integers(0, 10**18) | texts))
def test_it_reads_what_others_write(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value)) == value
    assert read_object(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary() | st.text().map(lambda text: json.dumps({text: [text]}).encode()))
def test_it_reads_an_object_or_refuses(body: bytes) -> None:
    with suppress(BadRequest):
        assert read_object(body) == json.loads(body)


@given(values)
def test_it_takes_no_other_type(value: object) -> None:
    if isinstance(value, dict):
        return
    with pytest.raises(BadRequest):
        read_object(json.dumps(value))


@pytest.mark.parametrize("text", ["\0", "a\0b", "\ud800", "x\udc80"])
def test_a_text_that_no_database_takes_is_not_storable(text: str) -> None:
    assert not storable(text)


@pytest.mark.parametrize("text", ["", "\n\t", "\x01", "\N{PARTY POPPER}", "\ud7ff\ue000"])
def test_every_other_text_is_storable(text: str) -> None:
    assert storable(text)
