"""MLflow, the catalogue that people read: one run and one model version per challenger, one version per champion.

It is not the authority (`promotion.py` is), and no score needs it. A version's source is the run's copy of the package's native
files: no flavour is logged, so that MLflow never becomes a second way of scoring, which no gate has seen.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from adapters.catalogue_store import alone, settle
from tenure.errors import RegistryError
from tenure.evaluation.records import Estimate, NotDefined
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.promotions import PromotionRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import DatasetInput, Run
    from mlflow.entities.model_registry import ModelVersion

CHAMPION_ALIAS = "champion"
PACKAGE_FOLDER = "package"
DATASET_DIGEST_LETTERS = 36
_DIGEST_TAG = "tenure.package_digest"


@dataclass(frozen=True, kw_only=True)
class RegisteredVersion:
    """Where the catalogue shows a package."""

    model: str
    version: int
    run_id: str


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """What a person reads of a challenger: the card as HTML and Markdown, its summary, and plots (PNG by file name)."""

    card_html: str
    card_markdown: str
    summary: str
    plots: Mapping[str, bytes]


class Registry:
    """The catalogue at one tracking address; new experiments keep their files below `artifact_root`."""

    def __init__(self, tracking_uri: str, artifact_root: Path) -> None:
        """Name the address; nothing is reached until something is logged."""
        self._tracking_uri = tracking_uri
        self._artifact_root = artifact_root

    def log_challenger(self, package: Package, evidence: Evidence, rendered: Rendered) -> RegisteredVersion:
        """Log a challenger as a run of experiment `<project>` and a version of `<project>.<model>-candidate`.

        The same package is logged once; logging it again returns where it is.

        Raises
        ------
        RegistryError: when MLflow cannot be reached or refuses.
        """
        name = f"{evidence.model.project}.{evidence.model.name}-candidate"
        with self._client() as client:
            known = _version_of(client, name, package.digest)
            if known:
                return _registered(known)
            run = self._finished_run(client, package, evidence, rendered)
            return _registered(_new_version(client, name, run, description=rendered.summary, tags=_tags(package, evidence)))

    def register_champion(self, record: PromotionRecord) -> RegisteredVersion:
        """Show a promoted package as a version of `<project>.<model>` and point the alias `champion` at it.

        A package that serves again keeps its version. The challenger must have been logged before.

        Raises
        ------
        RegistryError: when MLflow cannot be reached, or the challenger was never logged.
        """
        name = f"{record.project}.{record.model}"
        with self._client() as client:
            version = _version_of(client, name, record.package_digest) or _copy_of_candidate(client, name, record.package_digest)
            for key, value in _promotion_tags(record).items():
                client.set_model_version_tag(name, str(version.version), key, value)
            client.set_registered_model_alias(name, CHAMPION_ALIAS, str(version.version))
            return _registered(version)

    def champion_digest(self, project: str, model: str) -> str | None:
        """The package that the alias `champion` points at, for comparison with the log; None where there is no alias.

        Raises
        ------
        RegistryError: when MLflow cannot be reached.
        """
        from mlflow.exceptions import MlflowException

        with self._client() as client:
            try:
                version = client.get_model_version_by_alias(f"{project}.{model}", CHAMPION_ALIAS)
            except MlflowException as error:
                if error.error_code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
                    return None
                raise
            return str(version.tags.get(_DIGEST_TAG, "a version without the digest of its package"))

    @contextmanager
    def _client(self) -> Iterator["MlflowClient"]:
        """Open a client; whatever MLflow, its database or the network raises becomes a RegistryError."""
        from mlflow import MlflowClient
        from mlflow.exceptions import MlflowException
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with alone(self._tracking_uri):
                settle(self._tracking_uri, self._artifact_root)
                client = MlflowClient(tracking_uri=self._tracking_uri, registry_uri=self._tracking_uri)
                # The first question to a new SQLite file creates its tables, which two processes must not do at once.
                client.search_experiments(max_results=1)
            yield client
        except (MlflowException, SQLAlchemyError, OSError) as error:
            raise RegistryError(
                f"MLflow at {_without_password(self._tracking_uri)} cannot be used "
                f"({type(error).__name__}: {_without_password(str(error))[:200]}). "
                "Scores do not need it. Bring it up, then `tenure catalogue` shows there what it lacks."
            ) from None  # MLflow's own message repeats the address, password included

    def _finished_run(self, client: "MlflowClient", package: Package, evidence: Evidence, rendered: Rendered) -> "Run":
        """Return the finished run of this package; log it if there is none, or none that was completed."""
        experiment = self._experiment(client, evidence.model.project)
        query = f"tags.`{_DIGEST_TAG}` = '{package.digest}' and attributes.status = 'FINISHED'"
        found = client.search_runs([experiment], query, max_results=1)
        if found:
            return found[0]
        tags = {**_tags(package, evidence), "mlflow.note.content": rendered.summary}
        name = f"{evidence.model.name} {evidence.model.as_of} {package.digest[:8]}"
        run = client.create_run(experiment, tags=tags, run_name=name)
        _log_figures(client, run, evidence)
        client.log_inputs(run.info.run_id, datasets=_datasets(evidence))
        with tempfile.TemporaryDirectory() as folder:
            _lay_out(Path(folder), package, rendered)
            client.log_artifacts(run.info.run_id, folder)
        client.set_terminated(run.info.run_id)
        return client.get_run(run.info.run_id)

    def _experiment(self, client: "MlflowClient", project: str) -> str:
        """Return the experiment of a project, created on first use."""
        experiment = client.get_experiment_by_name(project)
        if experiment is not None:
            return str(experiment.experiment_id)
        return str(client.create_experiment(project, artifact_location=(self._artifact_root / project).resolve().as_uri()))


def _version_of(client: "MlflowClient", name: str, digest: str) -> "ModelVersion | None":
    """Find the version that holds a package."""
    found = client.search_model_versions(f"name = '{name}' and tags.`{_DIGEST_TAG}` = '{digest}'", max_results=1)
    return found[0] if found else None


def _copy_of_candidate(client: "MlflowClient", name: str, digest: str) -> "ModelVersion":
    """Create the version of a promoted package from that of its challenger, or say that it was never logged."""
    candidate = _version_of(client, f"{name}-candidate", digest)
    if candidate is None or not candidate.run_id:
        raise RegistryError(
            f"Expected package {digest[:12]} among the versions of {name}-candidate in MLflow, found none: it was trained while "
            "MLflow was down. `tenure catalogue` logs it and shows who serves; it serves all the same."
        )
    run = client.get_run(candidate.run_id)
    return _new_version(client, name, run, description=candidate.description or "", tags=dict(candidate.tags))


def _new_version(client: "MlflowClient", name: str, run: "Run", *, description: str, tags: Mapping[str, str]) -> "ModelVersion":
    """Create a version from the package that the run holds, and the registered model with the first."""
    from mlflow.exceptions import MlflowException

    try:
        client.get_registered_model(name)  # where MLflow asks for accounts, nobody who logs or promotes may create one
    except MlflowException as missing:
        if missing.error_code != "RESOURCE_DOES_NOT_EXIST":
            raise
        try:
            client.create_registered_model(name, description=_model_description(name))
        except MlflowException as error:
            if error.error_code != "RESOURCE_ALREADY_EXISTS":
                raise
    source = f"{run.info.artifact_uri}/{PACKAGE_FOLDER}"
    return client.create_model_version(name, source, run_id=run.info.run_id, tags=dict(tags), description=description)


def _registered(version: "ModelVersion") -> RegisteredVersion:
    """Name a version of MLflow's by what callers need."""
    return RegisteredVersion(model=version.name, version=int(version.version), run_id=version.run_id or "")


