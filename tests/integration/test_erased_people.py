"""People of several ids, erased: all ids go whichever is named, the ledger of everybody else stays, and so do their features."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from adapters.tables import FEATURES_TABLE
from governance.doors.demonstration import REVIEWERS, demo_key, found_demo_trust
from home.workplace import Workplace
from provenance.erasing import erase
from provenance.holdings import all_ids
from provenance.people import keep_people, open_ledger
from provenance.people_decided import decide_signed
from provenance.people_signed import decisions_held
from provenance.roll_up import roll_up_all
from provenance.snapshots import ensure_snapshots
from tenure.people.deciding import merge, split
from tenure.people.ledger import Entry
from tenure.people.who_is import ids_of
from tests.integration.test_erasing import found_in
from tests.integration.test_people import DAYS, PROJECT, SAID, TOLD, land
from tests.shop import NOW, settings_at

pytestmark = pytest.mark.slow
# Ids that stand in no file by chance.
NAMED = {who: f"k{n}-4711-{who[::-1]}" for n, who in enumerate(sorted({who for _, who, *_ in TOLD}))}
ANN, ANN_2, BOB, BOB_2, CAT, DAN = (NAMED[who] for who in ("ann", "ann-2", "bob", "bob-2", "cat", "dan"))


@pytest.fixture
def place(tmp_path: Path) -> Workplace:
    """A pool whose people are known; one pair was merged by hand, one id moved out, each signed."""
    made = Workplace(PROJECT, settings_at(tmp_path), clock=lambda: NOW)
    found_demo_trust(made.settings, PROJECT.name, made.clock)
    land(made, DAYS, [(day, NAMED[who], mail, number, visited) for day, who, mail, number, visited in TOLD])
    roll_up_all(made)
    keep_people(made)
    said = {**SAID, "by": REVIEWERS[0]}
    by_hand(made, merge(open_ledger(made).ledger, CAT, DAN, day=DAYS[7], **said))
    by_hand(made, split(open_ledger(made).ledger, [DAN], day=DAYS[10], **said))
    ensure_snapshots(made, DAYS[6:])
    return made


def by_hand(place: Workplace, entry: Entry) -> None:
    """Enter what a reviewer decided, signed."""
    decide_signed(place, open_ledger(place), [entry], demo_key(place.settings, REVIEWERS[0]))


def gone(place: Workplace, *ids: str) -> frozenset[str]:
    """Erase the people that ids are of; returns all of their ids."""
    of_people = all_ids(place, ids)
    keys = {name: demo_key(place.settings, name) for name in REVIEWERS}
    erase(place, of_people, n_people=len(ids), reason="asked for", signers=keys)
    return of_people


def features_of_others(place: Workplace, ids: Collection[str]) -> pa.Table:
    """Features of all days, without those of some."""
    rows = place.lake.rows(FEATURES_TABLE)
    assert rows is not None
    kept = rows.filter(pc.invert(pc.is_in(rows["customer_id"], pa.array(sorted(ids), pa.string()))))
    return kept.sort_by([("day", "ascending"), ("customer_id", "ascending")]).combine_chunks()


def test_any_id_takes_all_of_the_person_and_nothing_of_others(place):
    """Whichever id is named; numbers, days and the entries of others are those of before, and features are not made otherwise."""
    before, features = open_ledger(place).ledger, features_of_others(place, {ANN, ANN_2})
    assert all_ids(place, [ANN]) == all_ids(place, [ANN_2]) == {ANN, ANN_2}
    taken = gone(place, ANN_2)

    assert taken == {ANN, ANN_2}
    assert found_in(place.settings.home, ANN, ANN_2) == []
    after = open_ledger(place).ledger
    is_other = [not {row["customer_id"], row["with_id"]} & taken for row in before.rows.to_pylist()]
    assert after.rows.filter(pa.array(is_other)).equals(before.rows.filter(pa.array(is_other)))
    assert after.rows.select(["number", "day", "did"]).equals(before.rows.select(["number", "day", "did"]))
    assert not all(is_other)
    assert features_of_others(place, set()).equals(features)
    assert keep_people(place).changed == ()
    ensure_snapshots(place, DAYS[6:])
    assert features_of_others(place, set()).equals(features)
    assert decisions_held(place).faults == ()


def test_an_id_that_a_split_gave_to_somebody_else_stays(place):
    """Of a pair that was one for a while, one goes; the other keeps rows, decisions and group, and nothing comes back."""
    assert gone(place, DAN) == {DAN}
    assert gone(place, BOB) == {BOB}

    assert found_in(place.settings.home, DAN, BOB) == []
    ledger = open_ledger(place).ledger
    assert (ids_of(ledger, BOB_2, date.max), ids_of(ledger, CAT, date.max)) == ((BOB_2,), (CAT,))
    assert sum(entry.is_erased for entry in ledger.entries) == 3
    assert decisions_held(place).faults == ()
    assert keep_people(place).changed == ()
