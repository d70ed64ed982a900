"""G10: what a page and a bell load before anybody does something stays within its budget."""

import pytest

from bench.sizes import Figure, sizes


@pytest.mark.parametrize("figure", sizes(), ids=lambda figure: figure.name)
def test_g10_it_stays_within_its_budget(figure: Figure) -> None:
    assert figure.kept, f"{figure.name}: {figure.value:.2f} of {figure.most} {figure.unit}"


def test_g10_there_is_a_budget_for_bell_inbox_and_styles() -> None:
    assert {figure.most for figure in sizes() if figure.most} == {8, 10, 25}
