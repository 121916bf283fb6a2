"""A project: what one company's customers, calendar, sources, models and roles are.

A project is a folder of data: `project.py` holds `PROJECT`, each file of `sources/` one `SOURCE`, each file of `models/` one
`SPEC`. Both folders are walked, not listed, so adding a file is adding a source or a model.
"""

import importlib
import pkgutil
import re
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from types import ModuleType
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tenure.activity import PRODUCT_COLUMNS, READS_LINES
from tenure.audit import USUAL_LINES, AuditLines
from tenure.contracts import PersonalData, Source
from tenure.errors import SpecError
from tenure.specs import Model
from tenure.timeline import days_between

T = TypeVar("T")

# The columns that features and labels read of the source in each role.
NEEDED_OF: Mapping[str, frozenset[str]] = {
    "lines": frozenset(name for names in READS_LINES.values() for name in names) - {"day", "available_at"},
    "products": frozenset(PRODUCT_COLUMNS),
    "campaigns": frozenset({"customer_id", "starts_at", "ends_at"}),
    "redemptions": frozenset({"customer_id", "redeemed_at"}),
}


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
class Roles:
    """Which source plays which part; sources carry the columns named in `tenure.activity` and `tenure.features`."""

    lines: str = ""
    products: str = ""
    campaigns: str = ""
    redemptions: str = ""

    def __post_init__(self) -> None:
        """Refuse roles that nobody plays, or one source in two."""
        named = vars(self)
        if open_roles := [role for role, source in named.items() if not source]:
            raise SpecError(f"Roles name no source for {', '.join(open_roles)}: expected one for each of {', '.join(named)}.")
        if twice := {source for source in named.values() if list(named.values()).count(source) > 1}:
            raise SpecError(f"Roles name {sorted(twice)} more than once: one source plays one part. Found {named}.")


@dataclass(frozen=True, kw_only=True)
class Project:
    """One company.

    Parameters
    ----------
    first_day: the first UTC day with events.
    last_day: the last one, for a company whose data are history; None for one that still delivers.
    timezone: the IANA name of the zone that the company lives in, "UTC" by default; it must exist. Its days are UTC days
        whatever it says: sources deliver their times in UTC, or with a zone.
    currency: the currency of its amounts, three capital letters (ISO 4217), for readers of the project.
    known_as: what the company calls a customer's key; exports name it `customer_id`.
    authors: role (as in "model owner") by its short name; statements on cards name these, never people.
    purposes: what data may be used for, by short name.
    scores_again: whether delivered scores are made again by themselves once what they were made from has changed. Somebody may
        have acted on the old ones, so by default a person decides.
    audit_lines: what every audit holds disparities to. Calibration is held against `KNOWN_MEMBERS` where being known at all
        marks more active customers, so that every known group is off by what they share (`docs/decisions/` says more).
    """

    name: str
    title: str
    first_day: date
    last_day: date | None
    known_as: str
    authors: Mapping[str, str]
    purposes: Mapping[str, str]
    roles: Roles
    attributes: tuple[Attribute, ...]
    sources: tuple[Source, ...] = ()
    models: tuple[Model, ...] = ()
    audit_lines: AuditLines = USUAL_LINES
    demo_days: "DemoDays | None" = None
    scores_again: bool = False
    timezone: str = "UTC"
    currency: str | None = None

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
        return _named(self.sources, name, f"project {self.name!r}", "source")

    def model(self, name: str) -> Model:
        """Return the spec of that name."""
        return _named(self.models, name, f"project {self.name!r}", "model")

    def attribute(self, name: str) -> Attribute:
        """Return the protected attribute of that name."""
        return _named(self.attributes, name, f"project {self.name!r}", "protected attribute")


@dataclass(frozen=True, kw_only=True)
class DemoDays:
    """The days of the project's demonstration: train as of one, score from one to another."""

    train_as_of: date
    score_from: date
    score_to: date


def load_project(package: str) -> Project:
    """Load a project from its package, such as `projects.complete_journey`.

    Raises
    ------
    SpecError: a file without its one SOURCE or SPEC, a name that differs from the file's, or a reference to nothing.
    """
    project: Project = _constant(f"{package}.project", "PROJECT", Project)
    sources = tuple(_each(f"{package}.sources", "SOURCE", (Source,)))
    models = tuple(_each(f"{package}.models", "SPEC", (Model,)))
    loaded = replace(project, sources=sources, models=models)
    check_project(loaded)
    return loaded


