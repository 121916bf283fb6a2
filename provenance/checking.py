"""A company's folder checked without running anything: everything wrong at once, and what can be told of each file that is right.

What a file declares wrongly is found in `tenure/loading.py`; here is what follows from the whole: days, words, and the home.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from adapters.project_folders import read_folder
from adapters.settings import Settings
from home.trusted import no_home_in_words, trust_in_words
from home.workplace import Workplace
from model_cards.owed import owed, unsayable
from provenance.checking_data import of_data
from provenance.history import read_history
from tenure.days_enough import first_trainable, in_words
from tenure.errors import TenureError, TimelineError
from tenure.findings import Finding, Weight
from tenure.history import States
from tenure.history.nouns import spoken
from tenure.misdeclared import refused
from tenure.outcomes.changes import IsNow
from tenure.outcomes.until import TimeUntil
from tenure.periods import contradicted
from tenure.project import Project
from tenure.specs import Model
from tenure.statements import hollow
from tenure.training_set import training_split


@dataclass(frozen=True)
class Checked:
    """What a check found: faults and notes, each with its weight; the project is None where its own file cannot be read."""

    folder: Path
    project: Project | None
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What cannot work."""
        return tuple(each for each in self.findings if each.weight in (Weight.STOPS, Weight.NO_TRAINING))


def check_folder(folder: Path, settings: Settings) -> Checked:
    """Check a company's folder, and what the home tells of it where there is one."""
    declared = read_folder(folder, settings.deliveries)
    project = declared.project
    if project is None:
        return Checked(folder, None, declared.findings)
    workplace = Workplace(project, settings) if settings.home.exists() else None
    is_sound = all(each.weight is not Weight.STOPS for each in declared.findings)
    known_until, findings = _known_until(project, workplace, is_sound=is_sound)
    for spec in project.models:
        findings += _of_model(folder, project, spec, known_until, has_inputs=spec.features is not None)
    if not project.models and not any("/models/" in each.file for each in declared.findings):
        findings.append(Finding(str(folder / "models"), "holds no model that can be read; nothing can be trained."))
    findings += _of_left_out(folder, project)
    findings += _of_outcomes(folder, project)
    findings += _of_trust(settings, workplace)
    findings += of_data(project, workplace, has_faults=not is_sound)
    return Checked(folder, project, (*declared.findings, *findings))


def _known_until(project: Project, workplace: Workplace | None, *, is_sound: bool) -> tuple[date | None, list[Finding]]:
    """The day of which training may know all before it, as far as that is told; and what the home does not let be read."""
    if project.last_key is not None:
        return project.last_key, []
    if workplace is None or not is_sound:
        return None, []
    try:
        return read_history(workplace).latest_landed, []
    except TenureError as error:
        return None, [Finding("home", str(error), weight=Weight.NOTED)]


def _of_left_out(folder: Path, project: Project) -> Iterator[Finding]:
    """Columns that no model may read."""
    for history in project.histories:
        for name, why in history.left_out.items() if isinstance(history, States) else ():
            (found,) = refused([f"{name!r} of {spoken(history.many)} is read by no model: {why}."], folder / "history.py")
            yield Finding(found.file, found.says, found.line, Weight.NOTED)


def _of_outcomes(folder: Path, project: Project) -> Iterator[Finding]:
    """Columns of outcomes that must be filled, so that whoever has none yet is quarantined and not scored."""
    aims = (spec.foresees.target if isinstance(spec.foresees, TimeUntil) else spec.foresees for spec in project.models)
    for source, name in dict.fromkeys((aim.history.source, aim.fact.name) for aim in aims if isinstance(aim, IsNow)):
        filled = [c for each in project.sources if each.name == source for c in each.columns if c.name == name and not c.nullable]
        for column in filled:
            says = (
                f"{column.name!r} must be filled, so a customer without an outcome yet is quarantined and not scored. Should "
                "such customers come, let it be empty: text? for text."
            )
            (found,) = refused([says], folder / "sources" / f"{source}.py")
            yield Finding(found.file, found.says, found.line, Weight.NOTED)


def _of_model(folder: Path, project: Project, spec: Model, known_until: date | None, *, has_inputs: bool) -> Iterator[Finding]:
    """What is to be said of a model that can be read."""
    file = folder / "models" / f"{spec.name}.py"
    if has_inputs:
        yield _days(file, project, spec, known_until)
    for words in unsayable(spec.narrative, has_groups=bool(spec.protected)):
        yield from _in_words_file(file, words, Weight.NO_TRAINING)
    for words in contradicted(spec):
        yield from _in_words_file(file, words, Weight.NOTED)
    for key, why in hollow(spec.narrative).items():
        yield from _in_words_file(file, f"The field {key!r} counts as empty: {why}.", Weight.NO_PROMOTION)
    statements = owed(spec.narrative)
    weight = Weight.NO_PROMOTION if statements.open else Weight.NOTED
    yield Finding(str(_words_file(file)), statements.in_words, weight=weight)


def _days(file: Path, project: Project, spec: Model, known_until: date | None) -> Finding:
    """Whether the history is long enough for the model, and how its days would be laid."""
    first = first_trainable(spec, first_day=project.first_day)
    since = f"the history is long enough from {first} on" if first else "no history of ten years is long enough"
    if known_until is None:
        return Finding(str(file), f"Nothing is landed yet; {since}.", weight=Weight.NOTED)
    try:
        split = training_split(spec, as_of=known_until, first_day=project.first_day)
    except TimelineError as error:
        is_for_good = project.is_history or first is None
        (found,) = refused([f"{error} With its snapshots, {since}."], file)
        return Finding(found.file, found.says, found.line, Weight.NO_TRAINING if is_for_good else Weight.NOTED)
    return Finding(str(file), f"Trained as of {known_until}: {in_words(split)}.", weight=Weight.NOTED)


def _of_trust(settings: Settings, workplace: Workplace | None) -> Iterator[Finding]:
    """Who could let what is trained here serve."""
    if workplace is None:
        yield Finding("trust", no_home_in_words(settings), weight=Weight.NO_PROMOTION)
        return
    try:
        words, is_enough = trust_in_words(workplace)
    except TenureError as error:
        words, is_enough = str(error), False
    yield Finding("trust", words, weight=Weight.NOTED if is_enough else Weight.NO_PROMOTION)


def _in_words_file(file: Path, words: str, weight: Weight) -> Iterator[Finding]:
    """A finding of people's words, at the heading or the argument that holds them."""
    for found in refused([words], _words_file(file)):
        yield Finding(found.file, found.says, found.line, weight)


def _words_file(file: Path) -> Path:
    """Where a model's words stand: in the Markdown beside it, or in itself."""
    beside = file.with_suffix(".md")
    return beside if beside.is_file() else file
