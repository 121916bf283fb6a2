"""The challenger: a model fitted on the fit rows, calibrated on the calibration rows, with its baselines beside it.

One call for each kind of spec; the estimators themselves are in `estimators/`. What is fitted here is what may be promoted:
nothing is refitted after the test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

import numpy as np

from tenure.estimators.cox import CoxModel, fit_cox
from tenure.estimators.cox_start import CoxStart
from tenure.estimators.hazard import HazardModel, fit_hazard
from tenure.estimators.hazard_calibration import calibrate_hazard
from tenure.estimators.kaplan_meier import KaplanMeierModel, fit_kaplan_meier
from tenure.estimators.logistic import LogisticModel, fit_logistic
from tenure.estimators.outcome import SurvivalOutcome
from tenure.estimators.propensity import PropensityModel, fit_propensity
from tenure.outcomes import Kind
from tenure.package import MODEL_FOLDER
from tenure.scoring import SCORING_FILE, Scorer, ScoringFacts, read_facts, score_alone, scoring_facts
from tenure.specs import Model, directions
from tenure.training_set import CALIBRATION, FIT, Rows, TrainingSet

BASELINE_FOLDER = "baseline/"
EFFORT_FILE = "effort.json"
LOGISTIC = "logistic regression"


@dataclass(frozen=True, kw_only=True)
class Effort:
    """What fitting took."""

    trained_at: datetime
    seconds: float
    n_threads: int
    peak_memory_mb: float


@dataclass(frozen=True, kw_only=True)
class Challenger:
    """A fitted model that asks to serve; `logistic`, or `cox` and `kaplan_meier`, are its baselines."""

    facts: ScoringFacts
    model: PropensityModel | HazardModel
    logistic: LogisticModel | None = None
    cox: CoxModel | None = None
    kaplan_meier: KaplanMeierModel | None = None
    effort: Effort | None = None

    @property
    def scorer(self) -> Scorer:
        """The challenger as scoring sees it; it has no digest until it is sealed."""
        return Scorer(facts=self.facts, model=self.model, model_digest="")

    def score(self, X: np.ndarray) -> np.ndarray:
        """Score (n,) of rows X (n, n_features)."""
        return score_alone(self.scorer, X)

    def model_files(self) -> dict[str, bytes]:
        """What is promoted: native files and what scoring must know, under `model/`."""
        from pydantic import TypeAdapter

        native = {MODEL_FOLDER + name: content for name, content in self.model.to_files().items()}
        return {**native, SCORING_FILE: TypeAdapter(ScoringFacts).dump_json(self.facts, indent=1)}

    def to_files(self) -> dict[str, bytes]:
        """Everything, for the next stage."""
        from pydantic import TypeAdapter

        files = self.model_files()
        if self.logistic is not None:
            files[BASELINE_FOLDER + "logistic.json"] = self.logistic.to_json()
        for folder, baseline in (("cox/", self.cox), ("kaplan_meier/", self.kaplan_meier)):
            if baseline is not None:
                files |= {BASELINE_FOLDER + folder + name: content for name, content in baseline.to_files().items()}
        if self.effort is not None:
            files[EFFORT_FILE] = TypeAdapter(Effort).dump_json(self.effort)
        return files

    @classmethod
    def from_files(cls, files: Mapping[str, bytes]) -> Self:
        """Read what `to_files` wrote."""
        from pydantic import TypeAdapter

        facts = read_facts(files)
        effort = TypeAdapter(Effort).validate_json(files[EFFORT_FILE]) if EFFORT_FILE in files else None
        if facts.kind == Kind.PROPENSITY:
            logistic = LogisticModel.from_json(files[BASELINE_FOLDER + "logistic.json"])
            model = PropensityModel.from_files(_below(files, MODEL_FOLDER))
            return cls(facts=facts, model=model, logistic=logistic, effort=effort)
        return cls(
            facts=facts,
            model=HazardModel.from_files(_below(files, MODEL_FOLDER)),
            cox=CoxModel.from_files(_below(files, BASELINE_FOLDER + "cox/")),
            kaplan_meier=KaplanMeierModel.from_files(_below(files, BASELINE_FOLDER + "kaplan_meier/")),
            effort=effort,
        )


def fit_challenger(training_set: TrainingSet, spec: Model, *, project: str, n_threads: int) -> Challenger:
    """Fit the spec's model and its baselines on the fit rows, and calibrate on the calibration rows."""
    fit = _fit_propensity if spec.kind is Kind.PROPENSITY else _fit_survival
    # The bands need the scores of the calibration rows, so they are laid last.
    draft = fit(training_set, spec, _facts(training_set, spec, project, np.array([0.0, 1.0])), n_threads)
    scores = draft.score(training_set.role(CALIBRATION).X)
    return replace(draft, facts=_facts(training_set, spec, project, scores))