def check_project(project: Project) -> None:
    """Refuse a project whose parts do not fit together."""
    _check_places(project)
    roles = project.roles
    for role, name in vars(roles).items():
        held = {column.name for column in project.source(name).columns}
        if lacking := sorted(NEEDED_OF[role] - held):
            raise SpecError(
                f"Source {name!r} plays the part of {role} in project {project.name!r}, which takes columns {lacking} too; "
                f"it has {sorted(held)}. Add them, or name another source in the project's roles."
            )
    for attribute in project.attributes:
        column = project.source(attribute.source).column(attribute.column)
        if column.personal is not PersonalData.PROTECTED:
            raise SpecError(
                f"Project {project.name!r} audits by {attribute.name!r}, but column {attribute.source}.{attribute.column} is "
                f"declared {column.personal.value!r}; declare it personal=PersonalData.PROTECTED."
            )
    for spec in project.models:
        for name in spec.protected:
            project.attribute(name)
        for statement in spec.narrative.statements.values():
            if statement.author not in project.authors:
                raise SpecError(
                    f"Model {spec.name!r} has a statement by {statement.author!r}, which is no role of project {project.name!r}; "
                    f"its roles are {sorted(project.authors)}."
                )
        guarded = {(a.source, a.column) for a in project.attributes}
        guarded |= {(s.name, c.name) for s in project.sources for c in s.columns if c.personal is PersonalData.PROTECTED}
        read = {tuple(path.split(".", 1)) for feature in spec.inputs for path in feature.reads}
        if guarded & read:
            raise SpecError(
                f"Model {spec.name!r} reads protected columns {sorted(guarded & read)}; they are held for audits alone."
            )


def _check_places(project: Project) -> None:
    """Refuse a zone or a currency that nobody knows by that name."""
    try:
        ZoneInfo(project.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SpecError(
            f"Project {project.name!r} names the time zone {project.timezone!r}, which does not exist. "
            "Name one as the IANA does, such as 'Europe/Paris', or leave the line out for UTC."
        ) from None
    if project.currency is not None and not re.fullmatch("[A-Z]{3}", project.currency):
        raise SpecError(
            f"Project {project.name!r} names the currency {project.currency!r}; expected three capital letters (ISO 4217), "
            "such as 'USD'. Correct it, or leave the line out."
        )


def _each(package: str, constant: str, kinds: tuple[type, ...]) -> list[Any]:
    """One constant from each module of a package, named as the module is."""
    module = _imported(package)
    found = []
    for info in sorted(pkgutil.iter_modules(module.__path__), key=lambda i: i.name):
        value = _constant(f"{package}.{info.name}", constant, kinds)
        if value.name != info.name:
            raise SpecError(f"{package}/{info.name}.py holds {constant} named {value.name!r}; file and name must agree.")
        found.append(value)
    return found


def _imported(module: str) -> ModuleType:
    """A file of a project. What it declares wrongly, such as a line of an audit that does not exist, is said with its place."""
    try:
        return importlib.import_module(module)
    except SpecError:
        raise
    except ModuleNotFoundError as error:
        if error.name and f"{module}.".startswith(f"{error.name}."):
            raise
        raise SpecError(f"{module.replace('.', '/')}.py imports {error.name!r}, which is not there. Correct the name.") from error
    except (TypeError, ValueError, AttributeError, NameError, LookupError, ImportError, SyntaxError) as error:
        name = f"{module.replace('.', '/')}.py"
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(name)]
        place = f"{name}, line {frames[-1].lineno}" if frames else name
        raise SpecError(f"{place} cannot be read: {error}. Correct what it declares there.") from error


def _constant(module: str, name: str, kinds: type | tuple[type, ...]) -> Any:
    """A constant of the right kind from a module."""
    value = getattr(_imported(module), name, None)
    if not isinstance(value, kinds):
        raise SpecError(f"{module.replace('.', '/')}.py must hold one {name}; found {type(value).__name__}.")
    return value


def _named(items: tuple[T, ...], name: str, owner: str, what: str) -> T:
    """The item of that name, or an error that offers what there is."""
    by_name: dict[str, T] = {vars(item)["name"]: item for item in items}
    if name not in by_name:
        raise SpecError(f"{owner} has no {what} {name!r}; it has {sorted(by_name)}.")
    return by_name[name]
