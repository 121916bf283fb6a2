"""The workplace: one project at its places, which every asset is handed.

It opens things; it decides nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from adapters.alerts import Alert, AlertKind, Alerts, open_alerts
from adapters.at_rest import AtRest, at_rest
from adapters.lake import Lake
from adapters.openlineage import LineageSink, open_lineage
from adapters.raw_store import RawStore
from adapters.registry import Registry
from adapters.settings import Settings
from governance.doors.promotion import Promotions
from governance.stores.measured_rows import MeasuredRowsStore
from governance.stores.package_store import PackageStore
from governance.stores.tombstones import Tombstones
from tenure.project import Project


def utc_now() -> datetime:
    """The one clock of the running system."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Workplace:
    """A project and where its state is."""

    project: Project
    settings: Settings
    clock: Callable[[], datetime] = utc_now

    @property
    def today(self) -> date:
        """The company's day now."""
        return self.project.today(self.clock())

    @property
    def lake(self) -> Lake:
        """The project's Delta tables."""
        return Lake(self.settings.lake, self.project.name)

    @property
    def raw(self) -> RawStore:
        """The bytes as received."""
        return RawStore(self.settings.raw, self.at_rest)

    @property
    def at_rest(self) -> AtRest:
        """How its files are kept, encrypted or not."""
        return at_rest(self.settings)

    @property
    def packages(self) -> PackageStore:
        """Candidates and promoted packages."""
        return PackageStore(self.settings.home)

    @property
    def test_rows(self) -> MeasuredRowsStore:
        """What each candidate was measured on."""
        return MeasuredRowsStore(self.settings.home, self.at_rest)

    @property
    def tombstones(self) -> Tombstones:
        """Who was erased."""
        return Tombstones(self.settings.keys, self.project.name)

    @property
    def promotions(self) -> Promotions:
        """The promotion doors."""
        if self.project.pseudonyms is None:
            return Promotions(self.settings, self.project, self.clock)
        from home.pseudonyms import refuse_raw_ids

        return Promotions(self.settings, self.project, self.clock, partial(refuse_raw_ids, self))

    @property
    def registry(self) -> Registry:
        """The catalogue in MLflow."""
        return Registry(self.settings.tracking_uri, self.settings.artifacts)

    @property
    def lineage(self) -> LineageSink:
        """Where OpenLineage events go."""
        return open_lineage(self.settings.openlineage_url, self.settings.home)

    @property
    def alerts(self) -> Alerts:
        """Where alerts go."""
        return open_alerts(self.settings.home, self.settings.alerts)

    def card_folder(self, model: str, digest: str) -> Path:
        """Where a package's card is written for people to open."""
        return self.settings.reports / self.project.name / model / digest[:12]

    def drift_page(self, model: str, version: int, day: date) -> Path:
        """Where the drift page of a day that a version scored is written; the review room serves it at the same place."""
        return self.settings.reports / self.project.name / model / "drift" / str(version) / f"{day.isoformat()}.html"

    def alert(self, kind: AlertKind, subject: str, message: str) -> None:
        """Tell of something that concerns this project, now, and raise nothing; `subject` and `message` are those of `Alert`."""
        self.alerts.send(Alert(kind=kind, project=self.project.name, subject=subject, message=message, at=self.clock()))
