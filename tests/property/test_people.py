"""The ledger of people against a slow and obviously right reading: who is one person on every day, whatever came when."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from provenance.people import found_in
from tenure.errors import PeopleError
from tenure.people import People, identifier
from tenure.people.deciding import keep_apart, kept_together, merge, split, undo, waiting
from tenure.people.ledger import Did, Entry, Ledger
from tenure.people.who_is import spans_of, who_is
from tests.long_runs import IS_LONG

FIRST = date(2020, 1, 1)
DAYS = tuple(FIRST + timedelta(days=n) for n in range(6))
SHARED_BY = 3
PEOPLE = People(
    identifier("card", "accounts.card", shared_by=SHARED_BY), identifier("device", "accounts.device", shared_by=SHARED_BY)
)
NAMES = {"accounts": "rows"}
# What a batch of a day says: an id, its card and its device; few values, so that many are shared and some by too many.
Row = tuple[str, str | None, str | None]
few = st.sampled_from(("a", "b", "c", "d", None))
row = st.tuples(st.sampled_from([f"id{n}" for n in range(9)]), few, st.sampled_from(("x", "y", "z", None)))
batches = st.dictionaries(st.sampled_from(DAYS), st.lists(row, max_size=5), min_size=1)
EXAMPLES = 400 if IS_LONG else 25
# A world that fails is shown as it was drawn: to find a smaller one takes minutes.
quick = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)


def looked_at(ledger: Ledger, batches: Mapping[date, Sequence[Row]]) -> Ledger:
    """The ledger once it has taken up these batches."""
    rows = [(day, *told) for day, batch in batches.items() for told in batch]
    names = ("day", "customer_id", "card", "device")
    kinds = (pa.date32(), pa.string(), pa.string(), pa.string())
    columns = {
        name: pa.array([one[place] for one in rows], kind) for place, (name, kind) in enumerate(zip(names, kinds, strict=True))
    }
    connection = _database()
    connection.register("rows", pa.table(columns))
    return ledger.with_rows(found_in(connection, PEOPLE, NAMES, ledger))


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all worlds: opening one takes longer than computing in it."""
    return duckdb.connect(config={"threads": "1"})


def components(ids: Sequence[str], links: Sequence[tuple[str, str]], places: Mapping[str, int]) -> dict[str, str]:
    """Of each id the first of all that links lead to."""
    found = {}
    for one in ids:
        reached, waiting = {one}, [one]
        while waiting:
            at = waiting.pop()
            new = {b if a == at else a for a, b in links if at in (a, b)} - reached
            reached |= new
            waiting.extend(new)
        found[one] = min(reached, key=lambda each: places[each])
    return found


def by_entries(ledger: Ledger, day: date) -> dict[str, str]:
    """Who is who on a day, from the entries alone: merges that stand, are known and were not ended."""
    gone: set[int] = set()
    for entry in reversed(ledger.entries):
        if entry.did is Did.UNDONE and entry.number not in gone:
            gone |= set(entry.of)
    stand = [entry for entry in ledger.entries if entry.number not in gone and entry.day <= day]
    ended = {one for entry in stand if entry.did is Did.SPLIT for one in entry.of}
    links = [(e.customer_id, e.with_id) for e in stand if e.did is Did.MERGED and e.number not in ended]
    return components(*_given(ledger, links))


def by_values(ledger: Ledger, batches: Mapping[date, Sequence[Row]], day: date) -> dict[str, str]:
    """Who is who on a day, from the rows alone: everybody who shares a value that not too many have by then."""
    links = []
    for column in (1, 2):
        holders: dict[str, set[str]] = {}
        for known, batch in batches.items():
            for told in batch if known <= day else ():
                if told[column] is not None:
                    holders.setdefault(told[column], set()).add(told[0])
        links += [(min(those), one) for those in holders.values() if len(those) <= SHARED_BY for one in those]
    return components(*_given(ledger, links))


def _given(ledger: Ledger, links: list[tuple[str, str]]) -> tuple[list[str], list[tuple[str, str]], dict[str, int]]:
    places = dict(zip(ledger.given["customer_id"].to_pylist(), ledger.given["number"].to_pylist(), strict=True))
    return list(places), links, places


def by_spans(ledger: Ledger, day: date) -> dict[str, str]:
    """Who is who on a day, by the spans that snapshots read."""
    named = {
        row["customer_id"]: row["person_id"]
        for row in spans_of(ledger).to_pylist()
        if row["since"] <= day and (row["until"] is None or day < row["until"])
    }
    return {one: named.get(one, one) for one in ledger.given["customer_id"].to_pylist()}


@quick
@given(batches)
def test_who_is_one_person_is_what_values_say_as_they_are_known_on_the_day(told):
    """Values that too many share count until they do, and from then on no more."""
    ledger = looked_at(Ledger.of(None), told)

    for day in DAYS:
        assert by_spans(ledger, day) == by_entries(ledger, day) == by_values(ledger, told, day)


@quick
@given(batches)
def test_days_taken_up_one_by_one_and_all_at_once_are_one_ledger(told):
    """So the same deliveries give the same entries, and nothing on a day rests on a later one."""
    one_by_one, so_far = Ledger.of(None), {}
    for day in sorted(told):
        so_far[day] = told[day]
        one_by_one = looked_at(one_by_one, so_far)

    assert one_by_one.rows.equals(looked_at(Ledger.of(None), told).rows)


