"""Checking a company's folder: everything wrong at once, with file, line and the nearest name."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.project_folders import load_folder, read_folder
from adapters.settings import load_settings
from cli.main import app
from model_cards.fields import REQUIRED_STATEMENTS
from model_cards.owed import owed, unsayable
from provenance.checking import check_folder
from tenure.days_enough import first_trainable, in_words
from tenure.errors import SpecError, TimelineError
from tenure.findings import Weight
from tenure.periods import contradicted
from tenure.statements import Narrative, NotApplicable, Statement
from tenure.training_set import training_split
from tenure.words import NOT_CONFIRMED
from tests.written_shop import forgotten

DAY = date(2020, 1, 1)
FILES = {
    "project.py": """
        from datetime import date
        from tenure.project import Project
        PROJECT = Project(name="corner", title="Corner", first_day=date(2020, 1, 1), last_day=date(2020, 12, 31),
            known_as="id", authors={"owner": "owner"}, purposes={"retention": "deciding whom to write to"})
    """,
    "sources/orders.py": '''
        from tenure.contracts import Files, Source
        SOURCE = Source(
            name="orders", grain="one order", reader=Files(pattern="/exports/{day}.csv"), key=("order_id",),
            columns="""
                order_id     text    pseudonym  the order
                customer_id  text    pseudonym  who
                at           time    behaviour  when
                paid         number  behaviour  how much
            """,
        )
    ''',
    "history.py": """
        from tenure.history import Events, cents
        ORDERS = Events(
            "orders",
            noun="order",
            values={"spend": cents("paid")},
        )
    """,
    "features.py": """
        from tenure.features import standard
        from .history import ORDERS
        FEATURES = standard(ORDERS)
    """,
    "models/lapse_28d.py": """
        from tenure.outcomes import none_of
        from tenure.populations import had
        from tenure.specs import Model
        from ..history import ORDERS
        SPEC = Model(
            name="lapse_28d",
            owner="team:corner",
            population=had(ORDERS, within_days=91),
            foresees=none_of(ORDERS, within_days=28),
        )
    """,
}


def written(place: Path, **changed: tuple[str, str]) -> Path:
    """The corner shop's folder; in files named by the first letters of theirs, one text is put for another."""
    folder = place / "corner"
    for name, text in FILES.items():
        lines = text.splitlines()[1:]
        indent = len(lines[0]) - len(lines[0].lstrip())
        content = "\n".join(line[indent:] for line in lines)
        for old, new in [change for start, change in changed.items() if name.replace("/", "_").startswith(start)]:
            assert old in content
            content = content.replace(old, new)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return folder


def found(folder: Path) -> list[str]:
    """What is found wrong, with places from the folder on."""
    with forgotten("corner"):
        return [each.in_words.replace(f"{folder}/", "") for each in read_folder(folder).findings]


@pytest.fixture
def spec(tmp_path):
    """The model of a folder that is right."""
    with forgotten("corner"):
        yield load_folder(written(tmp_path)).model("lapse_28d")


def test_every_file_is_read_whatever_is_wrong_with_another(tmp_path):
    """A broken source hides no broken model, and what stands on it alone is not said again."""
    folder = written(
        tmp_path,
        sources=("behaviour  how much", "behavior  how much"),
        models=("within_days=91", "within_dais=91"),
        project=('known_as="id"', 'currency="euro", known_as="id"'),
    )

    words = found(folder)

    assert len(words) == 3
    assert "sources/orders.py, line 2: The columns" in words[0]
    assert "did you mean 'behaviour'?" in words[0]
    assert words[1] == (
        "models/lapse_28d.py, line 8 cannot be read: had() got an unexpected keyword argument 'within_dais'. "
        "Did you mean 'within_days'?"
    )
    assert "project.py, line 3: Project 'corner' names the currency 'euro'" in words[2]
    with forgotten("corner"), pytest.raises(SpecError, match=r"line 2: The columns .*`tenure check` says what else .* 2 more"):
        load_folder(folder)