def _model_description(name: str) -> str:
    """Say what the versions of a registered model are."""
    if name.endswith("-candidate"):
        return "Every challenger that was trained, with its card. None of these serves."
    return "Promoted versions; the alias `champion` shows which one serves. The promotion log decides, this page shows."


def _log_figures(client: "MlflowClient", run: "Run", evidence: Evidence) -> None:
    """Log parameters and metrics in one call."""
    from mlflow.entities import Metric, Param

    at = run.info.start_time
    metrics = [Metric(name, value, at, 0) for name, value in figures(evidence).items()]
    params = [Param(name, value) for name, value in _parameters(evidence).items()]
    client.log_batch(run.info.run_id, metrics=metrics, params=params)


def _datasets(evidence: Evidence) -> "list[DatasetInput]":
    """The training set and the sources that it came from; MLflow cuts digests, so the whole one is in the address."""
    from mlflow.entities import Dataset, DatasetInput, InputTag

    data = evidence.data
    digests = {"training_set": data.training_set_digest, **{source.name: source.content_digest for source in data.sources}}
    return [
        DatasetInput(
            dataset=Dataset(
                name=name, digest=digest[:DATASET_DIGEST_LETTERS], source_type="tenure", source=f'{{"sha256": "{digest}"}}'
            ),
            tags=[InputTag("mlflow.data.context", "training" if name == "training_set" else "source")],
        )
        for name, digest in digests.items()
    ]