@quick
@given(st.lists(batches, min_size=2, max_size=5), st.data())
def test_deliveries_and_decisions_in_any_order_keep_what_stands_and_say_what_changes(deliveries, data):
    """Late batches, merges, splits and what is undone: entries stay, spans are what entries say, no name changes unrecorded."""
    ledger, told = Ledger.of(None), {}
    for delivery in deliveries:
        for day, batch in delivery.items():
            told.setdefault(day, []).extend(batch)
        before = ledger
        ledger = looked_at(ledger, told)
        _check_kept(before, ledger)
        assert looked_at(ledger, told).rows.equals(ledger.rows)
        for _ in range(data.draw(st.integers(0, 2))):
            before = ledger
            ledger = _decided(ledger, data)
            _check_kept(before, ledger)
            assert {_of(e) for e in waiting(looked_at(ledger, told))} >= {_of(e) for e in waiting(ledger)} - {None}


@quick
@given(batches, st.data())
def test_what_is_undone_gives_every_day_of_before(told, data):
    """A decision and its undoing, or a merge by rules: every day is as if it had never been."""
    ledger = looked_at(Ledger.of(None), told)
    decided = _decided(ledger, data, what=("merge", "split"))
    if decided is not ledger:
        back = decided
        for number in range(ledger.next_number, decided.next_number):
            back = back.with_entries([undo(back, number, reason="wrong", by="s1")])

        assert spans_of(back).equals(spans_of(ledger))
    for merged in (entry for entry in ledger.entries if entry.did is Did.MERGED):
        taken = ledger.with_entries([undo(ledger, merged.number, reason="wrong", by="s1")])
        never = Ledger(pa.concat_tables([ledger.rows.slice(0, merged.number), ledger.rows.slice(merged.number + 1)]))

        assert spans_of(taken).equals(spans_of(never))
        again = looked_at(taken, told)
        pair = (merged.customer_id or "", merged.with_id or "")
        is_one = {day: len({who_is(taken, one, day) for one in pair}) == 1 for day in DAYS}

        # Where other ids join the two, that was so before; rules add nothing that joins them.
        assert {day: len({who_is(again, one, day) for one in pair}) == 1 for day in DAYS} == is_one


def test_whoever_stays_when_the_first_id_is_split_off_is_one_person_still():
    """All of a value are linked with its first holder; without it the others are held together by the decision, for good."""
    told = {DAYS[0]: [("id0", "a", None), ("id1", "a", None), ("id2", "a", None)]}
    ledger = looked_at(Ledger.of(None), told)
    entry = split(ledger, ["id0"], day=DAYS[2], reason="a clerk", by="s1")
    decided = ledger.with_entries([entry, *kept_together(ledger, entry)])

    assert [by_spans(decided, day)["id2"] for day in DAYS[1:4]] == ["id0", "id1", "id1"]
    assert looked_at(decided, told).rows.equals(decided.rows)
    assert kept_together(ledger, split(ledger, ["id2"], day=DAYS[2], reason="a clerk", by="s1")) == ()


def _of(entry: Entry | None) -> tuple[str, ...] | None:
    return None if entry is None else tuple(sorted((entry.customer_id or "", entry.with_id or "")))


def _decided(ledger: Ledger, data: st.DataObject, what: Sequence[str] = ("merge", "split", "apart", "undo")) -> Ledger:
    """The ledger with one decision, where one can be made of what was drawn."""
    ids = ledger.given["customer_id"].to_pylist()
    if len(ids) < 2:
        return ledger
    day, said = data.draw(st.sampled_from(DAYS)), {"reason": "asked", "by": "s1"}
    one, other = data.draw(st.lists(st.sampled_from(ids), min_size=2, max_size=2, unique=True))
    which = data.draw(st.sampled_from(what))
    try:
        if which == "merge":
            entry = merge(ledger, one, other, day=day, **said)
        elif which == "split":
            entry = split(ledger, [one], day=day, **said)
            return ledger.with_entries([entry, *kept_together(ledger, entry)])
        elif which == "apart":
            entry = keep_apart(ledger, one, other, day=day, **said)
        else:
            entry = undo(ledger, data.draw(st.integers(0, ledger.next_number - 1)), **said)
    except PeopleError:
        return ledger
    return ledger.with_entries([entry])


def _check_kept(before: Ledger, after: Ledger) -> None:
    """Entries stay as they were; spans are what entries say; whoever is called otherwise has a new entry that says why."""
    assert after.rows.slice(0, before.next_number).equals(before.rows)
    new = [entry for entry in after.entries if entry.number >= before.next_number]
    for day in DAYS:
        now = by_spans(after, day)
        assert now == by_entries(after, day)
        changed = {one for one, person in by_spans(before, day).items() if now[one] != person}
        assert not changed or any(entry.did is not Did.WAITS for entry in new)


def test_a_decision_needs_a_reason_and_ids_that_are_known():
    """Nobody is told values of others."""
    ledger = looked_at(Ledger.of(None), {FIRST: [("id1", "a", None), ("id2", "a", None), ("id3", None, None)]})

    with pytest.raises(PeopleError, match="needs a reason"):
        merge(ledger, "id1", "id3", day=FIRST, reason=" ", by="s1")
    with pytest.raises(PeopleError, match="1 of the 2 ids were never given"):
        merge(ledger, "id1", "who", day=FIRST, reason="asked", by="s1")
    with pytest.raises(PeopleError, match="one person as of 2020-01-01 already"):
        merge(ledger, "id1", "id2", day=FIRST, reason="asked", by="s1")
