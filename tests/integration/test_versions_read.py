"""Which versions of the lake a training set was read from: what the card prints is what training read."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from adapters.lake import connect
from adapters.tables import FEATURES_TABLE, validated_table
from assets.decision import source_facts
from assets.training_set import build
from governance.rules.policy import EVIDENCE
from home.workplace import Workplace
from tenure.evidence import Evidence
from tenure.history.roll_up import KEY
from tenure.training_set import TrainingSet
from tests import company
from tests.premises import AS_OF, Premises


@pytest.fixture
def premises(established: Premises, tmp_path: Path) -> Premises:
    """A copy that may be changed."""
    return established.copy(tmp_path)


def trained_on(workplace: Workplace) -> TrainingSet:
    """The training set of a model, made anew."""
    return build(workplace, workplace.project.model(company.PROPENSITY), AS_OF)


def change(workplace: Workplace, table: str, key: tuple[str, ...]) -> int:
    """Commit a change of the table's last day; return the new version."""
    lake = workplace.lake
    day = lake.days(table)[-1]
    rows = lake.read(table, connect(), days=[day])
    assert rows is not None
    fewer = rows.to_pyarrow().slice(1)
    return lake.replace_days(lake.open(table), fewer, days=[day], key=key, note={"table": table}).version


def test_a_training_set_records_the_versions_that_it_was_read_from(premises: Premises) -> None:
    """Every table by its version at that moment."""
    workplace = premises.workplace
    made, lake = trained_on(workplace), workplace.lake

    assert dict(made.history_versions) == {name: lake.open(name).version for name in company.ROLL_UPS}
    assert made.features_version == lake.open(FEATURES_TABLE).version >= 0
    assert dict(made.source_versions) == {s.name: lake.open(validated_table(s)).version for s in workplace.project.sources}


def test_what_is_committed_after_training_is_not_printed_as_read(premises: Premises) -> None:
    """A decision taken after another delivery names the versions of the training set, not the latest."""
    workplace = premises.workplace
    made = trained_on(workplace)
    lines = workplace.project.source(company.LINES)
    latest = change(workplace, validated_table(lines), lines.key)
    read = dict(made.source_versions)[lines.name]

    assert change(workplace, company.DAILY, KEY) > dict(made.history_versions)[company.DAILY]
    assert latest > read
    assert source_facts(workplace, lines, made).lake_version == read


def test_the_evidence_of_a_candidate_names_what_its_training_set_read(premises: Premises) -> None:
    """From the stage's record to the package, through the real assets."""
    workplace = premises.workplace
    champion = workplace.promotions.champion(workplace.project.name, company.PROPENSITY)
    data = TypeAdapter(Evidence).validate_json(champion.file(EVIDENCE)).data
    table = workplace.lake

    assert dict(data.history_versions) == {name: table.open(name).version for name in company.ROLL_UPS}
    assert data.features_version <= table.open(FEATURES_TABLE).version
    assert {s.name: s.lake_version for s in data.sources} == {
        source.name: table.open(validated_table(source)).version for source in workplace.project.sources
    }
