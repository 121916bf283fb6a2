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

from adapters.catalogue_run import (
    DIGEST_TAG,
    MODEL_TAG,
    NOTE,
    PACKAGE_FOLDER,
    STANDS,
    Rendered,
    champion_note,
    datasets,
    lay_out,
    log_figures,
    promotion_tags,
    run_tags,
    version_tags,
)
from adapters.catalogue_store import alone, settle
from tenure.errors import RegistryError
from tenure.evidence import Evidence
from tenure.package import Package
from tenure.promotions import PromotionRecord

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run
    from mlflow.entities.model_registry import ModelVersion

CHAMPION_ALIAS = "champion"
CANDIDATE_SUFFIX = "-candidate"  # of the registered model that holds what waits, beside the one that served


@dataclass(frozen=True, kw_only=True)
class RegisteredVersion:
    """Where the catalogue shows a package."""

    model: str
    version: int
    run_id: str


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
        name = f"{evidence.model.project}.{evidence.model.name}{CANDIDATE_SUFFIX}"
        with self._client() as client:
            known = _version_of(client, name, package.digest)
            if known:
                return _registered(known)
            run = self._finished_run(client, package, evidence, rendered)
            return _registered(
                _new_version(client, name, run, description=rendered.summary, tags=version_tags(package, evidence))
            )

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
            for key, value in promotion_tags(record).items():
                client.set_model_version_tag(name, str(version.version), key, value)
            client.set_registered_model_alias(name, CHAMPION_ALIAS, str(version.version))
            _mark_runs(client, record, version.run_id)
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
            return str(version.tags.get(DIGEST_TAG, "a version without the digest of its package"))

    def run_of(self, project: str, digest: str) -> tuple[str, str] | None:
        """The experiment and the run that show a package; None where none was logged.

        Raises
        ------
        RegistryError: when MLflow cannot be reached.
        """
        with self._client() as client:
            experiment = client.get_experiment_by_name(project)
            query = f"tags.`{DIGEST_TAG}` = '{digest}' and attributes.status = 'FINISHED'"
            found = client.search_runs([experiment.experiment_id], query, max_results=1) if experiment else []
            return (found[0].info.experiment_id, found[0].info.run_id) if found else None

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
                f"MLflow at {without_password(self._tracking_uri)} cannot be used "
                f"({type(error).__name__}: {without_password(str(error))[:200]}). "
                "Scores do not need it. Bring it up, then `tenure catalogue` shows there what it lacks."
            ) from None  # MLflow's own message repeats the address, password included

    def _finished_run(self, client: "MlflowClient", package: Package, evidence: Evidence, rendered: Rendered) -> "Run":
        """Return the finished run of this package; log it if there is none, or none that was completed."""
        experiment = self._experiment(client, evidence.model.project)
        query = f"tags.`{DIGEST_TAG}` = '{package.digest}' and attributes.status = 'FINISHED'"
        found = client.search_runs([experiment], query, max_results=1)
        if found:
            return found[0]
        name = f"{evidence.model.name} {evidence.model.as_of} {package.digest[:8]}"
        run = client.create_run(experiment, tags=run_tags(package, evidence, rendered), run_name=name)
        log_figures(client, run, evidence)
        client.log_inputs(run.info.run_id, datasets=datasets(evidence))
        with tempfile.TemporaryDirectory() as folder:
            lay_out(Path(folder), package, evidence, rendered)
            client.log_artifacts(run.info.run_id, folder)
        client.set_terminated(run.info.run_id)
        return client.get_run(run.info.run_id)

    def _experiment(self, client: "MlflowClient", project: str) -> str:
        """Return the experiment of a project, created on first use."""
        experiment = client.get_experiment_by_name(project)
        if experiment is not None:
            return str(experiment.experiment_id)
        return str(client.create_experiment(project, artifact_location=(self._artifact_root / project).resolve().as_uri()))


def _mark_runs(client: "MlflowClient", record: PromotionRecord, run_id: str | None) -> None:
    """Let the run that now serves say so, by its name, tag and description, and the one before that it served.

    Where MLflow asks for accounts, who promotes may not write to runs; the version and the alias say it there.
    """
    from mlflow.exceptions import MlflowException

    experiment = client.get_experiment_by_name(record.project)
    if experiment is None or not run_id:
        return
    serving = f"tags.`{STANDS}` = '{CHAMPION_ALIAS}' and tags.`{MODEL_TAG}` = '{record.model}'"
    try:
        for run in client.search_runs([experiment.experiment_id], serving):
            if run.info.run_id != run_id:
                client.set_tag(run.info.run_id, STANDS, "served before")
                client.update_run(run.info.run_id, name=str(run.info.run_name).replace(CHAMPION_ALIAS, "served before", 1))
        client.set_tag(run_id, STANDS, CHAMPION_ALIAS)
        for key, value in promotion_tags(record).items():
            client.set_tag(run_id, key, value)
        client.set_tag(run_id, NOTE, champion_note(record, client.get_run(run_id).data.tags.get(NOTE, "")))
        client.update_run(run_id, name=f"{CHAMPION_ALIAS}: {record.model} version {record.version}")
    except MlflowException as error:
        if error.error_code != "PERMISSION_DENIED":
            raise


def _version_of(client: "MlflowClient", name: str, digest: str) -> "ModelVersion | None":
    """Find the version that holds a package."""
    found = client.search_model_versions(f"name = '{name}' and tags.`{DIGEST_TAG}` = '{digest}'", max_results=1)
    return found[0] if found else None


def _copy_of_candidate(client: "MlflowClient", name: str, digest: str) -> "ModelVersion":
    """Create the version of a promoted package from that of its challenger, or say that it was never logged."""
    candidate = _version_of(client, f"{name}{CANDIDATE_SUFFIX}", digest)
    if candidate is None or not candidate.run_id:
        raise RegistryError(
            f"Expected package {digest[:12]} among the versions of {name}{CANDIDATE_SUFFIX} in MLflow, found none: it was "
            "trained while MLflow was down. `tenure catalogue` logs it and shows who serves; it serves all the same."
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
    if name.endswith(CANDIDATE_SUFFIX):
        return "Every challenger that was trained, with its card. None of these serves."
    return "Promoted versions; the alias `champion` shows which one serves. The promotion log decides, this page shows."


def without_password(text: str) -> str:
    """Drop user and password from every address in a text."""
    return re.sub(r"//[^/@\s]+@", "//", text)