def figures(evidence: Evidence) -> dict[str, float]:
    """Every metric of the challenger by name; `_low` and `_high` end its interval, `_over_baseline` is the paired difference.

    A figure that is not defined is no metric of MLflow's, which knows numbers alone: it is a tag that says why.
    """
    found: dict[str, float] = {}
    for name, estimate in _estimates(evidence):
        ends = {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
        found |= {key: value for key, value in ends.items() if isinstance(value, (int, float))}
    return found


def _estimates(evidence: Evidence) -> Iterator[tuple[str, Estimate]]:
    """Every figure that is logged, by the name it is logged under."""
    for metric in evidence.evaluation.metrics:
        yield metric.name, metric.estimate
        if metric.difference is not None:
            yield f"{metric.name}_over_baseline", metric.difference
        if metric.baselines:
            yield f"{metric.name}_of_baseline", metric.baselines[0][1]
    comparison = evidence.evaluation.champion
    if comparison is not None:
        yield f"{comparison.metric}_over_champion", comparison.difference


def _parameters(evidence: Evidence) -> dict[str, str]:
    """What was chosen before training: algorithm, its parameters, calibration, seed, periods, gates' inputs."""
    model = evidence.model
    chosen = {
        "kind": model.kind,
        "algorithm": model.algorithm,
        "calibration_method": model.calibration_method,
        "seed": str(model.seed),
        "as_of": model.as_of.isoformat(),
        "population": model.population,
        "outcome_days": str(model.outcome_days),
        "n_features": str(len(evidence.features)),
    }
    periods = {f"{p.role}_period": f"{p.first_as_of} to {p.last_as_of}, {p.n_rows} rows" for p in evidence.data.periods}
    return {**chosen, **periods, **dict(model.parameters)}


def _tags(package: Package, evidence: Evidence) -> dict[str, str]:
    """What a version is searched and judged by: digests, day, decision, audit."""
    decision = evidence.decision
    sources = {f"tenure.data.{source.name}": source.content_digest for source in evidence.data.sources}
    undefined = {name: e.value.because for name, e in _estimates(evidence) if isinstance(e.value, NotDefined)}
    return {
        **{f"not_defined.{name}": because for name, because in undefined.items()},
        _DIGEST_TAG: package.digest,
        "tenure.model_digest": package.model_digest,
        "tenure.project": evidence.model.project,
        "tenure.model": evidence.model.name,
        "as_of": evidence.model.as_of.isoformat(),
        "tenure.data.training_set": evidence.data.training_set_digest,
        **sources,
        "tenure.code_commit": evidence.environment.code_commit,
        "decision": decision.outcome.value if decision else "not yet decided",
        "bias_audit": evidence.audit.verdict.value,
    }


def _promotion_tags(record: PromotionRecord) -> dict[str, str]:
    """What the promotion log says of a version, for people to read here."""
    return {
        "promotion.sequence": str(record.sequence),
        "promotion.action": record.action.value,
        "promotion.version": str(record.version),
        "promotion.reason": record.reason or "none was needed",
        "promotion.decided_at": record.decided_at.isoformat(),
    }


def _lay_out(folder: Path, package: Package, rendered: Rendered) -> None:
    """Write a run's artifacts as they are to appear: card on top, plots and package below."""
    contents = {
        "model_card.html": rendered.card_html.encode(),
        "model_card.md": rendered.card_markdown.encode(),
        **{f"plots/{name}": content for name, content in rendered.plots.items()},
        **{f"{PACKAGE_FOLDER}/{path}": content for path, content in package.files.items()},
    }
    for path, content in contents.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _without_password(text: str) -> str:
    """Drop user and password from every address in a text."""
    return re.sub(r"//[^/@\s]+@", "//", text)
