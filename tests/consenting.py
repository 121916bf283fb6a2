"""An office whose company says what people consented to: a source of events, beside what is recorded by command."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import pyarrow as pa

from governance.doors.demonstration import approve_data_as_demo
from home.workplace import Workplace
from tenure.consent import Consents
from tenure.contracts import Files, Source
from tenure.project import Project
from tenure.purposes import Basis, Purpose
from tests.office import DAY, Office

LONG_AGO = DAY - timedelta(days=40)

SOURCE = Source(
    name="consents",
    grain="one statement",
    key=("customer_id", "said_at", "said"),
    reader=Files(pattern="consents/{day}.parquet"),
    late_days=365,
    columns="""
        customer_id  text  pseudonym  who said it
        said_at      time  behaviour  when
        topic        text  none       of what
        said         text  behaviour  what
    """,
)
PURPOSE = Purpose(
    name="letters",
    why="writing to people before they leave",
    basis=Basis.CONSENT,
    columns=("logins.*", "payments.*", "subscriptions.*", "tickets.*", "devices.*"),
    categories=("use of the service",),
    is_direct_marketing=True,
)
CONSENTS = Consents(
    "consents",
    did="said",
    given="yes",
    withdrawn="no",
    objected="stop",
    objection_withdrawn="go on",
    purpose="topic",
    purposes={"post": "letters"},
)


@dataclass(frozen=True)
class ConsentingOffice(Office):
    """The office once its company declares consents."""

    basis: Basis = Basis.CONSENT
    consents: Consents = CONSENTS

    @property
    def workplace(self) -> Workplace:
        """The shop at its places."""
        return Workplace(
            _consenting(super().workplace.project, self.basis, self.consents), self.shop.settings, clock=lambda: self.now
        )

    def score(self, *days: date) -> None:
        """As the daily run does, once the changed declarations are approved."""
        approve_data_as_demo(self.workplace.promotions, self.shop.settings)
        super().score(*days)

    @property
    def customers(self) -> list[str]:
        """Those who were scored before anything of consent was declared, in order."""
        return sorted(Office(self.home, self.now).delivered.rows["customer_id"].to_pylist())

    def hear(self, said: str, who: Sequence[str], *, on: date, known_on: date | None = None) -> None:
        """Receive what people said at noon of a day, with the batch of the next day or of a later one."""
        key = known_on or on + timedelta(days=1)
        at, known = (datetime.combine(day, time(hour)) for day, hour in ((on, 12), (key, 0)))
        rows = pa.table(
            {
                "customer_id": pa.array(who, pa.string()),
                "said_at": pa.array([at] * len(who), pa.timestamp("us")),
                "topic": pa.array(["post"] * len(who), pa.string()),
                "said": pa.array([said] * len(who), pa.string()),
                "day": pa.array([key] * len(who), pa.date32()),
                "available_at": pa.array([known - timedelta(microseconds=1)] * len(who), pa.timestamp("us")),
            }
        )
        held = self.workplace.lake.rows("validated/consents", days=[key])
        self.land([key], SOURCE, rows if held is None else pa.concat_tables([held.select(rows.column_names), rows]))


def asking_of(office: Office) -> ConsentingOffice:
    """Everybody but the first three has consented; who is scored without it is nobody."""
    made = ConsentingOffice(office.home, office.now)
    made.hear("yes", made.customers[3:], on=LONG_AGO)
    return made


# Projects are made once: compiling what one makes of a day takes seconds.
_made: dict[tuple[int, Basis, int], Project] = {}


def _consenting(project: Project, basis: Basis, consents: Consents) -> Project:
    key = (id(project), basis, id(consents))
    if key not in _made:
        purposes = (replace(PURPOSE, basis=basis),)
        models = tuple(replace(spec, purpose=PURPOSE.name) for spec in project.models)
        _made[key] = replace(project, sources=(*project.sources, SOURCE), purposes=purposes, models=models, consents=consents)
    return _made[key]
