"""The chain of a company, in memory: rows, roll-ups, snapshots, training, judgement, card, scores. Each step is the one that
assets call.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from adapters.environment import environment_facts, peak_memory_mb
from cli.notebook.declared import project_of, source_of
from cli.notebook.rows import Dated, Judged, dated, judged
from model_cards.compile import card_fields, compile_card
from model_cards.standing import DRAFT
from provenance.roll_up import roll_up_of
from provenance.snapshots import snapshots_of
from provenance.training_rows import labelled_of
from tenure.audit.challenger import audit_rows, selection_rule
from tenure.challenger import Challenger, Effort, fit_challenger
from tenure.content import content_digest
from tenure.contracts import Source
from tenure.days_enough import first_trainable, in_words
from tenure.errors import EstimationError, MissingHistoryError, TimelineError
from tenure.evaluation.challenger import evaluate_challenger
from tenure.evaluation.measured import measured_rows
from tenure.evaluation.records import Evaluation
from tenure.evidence import Evidence, SourceFacts
from tenure.features.snapshot import check_history
from tenure.gathering import gather
from tenure.notebook import Asked
from tenure.open_points import judge
from tenure.privacy.challenger import privacy_of
from tenure.project import Project
from tenure.scoring import Scorer, score_day
from tenure.specs import Model
from tenure.timeline import SnapshotSplit
from tenure.training_set import NOT_IN_LAKE, ROLES, TEST, TrainingSet, stack, training_split

# Fewer say nothing of others: of the rows of each role so many have the outcome, and so many have it not.
FEWEST_OUTCOMES, FEWEST_CUSTOMERS = 20, 100


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What came of it; `card` is the card's content, `scores` one row per customer."""

    scores: pa.Table
    evaluation: Evaluation
    card: dict[str, Any]
    as_of: date
    said: tuple[str, ...]
    digests: dict[str, str]


def draft(rows: pa.Table, asked: Asked, *, now: Callable[[], datetime], n_threads: int) -> Draft:
    """Train, judge and score.

    Raises
    ------
    SpecError, SourceError, TimelineError, EstimationError: as `tenure.notebook.foresee` says.
    """
    source = source_of(asked, rows.schema)
    found = dated(rows, source, asked, today=now().date())
    project, spec = project_of(asked, source, first_day=found.first_day, as_of=found.as_of)
    split = _split(spec, found)
    kept = judged(found, source)
    tables = {history.table: roll_up_of(project, history, {source.name: kept.kept}, days=kept.keys, may_tell_again=False)
              for history in project.events}  # fmt: skip
    days = (*split.days, found.as_of)
    snapshots = dict(zip(days, snapshots_of(project, tables, days), strict=True))
    training_set = _training_set(project, spec, split, snapshots, tables)
    challenger = _fitted(training_set, spec, now, n_threads)
    evidence = _evidence(project, spec, training_set, challenger, _source_facts(source, kept), n_threads)
    scorer = Scorer(facts=challenger.facts, model=challenger.model, model_digest=evidence.model.model_digest)
    scores = score_day(scorer, snapshots[found.as_of], found.as_of)
    return Draft(
        scores=scores.select(["customer_id", "score", "band", "reasons"]),
        evaluation=evidence.evaluation,
        card=compile_card(evidence, spec.narrative, project.authors),
        as_of=found.as_of,
        said=(DRAFT, *found.told, *_said(kept), *_said_of_model(spec, split, training_set, scores, found)),
        digests={"training_set": training_set.digest, "model": scorer.model_digest, "inputs": _inputs_digest(scores)},
    )


def _split(spec: Model, found: Dated) -> SnapshotSplit:
    """The days to learn from; where there are too few, what would do."""
    try:
        split = training_split(spec, as_of=found.as_of, first_day=found.first_day)
        check_history(spec.inputs, as_of=split.days[0], first_day=found.first_day)
        return split
    except TimelineError:
        enough = first_trainable(spec, first_day=found.first_day)
        n_days, window = (found.as_of - found.first_day).days, spec.outcome_days
        takes = f"takes {(enough - found.first_day).days}" if enough else "is too long for any"
        shorter = [days for days in (28, 14, 7) if days < window and _would_do(spec, found, days)]
        instead = f" within_days={shorter[0]} would do." if shorter else ""
        raise TimelineError(
            f"The history has {n_days} days, from {found.first_day} to before {found.as_of}. within_days={window} {takes}: days "
            f"to look back on, days to learn from, and a window each for calibration and test that overlaps no other.{instead} "
            "Bring a longer history, or foresee a shorter window."
        ) from None


def _would_do(spec: Model, found: Dated, days: int) -> bool:
    """Whether the history is long enough for a shorter window."""
    enough = first_trainable(replace(spec, foresees=replace(spec.foresees, within_days=days)), first_day=found.first_day)  # type: ignore[call-arg]
    return enough is not None and enough <= found.as_of


