"""Rebuild: a model trained again from what its evidence names, and compared with the package that serves or asks to.

Nothing is kept of what is trained here. Making scores again is `replay.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from adapters.environment import environment_facts
from adapters.lake import OpenTable
from adapters.tables import ACTIVITY_TABLE, FEATURES_TABLE
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.training_rows import stacked
from tenure.challenger import fit_challenger
from tenure.errors import TraceError
from tenure.evidence import EnvironmentFacts, Evidence
from tenure.package import Package, model_digest
from tenure.scoring import open_scorer, predict
from tenure.specs import ModelSpec
from tenure.training_set import TrainingSet, matrix, training_split


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """What came of training again.

    `differences` are what makes the model another one, empty where it is equal; `circumstances` are what was otherwise around
    it (code, lock file, packages) and may explain them.
    """

    model: str
    package_digest: str
    n_rows: int
    n_equal_predictions: int
    largest_difference: float
    is_same_model: bool
    differences: tuple[str, ...]
    circumstances: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the same training set gave the same predictions."""
        return not self.differences


def rebuild(workplace: Workplace, spec: ModelSpec, package: Package) -> Rebuild:
    """Train again from the data versions, the seed and the threads that a package's evidence names, and compare.

    Raises
    ------
    TraceError: when the package is of another model or reads other features than the spec, or its evidence does not name
        versions that the lake holds.
    """
    evidence = evidence_of(package)
    if evidence.model.name != spec.name:
        raise TraceError(f"Package {package.digest[:12]} is of model {evidence.model.name!r}, not {spec.name!r}.")
    scorer = open_scorer(package.files, package.model_digest)
    if scorer.facts.feature_names != tuple(feature.name for feature in spec.features):
        raise TraceError(
            f"Today's spec of {spec.name!r} reads other features than package {package.digest[:12]}. Rebuild with the code that "
            f"trained it: {evidence.environment.code_commit}."
        )
    rows = training_set_again(workplace, spec, evidence)
    as_then = replace(spec, seed=evidence.model.seed)
    challenger = fit_challenger(rows, as_then, project=workplace.project.name, n_threads=evidence.model.n_threads)
    X = matrix(rows.rows, rows.feature_names)
    kept, again = predict(scorer, X)[0], challenger.score(X)
    equal = kept.view(np.int64) == again.view(np.int64)
    return Rebuild(
        model=spec.name,
        package_digest=package.digest,
        n_rows=len(kept),
        n_equal_predictions=int(equal.sum()),
        largest_difference=float(np.abs(kept - again).max(initial=0.0)),
        is_same_model=model_digest(challenger.model_files()) == package.model_digest,
        differences=tuple(_differences(evidence, rows, n_other=int((~equal).sum()))),
        circumstances=tuple(circumstances(evidence, spec, environment_facts())),
    )


def training_set_again(workplace: Workplace, spec: ModelSpec, evidence: Evidence) -> TrainingSet:
    """Make the training set again from the versions of the lake that the evidence names."""
    data = evidence.data
    features = _at(workplace, FEATURES_TABLE, data.features_version)
    activity = _at(workplace, ACTIVITY_TABLE, data.activity_version)
    split = training_split(spec, as_of=evidence.model.as_of, first_day=workplace.project.first_day)
    versions = tuple((source.name, source.lake_version) for source in data.sources)
    return stacked(spec, split, features, activity, versions)


def circumstances(evidence: Evidence, spec: ModelSpec, now: EnvironmentFacts) -> list[str]:
    """What is otherwise today than when the model was trained, in words."""
    then = evidence.environment
    otherwise = []
    if then.code_commit != now.code_commit:
        otherwise.append(f"code: trained at {then.code_commit}, rebuilt at {now.code_commit}")
    if then.lock_digest != now.lock_digest:
        otherwise.append(f"lock file: trained with {then.lock_digest[:12]}, rebuilt with {now.lock_digest[:12]}")
    if (then.python, then.platform) != (now.python, now.platform):
        otherwise.append(f"platform: Python {then.python} on {then.platform}, now {now.python} on {now.platform}")
    before = {name: version for name, version, _ in then.packages}
    installed: Mapping[str, str] = {name: version for name, version, _ in now.packages}
    for name in sorted(before.keys() | installed.keys()):
        if before.get(name) != installed.get(name):
            otherwise.append(f"{name}: {before.get(name, 'none')} then, {installed.get(name, 'none')} now")
    if evidence.model.seed != spec.seed:
        otherwise.append(f"seed: {evidence.model.seed} then and here, {spec.seed} in today's spec")
    return otherwise


def _differences(evidence: Evidence, rows: TrainingSet, *, n_other: int) -> list[str]:
    """What is not equal."""
    found = []
    if rows.digest != evidence.data.training_set_digest:
        found.append(
            f"the training set made again has the digest {rows.digest[:12]}, the evidence names "
            f"{evidence.data.training_set_digest[:12]}"
        )
    if n_other:
        found.append(f"{n_other} of {rows.rows.num_rows} predictions differ")
    return found


def _at(workplace: Workplace, table: str, version: int | None) -> OpenTable:
    """A table in the version that training read."""
    latest = workplace.lake.open(table).version
    if version is None or not 0 <= version <= latest:
        raise TraceError(
            f"The evidence names version {version} of {table}, but the lake holds versions 0 to {latest}. "
            "Restore the lake from a backup; without what it learnt from, a model cannot be rebuilt."
        )
    return workplace.lake.open(table, version=version)
