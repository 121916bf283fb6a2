"""A home as an earlier Tenure left it: a small company whose models serve, and a day that was scored and signed."""

import tarfile
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.evaluation import champion_on_test
from assets.scores import score_days
from assets.training_set import build
from cli.upgrade import OTHERS
from home.format import FORMAT
from home.opening import Use, open_home
from home.upgrade import NOTE_FORMAT, STEPS, plan
from home.workplace import Workplace
from provenance.answer import answer
from provenance.held import look
from provenance.history import read_history
from provenance.rebuild import rebuild
from provenance.replay import replay
from provenance.snapshots import make_snapshots
from tenure.errors import PackageError, TraceError
from tenure.project import Project
from tenure.scoring import open_scorer
from tests.homes.simulated_company.project import AS_OF, PROJECT
from tests.premises import Premises

pytestmark = pytest.mark.slow
# Keys, MLflow, Dagster and what is made again are left out of it: nothing below reads them.
FORMAT_1 = Path(__file__).parents[1] / "homes" / "format_1.tar.xz"
# Of the code that trained its models.
COMMIT = "741a733976f465965985618a8f9defc5de99e7c3"
EVERY_STEP = (*STEPS, *OTHERS, NOTE_FORMAT)


class Grocers(Premises):
    """Its premises, which are not those of the company that other tests stand on."""

    @property
    def project(self) -> Project:
        """As it was declared then, as far as anybody reads it."""
        return PROJECT


@dataclass(frozen=True)
class Opened:
    """The home once it is opened, and what was said before that."""

    premises: Premises
    words: tuple[str, ...]

    @property
    def workplace(self) -> Workplace:
        """Today's code at its places."""
        return self.premises.workplace


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """That home, opened as `tenure upgrade` opens it."""
    premises = Grocers(tmp_path_factory.mktemp("earlier"))
    premises.settings.home.mkdir()
    premises.delivered.mkdir()
    with tarfile.open(FORMAT_1) as archive:
        archive.extractall(premises.settings.home, filter="data")
    settings = replace(premises.settings, projects=(FORMAT_1.parent,))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adapters.project_folders.load_folder", lambda *_: premises.project)
        steps = plan(settings, EVERY_STEP)
        for _, step in steps:
            step.do(settings)
    open_home(premises.settings, Use.CHANGES)
    return Opened(premises, tuple(words for words, _ in steps))


def test_it_is_said_beforehand_what_is_rolled_up_and_which_champions_score_no_more(opened: Opened) -> None:
    """Before anybody agrees, so that nobody learns it in the morning."""
    rolled_up, champions, last = opened.words[-3:]

    assert rolled_up.startswith("Roll up 231 days of simulated_company")
    named = ", ".join(f"simulated_company.{model}" for model in sorted(spec.name for spec in PROJECT.models))
    assert champions.startswith(
        f"Score no more with the champions of {named}: they read features that are defined otherwise now."
    )
    assert last.startswith(f"Note that the home has format {FORMAT}")


def test_its_log_is_proved_and_its_signed_days_hold(opened: Opened) -> None:
    """Every record, every byte of the packages that serve, and every scored day against its signature."""
    report = opened.workplace.promotions.history()
    held = look(opened.workplace, tell=lambda _: None)

    assert (report.is_sound, report.n_records, report.n_witnessed) == (True, 13, 13)
    assert held.faults == ()


def test_its_scores_are_walked_back_to_the_bytes_received(opened: Opened) -> None:
    """Each step verified, as on the day before the upgrade."""
    rows = opened.premises.rows("lapse_28d/scores", AS_OF)
    assert rows is not None

    found = answer(opened.workplace, "lapse_28d", rows["customer_id"][0].as_py(), AS_OF).trace

    assert len(found.steps) > 10
    assert [step.title for step in found.steps if not step.verified] == []


def test_its_scores_are_made_again_of_the_features_that_were_kept(opened: Opened) -> None:
    """Features are defined otherwise by now, so those of then are held against what the scores name, and said to be kept.

    Its scores hold what one processor made of a logarithm: another makes the same but for last digits.
    """
    found = replay(opened.workplace, opened.workplace.project.model("lapse_28d"), AS_OF)

    assert found.is_equal, found.differences
    assert found.are_features_kept
    assert found.n_rows == found.n_delivered > 100


def test_its_history_is_whole_and_what_it_was_rolled_up_into_before_stays(opened: Opened) -> None:
    """New roll-ups are made of the rows that validation kept; signed days rest on the earlier one."""
    history, lake = read_history(opened.workplace), opened.workplace.lake

    assert (history.latest_landed, history.holes, history.behind) == (AS_OF, frozenset(), frozenset())
    assert lake.days("daily/purchase") == lake.days("activity")


def test_its_champion_scores_nothing_of_today_and_a_successor_is_held_against_none(opened: Opened, tmp_path: Path) -> None:
    """The table keeps the columns that it reads, which hold nothing on newer days; nothing is no input."""
    place = opened.premises.copy(tmp_path).workplace
    spec = place.project.model("lapse_28d")
    found = place.promotions.champion_to_beat(place.project.name, spec.name)
    assert found is not None
    scorer = open_scorer(found[1].files, found[1].model_digest)
    make_snapshots(place, [AS_OF])

    with pytest.raises(PackageError, match=r"reads \d+ inputs that the features of 2020-08-19 do not have .* train and promote"):
        score_days(place, spec, scorer, [AS_OF], signer=None)
    with pytest.raises(TraceError, match=f"Rebuild with the code that trained it: {COMMIT}"):
        rebuild(place, spec, found[1])
    assert champion_on_test(place, spec, build(place, spec, AS_OF)) is None
