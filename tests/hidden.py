"""An office whose company asks for pseudonyms: what it receives is landed, judged and replaced as the daily run does."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from assets.validated import judge_and_write
from governance.doors.demonstration import approve_data_as_demo
from home.pseudonyms import id_in_lake, require_same_pseudonyms
from home.workplace import Workplace
from tenure.consent import Consents
from tenure.contracts import Source, Volume
from tenure.project import Project
from tenure.pseudonyms import Pseudonyms
from tenure.purposes import Basis
from tests.consenting import PURPOSE
from tests.deliveries import as_received
from tests.office import Office

_ANY = Volume()


@dataclass(frozen=True)
class HiddenOffice(Office):
    """The office, of a company with pseudonyms and with consents that people record by command."""

    @property
    def workplace(self) -> Workplace:
        """The shop at its places."""
        return Workplace(_hidden(super().workplace.project), self.shop.settings, clock=lambda: self.now)

    def land(self, days: Sequence[date], source: Source, rows: pa.Table) -> None:
        """Receive a source's rows, a batch a day, and have them judged."""
        place = self.workplace
        require_same_pseudonyms(place)
        for day in days:
            own = rows.filter(pc.equal(rows["day"], pa.scalar(day, pa.date32())))
            content = io.BytesIO()
            pq.write_table(as_received(source, own), content)
            self.receive(day, source, content.getvalue(), "parquet")
        self.judge(source, days)

    def receive(self, day: date, source: Source, content: bytes, format: str) -> None:
        """Keep bytes as a batch."""
        self.workplace.raw.land("shop", source.name, day, content, format, self.now)

    def judge(self, source: Source, days: Sequence[date]) -> None:
        """Judge landed batches, once the declarations are approved."""
        approve_data_as_demo(self.workplace.promotions, self.shop.settings)
        judge_and_write(self.workplace, self.workplace.project.source(source.name), days)

    def in_lake(self, raw: str) -> str:
        """The pseudonym of a customer."""
        return id_in_lake(self.workplace, raw)


# Projects are made once: compiling what one makes of a day takes seconds.
_made: dict[int, Project] = {}


def _hidden(project: Project) -> Project:
    if id(project) not in _made:
        purposes = (replace(PURPOSE, basis=Basis.LEGITIMATE_INTERESTS),)
        models = tuple(replace(spec, purpose=PURPOSE.name) for spec in project.models)
        sources = tuple(replace(source, volume=_ANY, max_quarantine_share=1.0) for source in project.sources)
        _made[id(project)] = replace(
            project, sources=sources, purposes=purposes, models=models, consents=Consents(), pseudonyms=Pseudonyms()
        )
    return _made[id(project)]
