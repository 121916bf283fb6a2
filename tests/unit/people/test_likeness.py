"""Records that look alike: who is merged, who is asked about, and what five deliveries change."""

from itertools import pairwise

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.identity import FEBRL, HOUSEHOLDS, delivered, febrl, found, households, ledger_of
from tenure.errors import SpecError
from tenure.people import Likeness, code, date_of_birth, given_name, postcode, surname
from tenure.people.comparisons import Verdict, verdict
from tenure.people.ledger import Did, Ledger
from tenure.people.who_is import groups_on
from tenure.simulation.households import Households

LIKENESS = Likeness(given_name("a.given"), surname("a.surname"), date_of_birth("a.born"), postcode("a.postcode"))
FIVE = (0.8, 0.04, 0.04, 0.04, 0.04, 0.04)


@pytest.mark.slow
@pytest.mark.parametrize("which", [3, 4])
def test_febrl_is_linked_by_the_defaults(which):
    """Pairs of FEBRL 3 and 4 are found with a precision of 0.99 at a recall of 0.90, with nothing set."""
    rows, truth = febrl(which)

    each = found(ledger_of(FEBRL, delivered(rows)), truth)

    assert each.precision >= 0.99
    assert each.recall >= 0.90


@pytest.mark.slow
def test_families_twins_and_namesakes_stay_apart():
    """In a population with families at one address, precision and recall hold by the same defaults."""
    rows, truth = households(Households(people=4_000, seed=11))

    each = found(ledger_of(HOUSEHOLDS, delivered(rows)), truth)

    assert each.precision >= 0.99
    assert each.recall >= 0.90


@pytest.fixture(scope="module")
def by_day() -> tuple[pa.Table, list[Ledger]]:
    """Accounts in six deliveries, and the ledger after each."""
    rows = delivered(households(Households(people=1_200, seed=5))[0], FIVE)
    ledgers, ledger = [], Ledger.of(None)
    for day in sorted(set(rows["day"].to_pylist())):
        so_far = rows.filter(pc.less_equal(rows["day"], pa.scalar(day)))
        ledger = ledger_of(HOUSEHOLDS, so_far, ledger, since=day)
        ledgers.append(ledger)
    return rows, ledgers


@pytest.mark.slow
def test_equal_deliveries_make_equal_ledgers(by_day):
    """Landed in one run or day by day, the entries are the same, probabilities to the last bit."""
    rows, ledgers = by_day

    whole = ledger_of(HOUSEHOLDS, rows)

    assert whole.rows.equals(ledgers[-1].rows)
    assert {entry.did for entry in whole.entries} == {Did.ESTIMATED, Did.MERGED, Did.WAITS}


@pytest.mark.slow
def test_nobody_is_renamed_without_an_entry_of_that_day(by_day):
    """Of twenty percent more records in five deliveries, who somebody is changes only where an entry of that day is of them."""
    rows, ledgers = by_day
    days = sorted(set(rows["day"].to_pylist()))
    ids = rows["customer_id"].to_pylist()
    n_changes = 0
    for before, after in pairwise(days):
        was, is_now = groups_on(ledgers[-1], before), groups_on(ledgers[-1], after)
        spoken = {
            one
            for entry in ledgers[-1].entries
            if entry.day == after and entry.did in (Did.MERGED, Did.SPLIT)
            for id_ in (entry.customer_id, entry.with_id)
            if id_
            for one in is_now.members(id_)
        }
        changed = {one for one in ids if was.person(one) != is_now.person(one)}
        n_changes += len(changed)

        assert changed <= spoken
    for earlier, day in zip(ledgers, days, strict=True):
        was, is_now = groups_on(earlier, day), groups_on(ledgers[-1], day)

        assert all(was.person(one) == is_now.person(one) for one in ids)
    assert n_changes > 0


def test_below_so_many_ids_nobody_is_compared():
    """Before what an agreement counts can be estimated, likeness says nothing."""
    rows, _ = households(Households(people=50))

    assert ledger_of(HOUSEHOLDS, delivered(rows)).entries == ()


@pytest.mark.parametrize(
    ("given", "born", "follows"),
    [
        ("equal", "equal", Verdict.MERGE),
        ("near", "alike", Verdict.MERGE),
        ("untold", "equal", Verdict.MERGE),
        ("equal", "untold", Verdict.MERGE),
        ("different", "equal", Verdict.ASK),
        ("equal", "different", Verdict.ASK),
        ("untold", "near", Verdict.ASK),
        ("different", "untold", Verdict.NOTHING),
        ("untold", "untold", Verdict.NOTHING),
        ("alike", "alike", Verdict.NOTHING),
    ],
)
def test_a_surname_and_a_home_merge_nobody(given, born, follows):
    """What tells people of one household apart must agree, and may not speak against it."""
    agree = {"given_name": given, "surname": "equal", "date_of_birth": born, "home": "place or postcode"}

    assert verdict(LIKENESS, agree) is follows


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda: Likeness(postcode("a.p"), surname("a.s"), surname("b.s")), "twice"),
        (lambda: Likeness(postcode("a.p")), "two traits or more"),
        (lambda: Likeness(surname("a.s"), postcode("a.p"), merge_from=0.8), "ask_from"),
        (lambda: Likeness(surname("surname"), postcode("a.p")), "source.column"),
        (lambda: code("Tax-ID", "a.tax"), "lower-case"),
    ],
)
def test_a_likeness_that_says_too_little_is_refused(made, words):
    """What is declared wrongly is said in words."""
    with pytest.raises(SpecError, match=words):
        made()