def _fit_propensity(training_set: TrainingSet, spec: Model, facts: ScoringFacts, n_threads: int) -> Challenger:
    """Boosted trees, calibrated; the logistic baseline gets the later window too."""
    fit, calibration, names = training_set.role(FIT), training_set.role(CALIBRATION), training_set.feature_names
    model = fit_propensity(
        fit.X,
        fit.event,
        calibration.X,
        calibration.event,
        snapshot_calibration=_snapshots(calibration, spec),
        customer_calibration=calibration.customer,
        feature_names=names,
        monotone=directions(spec),
        parameters=spec.parameters,
        seed=spec.seed,
        n_threads=n_threads,
        n_words=training_set.n_words,
    )
    logistic = fit_logistic(fit.X, fit.event, feature_names=names, n_words=training_set.n_words)
    return Challenger(facts=facts, model=model, logistic=logistic.recalibrated(calibration.X, calibration.event))


def _snapshots(rows: Rows, spec: Model) -> np.ndarray:
    """A code for each snapshot, (n,); of one snapshot, the parts in which customers are kept apart again."""
    if spec.split is None:
        return np.unique(rows.day, return_inverse=True)[1]
    return np.array([spec.split.part(customer, seed=spec.seed + 1) for customer in rows.customer_id.to_pylist()])


def _fit_survival(training_set: TrainingSet, spec: Model, facts: ScoringFacts, n_threads: int) -> Challenger:
    """Boosted daily hazards, recalibrated; Cox and Kaplan-Meier beside them."""
    fit, names = training_set.role(FIT), training_set.feature_names
    outcome = survival_outcome(fit)
    clock = spec.foresees.clock
    cox = fit_cox(fit.X, outcome, feature_names=names, n_words=training_set.n_words)
    model = fit_hazard(
        fit.X,
        outcome,
        feature_names=names,
        recency_index=None if clock is None else names.index(clock.column),
        quiet_days=0 if clock is None else clock.quiet_days,
        parameters=spec.parameters,
        monotone=directions(spec),
        seed=spec.seed,
        n_threads=n_threads,
        read_until_days=None if spec.foresees.follow_up_days == 0 else max(spec.horizons_days),
        step_days=spec.snapshots.told_every_days,
        n_words=training_set.n_words,
        start=CoxStart(share=spec.cox_share, cox=cox) if spec.cox_share else None,
    )
    last_day = max(spec.horizons_days)
    rows, entry = training_set.calibrating(last_day=last_day)
    calibrated = calibrate_hazard(
        model, rows.X, survival_outcome(rows), entry=entry, customer=rows.customer, last_day=last_day, seed=spec.seed
    )
    return Challenger(
        facts=facts,
        model=calibrated,
        cox=cox,
        kaplan_meier=fit_kaplan_meier(outcome),
    )


def survival_outcome(rows: Rows) -> SurvivalOutcome:
    """What was seen of these rows, from where time runs."""
    return SurvivalOutcome(rows.duration, rows.event)


def _facts(training_set: TrainingSet, spec: Model, project: str, scores: np.ndarray) -> ScoringFacts:
    """What scoring must know, with bands laid over these scores."""
    as_of = training_set.split.test_known_until
    return scoring_facts(spec, project=project, as_of=as_of, calibration_scores=scores, words=training_set.words)


def _below(files: Mapping[str, bytes], folder: str) -> dict[str, bytes]:
    """Files of a folder, by their path below it."""
    return {path.removeprefix(folder): content for path, content in files.items() if path.startswith(folder)}