@pytest.mark.parametrize(
    ("changed", "place", "words"),
    [
        ({"history": ('"orders",', '"odrers",')}, "history.py, line 3:", "no source 'odrers'; .* Did you mean 'orders'?"),
        ({"history": ('cents("paid")', 'cents("pied")')}, "history.py, line 4:", "reads 'pied', .* Did you mean 'paid'?"),
        ({"models": ("import ORDERS", "import ORDER")}, "models/lapse_28d.py, line 4 cannot", "Did you mean 'ORDERS'?"),
        ({"features": ("(ORDERS)", "(ODERS)")}, "features.py, line 3 cannot", "'ODERS' is not defined. Did you mean 'ORDERS'?"),
        ({"models": ("within_days=28", 'within_days="x"')}, "models/lapse_28d.py, line ", ""),
        (
            {"models": ('owner="team:corner",', 'owner="team:corner", protected=("contry",),')},
            "models/lapse_28d.py, line 7:",
            "no protected attribute 'contry'",
        ),
        ({"project": ('name="corner"', 'name="korner"')}, "project.py declares", "named 'korner'; a company is named as its"),
        ({"features": ("FEATURES =", "FEATURE =")}, "features.py must", "hold one FEATURES; found NoneType."),
        ({"models": ("SPEC = Model(", "SPEC = Model(]")}, "models/lapse_28d.py, line 5 cannot", "closing parenthesis"),
    ],
)
def test_a_fault_is_said_with_its_place_and_the_nearest_name(tmp_path, changed, place, words):
    """Once, whatever else reads it."""
    (said,) = found(written(tmp_path, **changed))

    assert said.startswith(place)
    assert all(part in said for part in words.split(".*"))


@pytest.mark.parametrize(
    ("line", "lies_in", "weight", "words"),
    [
        (
            "from home.prices import VAT",
            "",
            Weight.STOPS,
            "here the name 'home' belongs to Tenure, which has nothing of that",
        ),
        ("from home import VAT", "corner/home", Weight.STOPS, "home of this folder is imported as 'projects.corner.home'"),
        ("import assets.prices", "packages/assets", Weight.STOPS, "the package at {place} cannot be imported by it"),
        ("from home.workplace import Workplace", "packages/home", Weight.NOTED, "and gets Tenure's: here"),
    ],
)
def test_a_package_of_ones_own_by_the_name_of_a_room_is_told_by_file_and_line(
    tmp_path, monkeypatch, line, lies_in, weight, words
):
    """Inside of Tenure's processes the name brings Tenure's: an import of what is not there stops, another is noted."""
    folder, place = written(tmp_path), tmp_path / lies_in
    if lies_in:
        place.mkdir(parents=True)
        (place / "__init__.py").touch()
        monkeypatch.syspath_prepend(place.parent)
    path = folder / "models" / "lapse_28d.py"
    path.write_text(f"{line}\n{path.read_text()}")

    with forgotten("corner"):
        (said,) = read_folder(folder).findings

    assert (said.file, said.line, said.weight) == (str(path), 1, weight)
    assert words.format(place=place) in said.in_words
    if weight is Weight.STOPS:
        with forgotten("corner"), pytest.raises(SpecError, match="belongs to Tenure"):
            load_folder(folder)


def test_everything_wrong_with_one_model_is_said_at_once(tmp_path):
    """Each at the line that names it."""
    gate = 'gates=(Gate(name="auc", kind=GateKind.FLOOR, metric="roc_acu"),),'
    days = "snapshots=SnapshotPlan(n_calibration=1),"
    folder = written(
        tmp_path,
        models=(
            'owner="team:corner",',
            f'owner="team:corner",\n    {gate}\n    {days}\n    max_age_days=999,',
        ),
    )
    path = folder / "models" / "lapse_28d.py"
    imports = "from tenure.gate import Gate, GateKind\nfrom tenure.timeline import SnapshotPlan\n"
    path.write_text(imports + path.read_text())

    words = found(folder)

    assert [each.partition(":")[0] for each in words] == [f"models/lapse_28d.py, line {n}" for n in (12, 10, 11)]
    assert "Did you mean 'roc_auc'?" in words[1]


