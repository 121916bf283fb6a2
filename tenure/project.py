"""A project: what one company's customers, calendar, sources, histories, features and models are.

It is data; how it is read from a company's folder is `loading.py`'s, whether its parts fit together `misfits.py`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

from tenure.audit import USUAL_LINES, AuditLines
from tenure.clocks import UTC, day_of
from tenure.consent.declared import Consents, read_whole
from tenure.consent.recorded import RECORDED, source_of_recorded
from tenure.contracts import Source
from tenure.errors import SpecError
from tenure.features.feature import Feature
from tenure.features.plan import Plan, snapshot_plan
from tenure.history import Contacts, Events, History
from tenure.history.known import Knowable
from tenure.history.prepared import reads_of
from tenure.names import meant
from tenure.people.declared import People
from tenure.privacy.published import PrivacyBudget
from tenure.pseudonyms.declared import Pseudonyms
from tenure.purposes.declared import Purpose, said_in_words
from tenure.retraining import USUALLY, RetrainAfterErasures
from tenure.specs import Model
from tenure.timeline import days_between

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Attribute:
    """A protected attribute: where it is held, and how its values are grouped for the audit.

    `groups` maps a received value to its group; None keeps the values as they are.
    """

    name: str
    title: str
    source: str
    column: str
    groups: Mapping[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """One company.

    Parameters
    ----------
    first_day: the first of the company's days with events.
    last_day: the last one, for a company whose data are history; None for one that still delivers.
    timezone: the IANA name of the zone whose days are the company's, "UTC" by default. In which zone a source's times are is
        the source's to say.
    people: what identifies a person; without it every customer's id is one.
    consents: where it is told what people consented or objected to; without it nobody is left out. With it there is one more
        source, of what people record by command.
    pseudonyms: whether ids are replaced before anything is written to the lake; without it they stand there as received.
    currency: the currency of its amounts, three capital letters (ISO 4217), for readers of the project.
    known_as: what the company calls a customer's key; exports name it `customer_id`.
    authors: role (as in "model owner") by its short name; statements on cards name these, never people.
    purposes: what data may be used for; words by short name, as projects had them before, say nothing of columns.
    histories: what its sources mean, as `history.py` declares it.
    features: what may be known of a customer, as `features.py` lists it; models that name none of their own read these.
    scores_again: whether delivered scores are made again by themselves once what they were made from has changed. Somebody may
        have acted on the old ones, so by default a person decides.
    privacy_budget: how much counts that are published with noise may tell of each person; without it none are published.
    retrain: after how many erasures of people it learnt from a model is to be trained again.
    audit_lines: what every audit holds disparities to. Calibration is held against `KNOWN_MEMBERS` where being known at all
        marks more active customers, so that every known group is off by what they share (`docs/decisions/` says more).
    """

    name: str
    title: str
    first_day: date
    last_day: date | None
    known_as: str
    authors: Mapping[str, str]
    purposes: tuple[Purpose, ...]
    attributes: tuple[Attribute, ...] = ()
    sources: tuple[Source, ...] = ()
    histories: tuple[History, ...] = ()
    features: tuple[Feature, ...] = ()
    models: tuple[Model, ...] = ()
    audit_lines: AuditLines = USUAL_LINES
    demo_days: "DemoDays | None" = None
    scores_again: bool = False
    timezone: str = UTC
    currency: str | None = None
    people: People | None = None
    retrain: RetrainAfterErasures = USUALLY
    consents: Consents | None = None
    privacy_budget: PrivacyBudget | None = None
    pseudonyms: Pseudonyms | None = None

    def __post_init__(self) -> None:
        """Tell the sources whose days count, and take purposes that are said in words alone."""
        declared: tuple[Purpose, ...] | Mapping[str, str] = self.purposes
        if isinstance(declared, Mapping):
            object.__setattr__(self, "purposes", said_in_words(declared))
        if self.consents is not None and RECORDED not in {source.name for source in self.sources}:
            object.__setattr__(self, "sources", (*self.sources, source_of_recorded()))
        if self.pseudonyms is not None and self.people is not None:
            object.__setattr__(self, "people", self.people.hidden)
        if self.consents is not None and self.consents.source:
            object.__setattr__(self, "sources", tuple(read_whole(source, self.consents) for source in self.sources))
        if self.timezone != UTC:
            object.__setattr__(self, "sources", tuple(replace(source, clocks=self.timezone) for source in self.sources))

    def today(self, now: datetime) -> date:
        """The company's day at a moment."""
        return day_of(now, self.timezone)

    @property
    def first_key(self) -> date:
        """The first partition: the day before which the first day's events were known."""
        return self.first_day + timedelta(days=1)

    @property
    def last_key(self) -> date | None:
        """The last partition of a company whose data are history."""
        return None if self.last_day is None else self.last_day + timedelta(days=1)

    @property
    def is_history(self) -> bool:
        """True when no new day will come."""
        return self.last_day is not None

    def keys_until(self, day: date) -> tuple[date, ...]:
        """All partition keys up to and including `day`."""
        return days_between(self.first_key, day)

    def source(self, name: str) -> Source:
        """Return the source of that name."""
        return _named(self.sources, name, f"Project {self.name!r}", "source")

    def model(self, name: str) -> Model:
        """Return the spec of that name."""
        return _named(self.models, name, f"Project {self.name!r}", "model")

    def purpose(self, name: str) -> Purpose:
        """Return the purpose of that name."""
        return _named(self.purposes, name, f"Project {self.name!r}", "purpose")

    def purpose_of(self, spec: Model) -> Purpose | None:
        """The purpose of a model: the one that it names, or the only one; None where purposes are said in words, or not at all.

        Raises
        ------
        SpecError: for a name of no purpose, and where there are several and the model names none.
        """
        if spec.purpose:
            return self.purpose(spec.purpose)
        declared = [purpose for purpose in self.purposes if not purpose.is_in_words]
        if len(declared) > 1:
            raise SpecError(
                f"Model {spec.name!r} names no purpose, and project {self.name!r} has {[p.name for p in declared]}. Say which, "
                f'as in purpose="{declared[0].name}".'
            )
        return declared[0] if declared else None

    def attribute(self, name: str) -> Attribute:
        """Return the protected attribute of that name."""
        return _named(self.attributes, name, f"Project {self.name!r}", "protected attribute")

    @cached_property
    def told(self) -> tuple[Feature, ...]:
        """All that is made of a day: the features of the project, of each model, and those that populations are told by."""
        of_models = [feature for spec in self.models for feature in (*spec.inputs, *spec.population.features)]
        return tuple({feature.name: feature for feature in (*self.features, *of_models)}.values())

    @cached_property
    def roster(self) -> tuple[Knowable, ...]:
        """The histories that say who there is: those that populations are told by."""
        found = {history.noun: history for spec in self.models for history in spec.population.histories}
        return tuple(history for history in found.values() if not isinstance(history, Contacts))

    @cached_property
    def events(self) -> tuple[Events, ...]:
        """The histories of events that features, populations or outcomes read: those that are rolled up."""
        foreseen = (history for spec in self.models for history in spec.foresees.histories)
        read = {history.noun for history in (*(f.rows.history for f in self.told), *self.roster, *foreseen)}
        return tuple(history for history in self.histories if isinstance(history, Events) and history.noun in read)

    @property
    def read_sources(self) -> tuple[str, ...]:
        """The sources that features, populations or outcomes are made from, by name."""
        foreseen = (history for spec in self.models for history in spec.foresees.histories)
        read = [*(f.rows.history for f in self.told), *self.roster, *foreseen]
        looked_up = (one.source for history in self.events for one in history.look_ups)
        return tuple(dict.fromkeys([*(history.source for history in read), *looked_up]))

    @cached_property
    def plan(self) -> Plan:
        """How the features of a day are computed."""
        return snapshot_plan(
            self.told,
            roster=self.roster,
            sources={source.name: source for source in self.sources},
            knows_people=self.people is not None,
        )

    def look_ups(self, history: Events) -> Mapping[str, Source]:
        """The sources that a history looks up, by name."""
        return {one.source: self.source(one.source) for one in history.look_ups}

    def reads_of(self, history: Events) -> Mapping[str, tuple[str, ...]]:
        """From which columns of sources each column of a history's roll-up is made."""
        if history not in self._reads:
            self._reads[history] = reads_of(history, self.source(history.source), self.look_ups(history))
        return self._reads[history]

    @cached_property
    def _reads(self) -> dict[Events, Mapping[str, tuple[str, ...]]]:
        """What `reads_of` has found: it parses SQL, and is asked for each model."""
        return {}


@dataclass(frozen=True, kw_only=True)
class DemoDays:
    """The days of the project's demonstration: train as of one, score from one to another."""

    train_as_of: date
    score_from: date
    score_to: date


def _named(items: tuple[T, ...], name: str, owner: str, what: str) -> T:
    """The item of that name, or an error that offers what there is."""
    by_name: dict[str, T] = {vars(item)["name"]: item for item in items}
    if name not in by_name:
        raise SpecError(f"{owner} has no {what} {name!r}; it has {sorted(by_name)}.{meant(name, by_name)}")
    return by_name[name]
