"""The map of pseudonyms: what was given stays, through other processes, rotations and deaths; a lost half is said."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters import pseudonym_map
from adapters.pseudonym_map import FOLDER, PseudonymMap
from tenure.errors import PseudonymError

WHO = ["4711", "4712"]


@pytest.fixture
def made(tmp_path: Path) -> PseudonymMap:
    """A map in which two customers are."""
    found = PseudonymMap(tmp_path, "shop")
    found.make()
    found.given("customer", WHO)
    return found


def again(made: PseudonymMap) -> PseudonymMap:
    """The same map, as another process opens it."""
    return PseudonymMap(made.map.parent.parent, "shop")


def test_equal_values_of_one_namespace_have_one_pseudonym_and_no_other(made):
    """It tells nothing of the value, has 128 bits, and leads back."""
    one, other = made.given("customer", WHO)

    assert one != other
    assert made.given("phone", WHO)[0] != one
    assert len(bytes.fromhex(one)) == 16
    assert again(made).given("customer", WHO[::-1]) == [other, one]
    assert made.meant(other) == ("customer", "4712")
    assert made.meant("4712") is None
    assert again(made).known("customer", "4713") is None


def test_what_another_process_adds_or_lets_go_of_is_known_here(made):
    """Lines that were added are read, and a map that was put in its place."""
    other = again(made)
    (new,) = other.given("customer", ["4713"])
    assert made.known("customer", "4713") == new
    assert other.let_go([*made.given("customer", WHO), new, "no pseudonym"], stays=lambda given: {new} & {*given}) == 2
    assert made.known("customer", "4711") is None
    assert made.meant(new) == ("customer", "4713")


def test_many_at_once_give_everybody_one_pseudonym_and_lose_none(made):
    """Threads that share a map, others with maps of their own, and rotations in between."""
    wanted = [[f"c{n}" for n in range(start, start + 30)] for start in range(0, 60, 5)]

    def give(nth: int) -> dict[str, str]:
        shared = made if nth % 2 else again(made)
        if nth % 5 == 0:
            shared.rotate()
        return dict(zip(wanted[nth], shared.given("customer", wanted[nth]), strict=True))

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(give, range(len(wanted))))
    stands = {one: again(made).known("customer", one) for each in found for one in each}

    assert all(stands[one] == pseudonym for each in found for one, pseudonym in each.items())
    assert len(set(stands.values())) == len(stands) == 85


def test_a_rotation_keeps_what_was_given_and_gives_others_anew(made, tmp_path):
    """Who comes after it has another pseudonym than they would have had."""
    before, would_be = made.given("customer", WHO), made.given("customer", ["4713"], is_kept=False)
    old = (tmp_path / FOLDER / "shop.key").read_text()
    other = again(made)
    other.given("customer", WHO)
    assert made.rotate() == 2

    for each in (made, other, again(made)):
        assert each.given("customer", WHO) == before
        assert each.given("customer", ["4713"]) != would_be
    assert old.strip() not in (tmp_path / FOLDER / "shop.key").read_text()


@pytest.mark.parametrize("writes_before_it_dies", [1, 2, 3, 4])
def test_a_rotation_that_was_killed_loses_nothing(made, monkeypatch, writes_before_it_dies):
    """Whichever key the map is of is the key; the next one that writes lets go of the other."""
    before, whole, n = made.given("customer", WHO), pseudonym_map.write_whole, 0

    def dies(*given: object) -> object:
        nonlocal n
        n += 1
        if n > writes_before_it_dies:
            raise KeyboardInterrupt
        return whole(*given)

    with monkeypatch.context() as broken:
        broken.setattr(pseudonym_map, "write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            made.rotate()
    found = again(made)

    assert found.given("customer", WHO) == before
    found.given("customer", ["4713"])
    assert len((made.map.parent / "shop.key").read_text().split()) == 1
    assert again(made).given("customer", WHO) == before


def test_a_line_that_a_killed_process_left_unfinished_is_cut_off(made):
    """What was whole stays, and what comes after it is read."""
    with made.map.open("ab") as file:
        file.write(b"aGFsZiBhIGxpbmU")
    found = again(made)
    (new,) = found.given("customer", ["4713"])

    assert again(made).meant(new) == ("customer", "4713")
    assert again(made).meant(made.given("customer", WHO)[0]) == ("customer", "4711")


@pytest.mark.parametrize("left", [1, 2])
def test_a_map_that_was_cut_is_damage_in_every_process_and_no_rotation_covers_it(made, left):
    """To its first line or by its last one, whether somebody read it before; nothing is given or written meanwhile."""
    made.given("customer", ["4713"])
    lines = made.map.read_bytes().splitlines(keepends=True)
    made.map.write_bytes(b"".join(lines[:left]))

    for found in (made, again(made)):
        for does in (found.entries, lambda found=found: found.given("customer", ["4714"]), found.rotate, found.entries):
            with pytest.raises(PseudonymError, match=r"was cut, or is not the one it was\. Restore it with the keys"):
                does()
    assert made.map.read_bytes() == b"".join(lines[:left])
    made.map.write_bytes(b"".join(lines))
    assert made.known("customer", "4713") == again(made).known("customer", "4713") is not None


def test_an_end_that_is_lost_is_damage_and_one_that_a_killed_process_did_not_write_is_none(made, monkeypatch):
    """The line is there before the end that tells of it."""

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(pseudonym_map, "write_whole", dies)
        with pytest.raises(KeyboardInterrupt):
            made.given("customer", ["4713"])
    assert again(made).known("customer", "4713") is not None
    again(made).given("customer", ["4714"])
    (made.map.parent / "shop.end").unlink()

    with pytest.raises(PseudonymError, match="was cut, or is not the one it was"):
        again(made).entries()


def test_key_and_map_hold_nobody_in_the_clear_and_are_their_owners_alone(made):
    """No value stands in either, in any form that a search finds."""
    for path in made.map.parent.iterdir():
        assert not any(one.encode() in path.read_bytes() for one in WHO)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(("lost", "words"), [("key", "the key of pseudonyms"), ("map", "the map of pseudonyms")])
def test_a_lost_half_is_said_and_never_replaced(made, lost, words):
    """Not when it is asked, and not when somebody would make it."""
    (made.map.parent / f"shop.{lost}").unlink()

    with pytest.raises(PseudonymError, match=f"Expected {words} at .*, found none.* Restore it with the keys"):
        again(made).given("customer", WHO)


def test_a_map_that_was_changed_or_is_of_another_key_is_refused(made, tmp_path):
    """Lines in another order, a line of another company, another key."""
    made.given("customer", ["4713"])
    header, one, other = made.map.read_bytes().splitlines(keepends=True)
    made.map.write_bytes(header + other + one)
    with pytest.raises(PseudonymError, match="was changed in line 2"):
        again(made).given("customer", WHO)
    made.map.write_bytes(header + one + other)
    key = made.map.parent / "shop.key"
    key.write_text(f"{os.urandom(32).hex()}\n")
    with pytest.raises(PseudonymError, match="is of another key"):
        again(made).given("customer", WHO)
    key.write_text("no key\n")
    with pytest.raises(PseudonymError, match="found something else"):
        again(made).known("customer", "4711")