def test_a_history_too_short_for_a_model_is_told_with_the_first_day_that_is_enough(tmp_path, monkeypatch):
    """Before anybody trains; of a history that has ended, no training can come."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "none"))
    with forgotten("corner"):
        long = check_folder(written(tmp_path / "long"), load_settings())
    with forgotten("corner"):
        short = check_folder(written(tmp_path / "short", project=("2020, 12, 31", "2020, 5, 31")), load_settings())

    assert long.faults == ()
    assert any("Trained as of 2021-01-01: fit on " in each.says for each in long.findings)
    (fault,) = short.faults
    assert fault.weight is Weight.NO_TRAINING
    assert "is too short" in fault.says
    assert "long enough from 2020-0" in fault.says


def test_the_first_day_of_training_is_the_first(spec):
    """A day earlier the history is too short."""
    first = first_trainable(spec, first_day=DAY)
    assert first is not None

    assert "fit on 2020-" in in_words(training_split(spec, as_of=first, first_day=DAY))
    with pytest.raises(TimelineError, match="too short"):
        training_split(spec, as_of=first - timedelta(days=1), first_day=DAY)


def test_the_command_ends_with_one_when_something_cannot_work(tmp_path, monkeypatch):
    """And with no traceback, whatever is wrong."""
    monkeypatch.setenv("TENURE_HOME", str(tmp_path / "none"))
    folder = written(tmp_path, history=('"orders",', '"odrers",'))

    with forgotten("corner"):
        told = CliRunner().invoke(app, ["check", "--project", str(folder)])

    assert told.exit_code == 1
    assert "history.py, line 3: Project 'corner' has no source 'odrers'" in told.output
    assert "1 thing cannot work." in told.output
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("Who does not buy within four weeks has lapsed.", False),
        ("Who does not buy within the next two weeks has lapsed.", True),
        ("Who does not buy for 28 days, or for a month, has lapsed.", False),
        ("Who does not buy in a quarter has lapsed.", False),
        ("Who does not buy in six months has lapsed.", True),
        ("Two weeks are nothing to one and much to another.", False),
    ],
)
def test_words_about_the_outcome_are_held_against_its_days(spec, text, is_wrong):
    """By the length of the period that they name; the population's 91 days are a quarter."""
    said = Narrative(statements={"target": Statement(text=text, author="owner", on=DAY)})

    assert bool(tuple(contradicted(replace(spec, narrative=said)))) is is_wrong


def test_what_a_card_is_owed_is_counted():
    """Written, proposed, not applicable and open are four things."""
    said = {
        "target": Statement(text="Who lapses.", author="owner", on=DAY),
        "metrics": Statement(text=f"The order. {NOT_CONFIRMED}", author="owner", on=DAY),
        "fairness": NotApplicable(reason="nobody is chosen", author="owner", on=DAY),
        "ethics": NotApplicable(reason="nobody is chosen", author="owner", on=DAY),
        "features": Statement(text="  ", author="owner", on=DAY),
    }
    found = owed(Narrative(statements=said))

    assert (found.n_written, found.n_proposed, found.n_not_applicable) == (2, 1, 2)
    assert len(found.open) == len(REQUIRED_STATEMENTS) - 4
    assert "You may train; you cannot promote." in found.in_words


@pytest.mark.parametrize(
    ("reasons", "n_counted"),
    [
        (("a trial", "a trial", "a trial"), 3),
        (("a trial", "A trial.", " a  TRIAL", "“a trial”"), 0),
        (("a trial", "A trial.", " a  TRIAL", "a-trial", "nobody is audited"), 1),
        (("—", "  ", "nobody is audited"), 1),
    ],
)
def test_one_reason_for_many_fields_is_none(reasons: tuple[str, ...], n_counted: int):
    """Whoever copies it has said nothing of any of them; letter case, spaces and punctuation make no other reason."""
    keys = ("fairness", "ethics", "known_gaps", "limitations", "thresholds")
    said = {key: NotApplicable(reason=one, author="owner", on=DAY) for key, one in zip(keys, reasons, strict=False)}
    found = owed(Narrative(statements=said))

    assert found.n_not_applicable == n_counted
    assert set(keys[: len(reasons)]) - set(found.open) == set(list(keys)[len(reasons) - n_counted : len(reasons)])


def test_what_no_card_could_show_is_said_before_training():
    """A figure typed by hand, and a reference to what no evidence holds."""
    said = {
        "target": Statement(text="Of 100 customers {modle.outcome_days} lapse.", author="owner", on=DAY),
        "results": NotApplicable(reason="none", author="owner", on=DAY),
    }
    words = " ".join(unsayable(Narrative(statements=said), has_groups=True))

    assert "a digit typed by hand" in words
    assert "refer to 'modle'" in words
    assert "Did you mean 'model'?" in words
    assert "'results' cannot be not applicable" in words