def _training_set(
    project: Project, spec: Model, split: SnapshotSplit, snapshots: dict[date, pa.Table], tables: dict[str, pa.Table]
) -> TrainingSet:
    """Labelled rows of every day; of enough customers, some with the outcome and some without."""
    try:
        labelled = labelled_of(project, spec, split, snapshots.__getitem__, tables).snapshots
    except MissingHistoryError as error:
        raise EstimationError(
            f"{error} Nobody had an event in the days before; raise active_within_days, or bring days without gaps."
        ) from None
    made = stack(labelled, spec, split, features_version=NOT_IN_LAKE, source_versions=((project.sources[0].name, NOT_IN_LAKE),))
    for role in ROLES:
        rows = made.role(role)
        n_customers, n_events = len(np.unique(rows.customer)), int(rows.event.sum())
        n_others = len(rows.event) - n_events
        if n_customers < FEWEST_CUSTOMERS or min(n_events, n_others) < FEWEST_OUTCOMES:
            raise EstimationError(
                f"To {_PURPOSES[role]} there are {n_customers} customers; on {n_events} rows {spec.foresees.happening} came true "
                f"and on {n_others} not. Expected {FEWEST_CUSTOMERS} customers and {FEWEST_OUTCOMES} rows of each kind. Bring "
                "more customers or more days, or another within_days."
            )
    return made


_PURPOSES = {"fit": "learn from", "calibration": "calibrate on", "test": "test on"}


def _fitted(training_set: TrainingSet, spec: Model, now: Callable[[], datetime], n_threads: int) -> Challenger:
    """The model and its baseline, with what fitting took."""
    started = time.perf_counter()
    fitted = fit_challenger(training_set, spec, project="notebook", n_threads=n_threads)
    seconds = time.perf_counter() - started
    effort = Effort(trained_at=now(), seconds=seconds, n_threads=n_threads, peak_memory_mb=peak_memory_mb())
    return replace(fitted, effort=effort)


def _evidence(
    project: Project, spec: Model, training_set: TrainingSet, challenger: Challenger, source: SourceFacts, n_threads: int
) -> Evidence:
    """Everything that was measured, judged by the usual gates; nobody asks for a policy, and there is no champion to beat."""
    evaluation = evaluate_challenger(challenger, training_set, spec, champion=None)
    rows = measured_rows(challenger, training_set.role(TEST), spec, champion=None, groups={})
    audit = audit_rows(
        rows, spec, selection_rule=selection_rule(challenger.facts.high_from, spec), titles={}, lines=project.audit_lines
    )
    privacy = privacy_of(challenger, training_set, spec, project=project.name, n_threads=n_threads)
    evidence = gather(
        challenger,
        training_set,
        evaluation,
        audit,
        privacy,
        spec,
        first_day=project.first_day,
        timezone=project.timezone,
        sources=[source],
        attributes=[],
        environment=environment_facts(),
        test_rows_digest=content_digest(rows.table(), ("day", "customer_id")),
        policy=None,
    ).evidence
    decision = judge(spec.gates, evidence, card=card_fields(evidence, spec.narrative, project.authors))
    return replace(evidence, decision=decision)


def _source_facts(source: Source, kept: Judged) -> SourceFacts:
    """What the rows were."""
    return SourceFacts(
        name=source.name,
        title=source.title,
        grain=source.grain,
        available=source.available_in_words,
        limitation=source.limitation,
        n_days=len(kept.keys),
        n_received=kept.n_received,
        n_quarantined=kept.n_broken,
        n_days_withheld=0,
        quarantine_by_rule=tuple(sorted(kept.by_rule.items())),
        lake_version=NOT_IN_LAKE,
        content_digest=content_digest(kept.kept, ("row",)),
    )


def _inputs_digest(scores: pa.Table) -> str:
    """The content of what was scored, as each score names it; empty where nobody is."""
    return str(scores["features_digest"][0]) if scores.num_rows else ""


def _said(kept: Judged) -> list[str]:
    """What was done with the rows of the days that are used."""
    said = [f"{kept.n_aside:,} rows are left out: they name no customer."] if kept.n_aside else []
    if kept.n_broken:
        rules = ", ".join(f"{name} ({n:,})" for name, n in sorted(kept.by_rule.items()))
        said.append(f"{kept.n_broken:,} rows are left out: {rules}.")
    return [*said, f"{kept.kept.num_rows:,} rows of {len(kept.keys):,} days are used."]


def _said_of_model(spec: Model, split: SnapshotSplit, training_set: TrainingSet, scores: pa.Table, found: Dated) -> list[str]:
    """What was foreseen, of whom, and learnt from which days."""
    test = training_set.role(TEST)
    return [
        f"Foreseen is {spec.foresees.happening} in the {spec.outcome_days} days from {found.as_of} on, of {scores.num_rows:,} "
        f"customers: {spec.population.in_words}.",
        f"Learnt {in_words(split)}. On the test days {test.event.mean():.1%} had that outcome.",
    ]
