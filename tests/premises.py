"""Premises: one folder with the simulated company's deliveries and a home in which the real assets have run."""

import io
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Self

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq

from adapters.settings import Settings, catalogue_in
from assets.candidate import REQUEST_TAG
from assets.raw import land
from assets.validated import judge_and_write
from governance.doors.demonstration import (
    approve_as_demo,
    approve_data_as_demo,
    as_engineer,
    ask_as_demo,
    found_demo_trust,
)
from home.opening import Use, open_home
from home.workplace import Workplace
from pipelines.run import RunOutcome, run_job
from provenance.roll_up import roll_up_all
from tenure.content import digest_by_day
from tenure.features.plan import Plan
from tenure.loading import load_project
from tenure.project import Project
from tests import company
from tests.deliveries import deliver, drawn, project_at

AS_OF, MODELS = company.AS_OF, company.MODELS


@dataclass(frozen=True)
class Premises:
    """A folder with `delivered/`, `inbox/` and `home/`."""

    folder: Path

    @property
    def delivered(self) -> Path:
        """What the company delivers."""
        return self.folder / "delivered"

    @property
    def project(self) -> Project:
        """The project that reads these deliveries."""
        return _project_at(self.delivered)

    @property
    def settings(self) -> Settings:
        """Everything below this folder."""
        home = self.folder / "home"
        return Settings(
            home=home,
            tracking_uri=catalogue_in(home),
            inbox=self.folder / "inbox",
            n_threads=2,
            host="127.0.0.1",
            dagster_port=3000,
            mlflow_port=5000,
        )

    @property
    def workplace(self) -> Workplace:
        """The project at its places."""
        return Workplace(self.project, self.settings)

    def copy(self, folder: Path) -> Self:
        """The same premises elsewhere; Dagster's own state, and what people were told, stay behind.

        Two thousand small files are what was delivered and received of half a year. Nobody writes into one of them: the raw store
        and `deliveries.write` put another in its place. So both premises hold the same ones.
        """
        left = shutil.ignore_patterns("dagster", "artifacts", "alerts.jsonl", self.settings.raw.name)
        shutil.copytree(self.folder / "home", folder / "home", ignore=left)
        copied = type(self)(folder)
        shutil.copytree(self.settings.raw, copied.settings.raw, copy_function=os.link)
        shutil.copytree(self.delivered, copied.delivered, copy_function=os.link)
        return copied

    def run(
        self, job: str, days: Sequence[date] = (), *, project: Project | None = None, as_of: date | None = None
    ) -> RunOutcome:
        """Run a job in this process with an instance that leaves nothing behind."""
        config = None
        if as_of is not None:
            op = f"{self.project.name}__{job.removeprefix('train_')}__training_set"
            config = {"ops": {op: {"config": {"as_of": as_of.isoformat()}}}}
        tags = {}
        if job.startswith("train_") and self.workplace.promotions.has_trust_root:
            asked = ask_as_demo(self.workplace.promotions, self.settings, [job.removeprefix("train_")])
            tags = {REQUEST_TAG: asked or ""}
        instance = dg.DagsterInstance.ephemeral()
        return run_job(project or self.project, self.settings, job, days=days, config=config, tags=tags, instance=instance)

    def rows(self, table: str, day: date) -> pa.Table | None:
        """A day of a lake table."""
        return self.workplace.lake.rows(table, days=[day])

    def digest(self, table: str, day: date, key: Sequence[str] = ("customer_id",)) -> str:
        """Content of a day of a lake table."""
        rows = self.rows(table, day)
        assert rows is not None, f"{table} holds no rows of {day}"
        return digest_by_day(rows, key)[day]

    def digests(self, day: date) -> Mapping[str, str]:
        """Content of a day's features and of all its scores."""
        return {table: self.digest(table, day) for table in ("features", *(f"{model}/scores" for model in MODELS))}

    def exported(self, model: str, day: date) -> bytes:
        """A day's scores as a file, rows by customer."""
        rows = self.rows(f"{model}/scores", day)
        assert rows is not None
        buffer = io.BytesIO()
        pq.write_table(rows.sort_by("customer_id").combine_chunks(), buffer)
        return buffer.getvalue()

    def versions(self) -> Mapping[str, int]:
        """The version of every lake table."""
        root = self.settings.lake / self.project.name
        names = [log.parent.relative_to(root).as_posix() for log in root.rglob("_delta_log")]
        return {name: self.workplace.lake.open(name).version for name in sorted(names)}

    def approve(self, digest: str) -> None:
        """Let the demonstration's reviewers approve a package."""
        approve_as_demo(self.workplace.promotions, self.settings, digest)

    def promote_all(self) -> None:
        """Let every candidate serve; three hundred customers leave the audit open, so a reason is given."""
        for candidate in self.workplace.packages.candidates(self.project.name):
            self.approve(candidate.digest)
            self.promote(candidate.digest)

    def promote(self, digest: str, reason: str = "enough for a test") -> None:
        """Let the demonstration's engineer ask for a promotion."""
        self.workplace.promotions.promote(digest, reason, **as_engineer(self.settings))


@cache
def _project_at(folder: Path) -> Project:
    """The project of a folder, made once: tests ask for it often, and compiling how features are computed takes seconds."""
    project = project_at(folder)
    # Where files lie changes nothing of it. A project that is changed has none, and compiles its own.
    vars(project)["plan"] = _plan()
    return project


@cache
def _plan() -> Plan:
    """How the features of every folder's project are computed."""
    return load_project(company.PACKAGE).plan


def establish(folder: Path) -> Premises:
    """Deliver everything, land the history until the training day, train the models and promote them.

    What the job would do is done for all days but the last two: Dagster notes some four thousand events of them, which takes as
    long as landing them.
    """
    premises = Premises(folder)
    deliver(drawn(), premises.delivered)
    open_home(premises.settings, Use.MAKES)
    found_demo_trust(premises.settings, premises.project.name, premises.workplace.clock)
    approve_data_as_demo(premises.workplace.promotions, premises.settings)
    days = premises.project.keys_until(AS_OF)
    for source in premises.project.sources:
        land(premises.workplace, source, days[:-2])
        judge_and_write(premises.workplace, source, days[:-2])
    roll_up_all(premises.workplace)
    outcome = premises.run("history", days[-2:])
    assert outcome.succeeded, outcome.failures
    for model in MODELS:
        outcome = premises.run(f"train_{model}", as_of=AS_OF)
        assert outcome.succeeded, outcome.failures
    premises.promote_all()
    return premises
