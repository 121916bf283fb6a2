"""Training under consent: whom a model learns from, and what is said where nobody, or too few, are left."""

from dataclasses import replace
from datetime import timedelta

import pyarrow.compute as pc
import pytest

from provenance.inputs_again import read_by
from provenance.training_rows import stacked
from tenure.errors import ConsentError
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import TrainingSet
from tests.consenting import CONSENTS, ConsentingOffice, asking_of
from tests.office import DAY, LEARNT, MODEL, Office

NEXT, LATER = DAY + timedelta(days=1), DAY + timedelta(days=2)


@pytest.fixture
def asking(office: Office) -> ConsentingOffice:
    """Most have consented."""
    return asking_of(office)


def test_training_learns_from_whoever_had_consented_by_each_snapshot(asking):
    """As known then; the evidence counts who was left out and why."""
    place, spec = asking.workplace, asking.workplace.project.model(MODEL)
    asking.hear("no", asking.customers[5:6], on=LEARNT[1])
    made = learnt_from(asking, spec)
    rows = made.rows

    assert not set(rows["customer_id"].to_pylist()) & set(asking.customers[:3])
    own = rows.filter(pc.equal(rows["customer_id"], asking.customers[5]))["day"].to_pylist()
    assert own == [*LEARNT[:2]]
    assert made.consent is not None
    assert (made.consent.n_kept, made.consent.n_withdrawn) == (rows.num_rows, 1)
    assert made.consent.n_without_record >= 3
    assert place.project.consents is not None


def test_whoever_left_by_the_day_of_training_may_be_left_out_of_all_snapshots(asking):
    """Where the company says so: stricter than consent at each snapshot."""
    here = replace(asking, consents=replace(CONSENTS, leaves_training=True))
    here.hear("no", here.customers[5:6], on=LEARNT[1])
    made = learnt_from(here, here.workplace.project.model(MODEL))

    assert here.customers[5] not in set(made.rows["customer_id"].to_pylist())
    assert made.consent is not None
    assert made.consent.asks_again


def test_a_training_of_which_consent_leaves_nobody_says_so(office):
    """With how many are missing for which reason."""
    here = ConsentingOffice(office.home, office.now)

    with pytest.raises(ConsentError, match=r"nobody of its population of \d+ may be used for 'letters'"):
        learnt_from(here, here.workplace.project.model(MODEL))


def test_a_training_of_which_consent_leaves_too_few_rows_says_so(asking):
    """With how many are left, and how many its trees need."""
    with pytest.raises(ConsentError, match=r"would be fitted on \d+ rows, .* its trees need 400 at least"):
        learnt_from(asking, asking.workplace.project.model(MODEL), leaves_of=200)


def learnt_from(office: ConsentingOffice, spec: Model, *, leaves_of: int = 5) -> TrainingSet:
    """The training set of three snapshots, as training makes it for a model with leaves of so many rows."""
    spec = replace(spec, parameters=replace(spec.parameters, min_data_in_leaf=leaves_of))
    place, split = office.workplace, SnapshotSplit(fit=LEARNT[:1], calibration=LEARNT[1:2], test=LEARNT[2:], test_known_until=DAY)
    histories = {name: place.lake.open(name) for name in read_by(place.project)}
    return stacked(place.project, spec, split, place.lake.open("features"), histories, ())
