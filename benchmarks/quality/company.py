"""A company in a home of its own, for the length of a measurement: landed, trained and scored by the product's own core."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa

from adapters.lake import read_rows
from adapters.project_folders import load_folder
from adapters.settings import catalogue_in, load_settings
from adapters.tables import FEATURES_TABLE
from assets.training_set import build
from benchmarks.quality.judged import Part
from home.workplace import Workplace
from pipelines.run import run_job
from provenance.snapshots import ensure_snapshots
from tenure.categories import numbers
from tenure.challenger import Challenger, fit_challenger
from tenure.training_set import TrainingSet, in_population


@dataclass(frozen=True, kw_only=True)
class Scored:
    """A day's population: `customer_id` (n,), inputs X (n, n_features), and what the default model and its logistic say, (n,)."""

    day: date
    customer_id: np.ndarray
    X: np.ndarray
    score: np.ndarray
    logistic: np.ndarray | None

    def part(self, event: np.ndarray) -> Part:
        """A day's probabilities beside what happened, (n,), as they are judged."""
        assert self.logistic is not None, "a propensity lane keeps its logistic regression"
        return Part(customer_id=self.customer_id, event=event, score=self.score, other=self.logistic)


@dataclass(frozen=True)
class Company:
    """A company with its state."""

    workplace: Workplace

    @classmethod
    def at(cls, folder: Path, home: Path, *, deliveries: Path | None = None) -> "Company":
        """The company of a folder, in a home."""
        settings = replace(load_settings(), home=home, tracking_uri=catalogue_in(home), inbox=home / "inbox")
        return cls(Workplace(load_folder(folder, deliveries), settings))

    def land(self, days: Sequence[date]) -> None:
        """Land, validate and roll up days, as `tenure land` does."""
        outcome = run_job(self.workplace.project, self.workplace.settings, "history", days=days)
        if not outcome.succeeded:
            raise SystemExit(f"{self.workplace.project.name} cannot be landed: {outcome.failure_in_words or outcome.withheld}")

    def training_set(self, model: str, as_of: date) -> TrainingSet:
        """What a model would be trained on with what was known on a day."""
        return build(self.workplace, self.workplace.project.model(model), as_of)

    def fitted(self, training_set: TrainingSet, model: str) -> Challenger:
        """The challenger that training would make of it."""
        project, n_threads = self.workplace.project, self.workplace.settings.n_threads
        return fit_challenger(training_set, project.model(model), project=project.name, n_threads=n_threads)

    def population(self, model: str, day: date) -> pa.Table:
        """The features of everybody whom a model scores on a day."""
        ensure_snapshots(self.workplace, [day])
        found = read_rows(self.workplace.lake.open(FEATURES_TABLE), days=[day])
        assert found is not None, "a day whose features were made has rows"
        return in_population(found, self.workplace.project.model(model))

    def scored(self, challenger: Challenger, day: date) -> Scored:
        """Score a day on which the challenger was not trained."""
        facts = challenger.facts
        assert day >= facts.trained_as_of, "what is scored never trained"
        rows = self.population(facts.model, day)
        X = numbers(rows, facts.feature_names, facts.words)
        return Scored(
            day=day,
            customer_id=rows["customer_id"].to_numpy(zero_copy_only=False),
            X=X,
            score=challenger.score(X),
            logistic=None if challenger.logistic is None else challenger.logistic.predict(X),
        )
