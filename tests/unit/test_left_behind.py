"""What tests may leave behind: another function in a module's place is seen, and a table that grew is none."""

from tests.left_behind import patched


def test_a_function_put_in_the_place_of_another_is_named():
    """Values that are no code may change: a count, a cache; a module that is gone is no matter."""

    def mine() -> None:
        """Stand in."""

    before = {("rooms.one", "act"): len, ("rooms.one", "n_calls"): 1, ("rooms.gone", "act"): len}

    assert patched(before, {("rooms.one", "act"): mine, ("rooms.one", "n_calls"): 2}) == ["rooms.one.act"]
    assert patched(before, dict(before)) == []
