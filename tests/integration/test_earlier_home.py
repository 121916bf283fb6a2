"""A home as an earlier Tenure left it: a small company whose models serve, and a day that was scored and signed."""

import tarfile
from pathlib import Path

import pytest

from home.opening import Use, open_home
from home.upgrade import NOTE_FORMAT, STEPS, plan
from provenance.answer import answer
from provenance.held import look
from provenance.history import read_history
from provenance.replay import replay
from provenance.roll_up import roll_up
from tests.simulated_company.premises import AS_OF, MODELS, Premises

pytestmark = pytest.mark.slow
# Keys, MLflow, Dagster and what is made again are left out of it: nothing below reads them.
FORMAT_1 = Path(__file__).parents[1] / "homes" / "format_1.tar.xz"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Premises:
    """That home, opened as `tenure upgrade` opens it."""
    premises = Premises(tmp_path_factory.mktemp("earlier"))
    premises.settings.home.mkdir()
    with tarfile.open(FORMAT_1) as archive:
        archive.extractall(premises.settings.home, filter="data")
    for _, step in plan(premises.settings, (*STEPS, NOTE_FORMAT)):
        step.do(premises.settings)
    assert open_home(premises.settings, Use.CHANGES) == ()
    return premises


def test_its_log_is_proved_and_its_signed_days_hold(opened: Premises) -> None:
    """Every record, every byte of the packages that serve, and every scored day against its signature."""
    report = opened.workplace.promotions.history()
    held = look(opened.workplace, tell=lambda _: None)

    assert (report.is_sound, report.n_records, report.n_witnessed) == (True, 13, 13)
    assert held.faults == ()


def test_its_scores_are_walked_back_to_the_bytes_received(opened: Premises) -> None:
    """Each step verified, as on the day before the upgrade."""
    rows = opened.rows("lapse_28d/scores", AS_OF)
    assert rows is not None

    found = answer(opened.workplace, "lapse_28d", rows["customer_id"][0].as_py(), AS_OF).trace

    assert len(found.steps) > 10
    assert [step.title for step in found.steps if not step.verified] == []


@pytest.mark.parametrize("model", MODELS)
def test_its_scores_are_made_again_to_the_bit(opened: Premises, model: str) -> None:
    """By the features and the model of today's code."""
    found = replay(opened.workplace, opened.workplace.project.model(model), AS_OF)

    assert (found.is_equal, found.differences) == (True, ())


def test_its_history_is_whole_once_it_is_rolled_up_as_rows_are_now(opened: Premises) -> None:
    """No day changes by that: delivered scores stay as they are, and what they were made from stays what it was."""
    commit = roll_up(opened.workplace)
    history = read_history(opened.workplace)

    assert commit.changed == ()
    assert (history.latest_landed, history.holes, history.behind) == (AS_OF, frozenset(), frozenset())
