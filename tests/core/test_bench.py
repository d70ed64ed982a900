"""The judge of bench.writers must find what it looks for."""

import pytest

from bench import rooms
from bench.support import percentile
from bench.writers import inversions, judge


def row(title, began, committed, outcome="committed"):
    return {"title": title, "began": began, "committed": committed, "outcome": outcome}


def told(*titles):
    rows = [{"seq": seq, "title": title} for seq, title in enumerate(titles, 1) if title != "hole"]
    return {"told": rows, "head": len(titles)}


ROWS = [row("a", 0, 1), row("b", 2, 3), row("c", 0, 9, "rolled back"), row("d", 0, 4)]


@pytest.mark.parametrize(
    ("titles", "found"),
    [
        (["a", "b", "d"], {}),
        (["d", "", "a", "b"], {}),
        (["b", "a", "d"], {"inversions": 1}),
        (["a", "hole", "b", "d"], {"holes": 1}),
        (["a", "d"], {"lost": 1}),
        (["a", "b", "c", "d"], {"ghosts": 1}),
        (["a", "b", "b", "d"], {"ghosts": 1}),
    ],
)
def test_it_finds_each_fault(titles, found):
    faults = {name: count for name, count in judge(ROWS, told(*titles)).items() if count}
    assert faults == found


def test_it_counts_who_began_after_one_behind_it_had_committed():
    assert inversions([(5, 6), (0, 9), (1, 2), (3, 4)]) == 1
    assert inversions([(0, 1), (0, 1)]) == 0


def test_a_percentile_is_one_of_the_values():
    assert percentile([3, 1, 2], 50) == 2
    assert percentile([3, 1, 2], 99) == 3


def test_the_room_finds_what_is_lost_doubled_or_out_of_order():
    texts, pressed = ["a", "b", "c"], [100, 200, 300]
    seen = [["a", 110], ["x", 1], ["c", 350], ["b", 360], ["b", 370]]
    found = rooms.judge(texts, pressed, seen)
    assert (found["lost"], found["duplicates"], found["in_order"]) == (0, 1, False)
    assert rooms.judge(texts, pressed, seen[:1])["lost"] == 2
    assert found["p50_ms"] == 50
