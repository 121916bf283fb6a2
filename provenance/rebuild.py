"""Rebuild: a model trained again from what its evidence names, and compared with the package that serves or asks to.

Nothing is kept of what is trained here. Making scores again is `replay.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from adapters.environment import environment_facts
from adapters.lake import OpenTable, read_rows
from adapters.tables import FEATURES_TABLE
from governance.stores.package_reading import evidence_of
from home.workplace import Workplace
from provenance.inputs_again import at_version, inputs_from_lake, inputs_from_raw
from provenance.snapshots import snapshots_of
from provenance.training_rows import labelled_of
from tenure.categories import numbers
from tenure.challenger import fit_challenger
from tenure.errors import TraceError
from tenure.evidence import EnvironmentFacts, Evidence
from tenure.package import Package, model_digest
from tenure.scoring import open_scorer, predict
from tenure.specs import Model
from tenure.training_set import TrainingSet, stack, training_split


@dataclass(frozen=True, kw_only=True)
class Rebuild:
    """What came of training again.

    `differences` are what makes the model another one, empty where it is equal; `circumstances` are what was otherwise around
    it (code, lock file, packages) and may explain them, and so may `erased`: who was erased since of those it learnt from, as the
    log says; empty where nobody was.
    """

    model: str
    package_digest: str
    n_rows: int
    n_equal_predictions: int
    largest_difference: float
    is_same_model: bool
    differences: tuple[str, ...]
    circumstances: tuple[str, ...]
    erased: str = ""

    @property
    def is_equal(self) -> bool:
        """Whether the same training set gave the same predictions."""
        return not self.differences


def rebuild(workplace: Workplace, spec: Model, package: Package, *, from_raw: bool = False) -> Rebuild:
    """Make features and labels again with today's code, train with the seed and threads that the evidence names, and compare.

    Parameters
    ----------
    from_raw: begin with the bytes received, not with the versions of the lake that the evidence names.

    Raises
    ------
    TraceError: when the package is of another model or reads other features than the spec, or its evidence does not name
        versions that the lake holds.
    """
    evidence = evidence_of(package)
    if evidence.model.name != spec.name:
        raise TraceError(f"Package {package.digest[:12]} is of model {evidence.model.name!r}, not {spec.name!r}.")
    scorer = open_scorer(package.files, package.model_digest)
    if scorer.facts.feature_names != tuple(feature.name for feature in spec.inputs):
        raise TraceError(
            f"Today's spec of {spec.name!r} reads other features than package {package.digest[:12]}. Rebuild with the code that "
            f"trained it: {evidence.environment.code_commit}."
        )
    rows, other_features = training_set_again(workplace, spec, evidence, from_raw=from_raw)
    as_then = replace(spec, seed=evidence.model.seed)
    challenger = fit_challenger(rows, as_then, project=workplace.project.name, n_threads=evidence.model.n_threads)
    X = numbers(rows.rows, rows.feature_names, rows.words)
    kept, again = predict(scorer, X)[0], challenger.score(X)
    equal = kept.view(np.int64) == again.view(np.int64)
    return Rebuild(
        model=spec.name,
        package_digest=package.digest,
        n_rows=len(kept),
        n_equal_predictions=int(equal.sum()),
        largest_difference=float(np.abs(kept - again).max(initial=0.0)),
        is_same_model=model_digest(challenger.model_files()) == package.model_digest,
        differences=tuple(_differences(evidence, rows, other_features, n_other=int((~equal).sum()))),
        circumstances=tuple(circumstances(evidence, spec, environment_facts())),
        erased=erased_of(workplace, package),
    )


def training_set_again(
    workplace: Workplace, spec: Model, evidence: Evidence, *, from_raw: bool = False
) -> tuple[TrainingSet, tuple[str, ...]]:
    """Make the training set again, and say which of its features come out otherwise than they were kept."""
    data = evidence.data
    kept = at_version(workplace, FEATURES_TABLE, data.features_version)
    inputs = inputs_from_raw(workplace, evidence) if from_raw else inputs_from_lake(workplace, evidence)
    split = training_split(spec, as_of=evidence.model.as_of, first_day=workplace.project.first_day)
    of_features = {name: inputs[name] for name in workplace.project.plan.inputs}
    snapshots = dict(zip(split.days, snapshots_of(workplace.project, of_features, split.days), strict=True))
    labelled = labelled_of(workplace.project, spec, split, snapshots.__getitem__, inputs)
    made = stack(
        labelled.snapshots,
        spec,
        split,
        features_version=kept.version,
        history_versions=data.history_versions,
        source_versions=tuple((source.name, source.lake_version) for source in data.sources),
        consent=labelled.consent,
    )
    return made, _made_otherwise(spec, kept, snapshots)


def _made_otherwise(spec: Model, kept: OpenTable, snapshots: Mapping[date, pa.Table]) -> tuple[str, ...]:
    """The features of a model whose values differ from those that were kept, on any snapshot."""
    other: set[str] = set()
    names = ["customer_id", *(feature.name for feature in spec.inputs)]
    for day, made in snapshots.items():
        rows = read_rows(kept, days=[day], columns=names)
        if rows is not None:
            before, now = (table.select(names).sort_by("customer_id") for table in (rows, made))
            other |= {name for name in names if not before[name].combine_chunks().equals(now[name].combine_chunks())}
    return tuple(sorted(other))


def circumstances(evidence: Evidence, spec: Model, now: EnvironmentFacts) -> list[str]:
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


def erased_of(workplace: Workplace, package: Package) -> str:
    """Who was erased since of those that a package learnt from, and which days it learnt from are no longer kept."""
    promotions = workplace.promotions
    if not promotions.has_trust_root:
        return ""
    found, until = promotions.erasures().learnt_from(package.digest), evidence_of(package).data.known_until
    people = [] if found is None else [f"{found.n_people:,} of the {found.n_customers:,} customers it learnt from"]
    gone = promotions.retentions().gone_until(until)
    days = [f"{n_days} days of {table}, which are past their time" for table, n_days in sorted(gone.items())]
    parts = [f"erased since, as the log says: {'; '.join(people)}"] if people else []
    return "; ".join([*parts, *([f"no longer kept, as the log says: {', '.join(days)}"] if days else [])])


def _differences(evidence: Evidence, rows: TrainingSet, other_features: Sequence[str], *, n_other: int) -> list[str]:
    """What is not equal."""
    found = []
    if rows.digest != evidence.data.training_set_digest:
        found.append(
            f"the training set made again has the digest {rows.digest[:12]}, the evidence names "
            f"{evidence.data.training_set_digest[:12]}"
        )
    if other_features:
        found.append(f"features made again differ from those that were kept: {', '.join(other_features)}")
    if n_other:
        found.append(f"{n_other} of {rows.rows.num_rows} predictions differ")
    return found
