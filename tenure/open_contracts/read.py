"""Data contracts of the standard, read: each table as a source, and in words what of the contract no source holds."""

import re
from dataclasses import dataclass
from typing import Any

from tenure.contracts import Available, Cumulative, Files, Query, Reader, SetAside, Snapshots, Source, Text, Volume, Weekdays
from tenure.contracts.readers import DAY_IN_PATH
from tenure.errors import SpecError
from tenure.names import meant
from tenure.open_contracts.columns import Columns
from tenure.open_contracts.custom import Kept, kept_by, reader_of, record_of, records_of, share_of
from tenure.open_contracts.document import Node, Path, read_yaml
from tenure.open_contracts.quality import percent_in, rule_in, share_in, take, volume_in
from tenure.proposing.meanings import is_id, plain_name, speaks_of, spoken

API_VERSIONS = ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
NAMES_IT = ("id", "version", "status")


@dataclass(frozen=True, kw_only=True)
class Imported:
    """The sources of a contract, and a line for each thing that is not kept, or that a person should look at."""

    sources: tuple[Source, ...]
    notes: tuple[str, ...]


_SAID = {Kept.WHY: "why", Kept.FROM_WHOM: "from_whom"}


def read_contract(text: str, name: str, *, customer: str | None = None, time: str | None = None) -> Imported:
    """Read a contract.

    Parameters
    ----------
    name: the file's, for sentences.
    customer, time: which column names the customer and which says when, where the contract does not.

    Raises
    ------
    SpecError: for what is no YAML, another standard or version, or a table that no source can be; with the line.
    """
    root = read_yaml(text, name)
    _require_standard(root)
    for key in NAMES_IT:
        root.get(key, (str, int, float))
    notes = ["Its id, version and status name the document; a source has none."]
    tables = root.each("schema")
    if not tables:
        raise SpecError(f"{root.at('schema')} the contract describes no table.")
    for said, what in ((customer, "names the customer"), (time, "says when")):
        _require_column(tables, said, what)
    shared = _Shared(root)
    sources = tuple(_source(table, shared, customer, time, notes) for table in tables)
    names = [source.name for source in sources]
    if twice := sorted({each for each in names if names.count(each) > 1}):
        raise SpecError(f"{root.at('schema')} two tables would both be the source {twice[0]!r}; rename one of them.")
    if root.value.get("name") in {source.name for source in sources}:
        root.get("name")
    left = list(root.untaken())
    if any(path[-1] == "physicalType" for path in left):
        notes.append("Physical types are those of the place where a table lies; a source has types of its own.")
    told = (_untaken(root, path) for path in left if path[-1] != "physicalType")
    return Imported(sources=sources, notes=tuple(dict.fromkeys([*notes, *told])))


def _require_standard(root: Node) -> None:
    """Refuse another kind of document, and a version of the standard that is not known."""
    kind, version = root.value.get("kind"), root.get("apiVersion")
    if kind != "DataContract":
        raise SpecError(f"{root.at('kind')} expected a DataContract of the Open Data Contract Standard; found {kind!r}.")
    root.get("kind")
    if version not in API_VERSIONS:
        raise SpecError(f"{root.at('apiVersion')} expected one of {', '.join(API_VERSIONS)}; found {version!r}.")


def _require_column(tables: list[Node], said: str | None, what: str) -> None:
    """Refuse a column that a person names and no table has."""
    there = {name: None for table in tables for name in _names(table.each("properties"))}
    if said is not None and said not in there:
        raise SpecError(f"No column {said!r} {what}; there are {', '.join(there)}.{meant(said, there)}")


def _names(nodes: list[Node]) -> list[str]:
    """What columns are called, here and where they lie."""
    return [str(node.value[key]) for node in nodes for key in ("name", "physicalName") if node.value.get(key)]


class _Shared:
    """What holds of every table of a contract: whose it is, what limits it, how late it may be, where it lies."""

    def __init__(self, root: Node) -> None:
        described = root.node("description")
        self.limitation = (described.get("limitations") if described else None) or ""
        team = root.node("team") if isinstance(root.value.get("team"), dict) else None
        self.owner = _owner(team.get("name") if team else None)
        self.late_days = 0
        for each in root.each("slaProperties"):
            days, unit = each.value.get("value"), each.value.get("unit")
            is_days = unit in ("d", "day", "days") and isinstance(days, int) and days >= 0
            if each.value.get("property") in ("latency", "ly") and is_days:
                self.late_days = days  # type: ignore[assignment]
                for key in ("property", "value", "unit"):
                    each.get(key, (str, int))
        self.servers = root.each("servers")


def _source(table: Node, shared: _Shared, customer: str | None, time: str | None, notes: list[str]) -> Source:
    """One table."""
    own = table.get("name")
    if not own:
        raise SpecError(f"{table.at('name')} a table has a name.")
    name = plain_name(own, ()) if not own.isidentifier() else own
    kept = kept_by(table)
    table.get("logicalType"), table.get("physicalType")
    nodes = table.each("properties")
    if not nodes:
        raise SpecError(f"{table.at('properties')} the table {own!r} describes no column.")
    named = customer if customer in _names(nodes) else None
    columns = Columns(customer=named or (None if kept else _likely_customer(nodes)))
    columns.read(nodes)
    if not kept and "customer_id" not in columns.names.values():
        notes.append(f"{table.at()} no column of {own!r} is known to name the customer: say --customer COLUMN where one does.")
    key = tuple(kept.get(Kept.KEY) or [column for _, column in sorted(columns.key)]) or ("row",)
    event_time = kept.get(Kept.EVENT_TIME) or (columns.names.get((time or "").lower()) if time else None)
    arguments = _arguments(table, shared, columns, kept, notes) | _rules(table, columns, key, notes)
    reader = _reader(table, shared, name, own, has_time=_has_time(columns, event_time), notes=notes)
    available = Available[kept[Kept.AVAILABLE]] if Kept.AVAILABLE in kept else None
    is_whole = isinstance(reader, Query) and not kept and not _has_time(columns, event_time)
    if isinstance(reader, Snapshots) or is_whole:
        available = Available.ON_RECEIPT
    if available is not None:
        arguments["available"] = available
    if available in (Available.ON_RECEIPT, Available.FROM_FIRST_DAY):
        event_time = None
    elif event_time is None:
        event_time = ""
    notes += columns.notes
    try:
        return Source(
            name=name,
            title=table.get("businessName") or "",
            grain=table.get("dataGranularityDescription") or table.get("description") or f"one row of {spoken(own)}",
            key=key,
            event_time=event_time,
            columns=tuple(columns.columns),
            derived=columns.derived,
            reader=reader,
            **arguments,
        )
    except (SpecError, TypeError) as error:
        raise SpecError(f"{table.at()} {error}") from None


def _said(kept: dict[Kept, Any]) -> dict[str, Any]:
    """What people approve of a source besides its columns and rules: what for, from whom, for how long."""
    found: dict[str, Any] = {said: str(kept[name]) for name, said in _SAID.items() if name in kept}
    return found | ({"kept_days": kept[Kept.KEPT_DAYS]} if isinstance(kept.get(Kept.KEPT_DAYS), int) else {})


def _arguments(table: Node, shared: _Shared, columns: Columns, kept: dict[Kept, Any], notes: list[str]) -> dict[str, Any]:
    """What a source is besides its columns and rules."""
    at = table.at("customProperties")
    zones = list(dict.fromkeys([*columns.zones, *filter(None, [kept.get(Kept.ZONE)])]))
    if len(zones) > 1:
        notes.append(f"{table.at()} its times are of {len(zones)} zones, and a source has one: all are taken for {zones[0]}.")
    found: dict[str, Any] = {
        "owner": shared.owner,
        "limitation": shared.limitation,
        "late_days": shared.late_days,
        "zone": zones[0] if zones else "UTC",
        "set_aside": tuple(records_of(SetAside, kept.get(Kept.SET_ASIDE) or [], at)),
    }
    found |= _said(kept)
    if Kept.UNREAD in kept:
        found["unread"] = tuple(map(str, kept[Kept.UNREAD]))
    if Kept.TEXT in kept:
        found["text"] = record_of(Text, kept[Kept.TEXT], at)
    elif columns.times:
        found["text"] = Text(times=columns.times[0] if len(columns.times) == 1 else tuple(columns.times))
    if Kept.DELIVERED in kept:
        found["delivered"] = record_of(Weekdays, kept[Kept.DELIVERED], at)
    if Kept.MAX_QUARANTINE_SHARE in kept:
        found["max_quarantine_share"] = share_of(kept[Kept.MAX_QUARANTINE_SHARE], at)
    if Kept.MAX_DUPLICATE_SHARE in kept:
        found["max_duplicate_share"] = share_of(kept[Kept.MAX_DUPLICATE_SHARE], at)
    if Kept.BECAUSE in kept:
        found["volume"] = Volume(because=str(kept[Kept.BECAUSE]))
    return found


def _rules(table: Node, columns: Columns, key: tuple[str, ...], notes: list[str]) -> dict[str, Any]:
    """Rules of the whole table; of those that no source can have it is said why."""
    found: dict[str, Any] = {}
    rules = []
    for number, node in enumerate(table.each("quality"), start=1):
        metric = node.value.get("metric") or node.value.get("rule")
        why = "a source has no such rule"
        if metric == "rowCount" and (volume := volume_in(node)) is not None:
            found["volume"] = volume
            why = ""
        elif metric == "duplicateValues" and _is_of_key(node, columns, key) and (percent := percent_in(node)) is not None:
            found["max_duplicate_share"] = kept_by(node).get(Kept.MAX_DUPLICATE_SHARE, share_in(percent))
            why = ""
        elif node.value.get("type") == "sql":
            try:
                rules.append(rule_in(node, number, columns.names))
                why = ""
            except SpecError as error:
                why = str(error)
        if why:
            notes.append(f"{node.at()} the rule {node.value.get('name') or metric or 'in words'!r} is not kept: {why}.")
            node.take_all()
        else:
            take(node)
    return found | {"rules": tuple(rules)}


def _is_of_key(node: Node, columns: Columns, key: tuple[str, ...]) -> bool:
    """Whether a rule is over the columns that name a row."""
    arguments = node.value.get("arguments")
    named = arguments.get("properties") if isinstance(arguments, dict) else None
    return isinstance(named, list) and {columns.names.get(str(name).lower()) for name in named} == set(key)


def _reader(table: Node, shared: _Shared, name: str, own: str, *, has_time: bool, notes: list[str]) -> Reader:
    """Where it is read from: as kept, the first server that is read here, or a place to be corrected."""
    for server in shared.servers:
        pattern = server.value.get("path") or server.value.get("location")
        kept = kept_by(server).get(Kept.READER)
        reader = (
            reader_of(kept, pattern, server.at())
            if kept is not None
            else _of_server(server, str(pattern or "").replace("{model}", own), table, name, has_time=has_time)
        )
        if reader is not None:
            for key in ("server", "type", "path", "location", "format"):
                server.get(key)
            if isinstance(reader, Query) and kept is None:
                variable = f"TENURE_DATABASE_{reader.database.upper()}"
                notes.append(f"{server.at()} its address is kept in {variable}, not in the source.")
            return reader
    place = f"deliveries/{name}.csv"
    notes.append(f"{table.at()} no server of the contract is read here: {place} stands for where it lies. Correct the reader.")
    return Cumulative(pattern=place) if has_time else Snapshots(pattern=place)


def _of_server(server: Node, place: str, table: Node, name: str, *, has_time: bool) -> Reader | None:
    """A server as a reader; None for one that is not read here."""
    kind = server.value.get("type")
    try:
        if kind in ("postgres", "postgresql"):
            physical = table.get("physicalName") or name
            schema = server.get("schema")
            database = re.sub(r"\W", "_", str(server.get("database") or server.value.get("server") or name))
            return Query(database=database, table=f"{schema}.{physical}" if schema and "." not in physical else physical)
        if not place or kind not in ("local", "s3", "sftp", "azure", "custom"):
            return None
        if DAY_IN_PATH.search(place):
            return Files(pattern=place)
        return Cumulative(pattern=place) if has_time else Snapshots(pattern=place)
    except SpecError:
        return None


def _has_time(columns: Columns, event_time: str | None) -> bool:
    """Whether rows are of days."""
    return bool(event_time) or any(column.dtype.__name__ in ("date", "datetime") for column in columns.columns)


def _likely_customer(nodes: list[Node]) -> str | None:
    """The column whose name says that it names the customer."""
    names = [str(node.value.get("name")) for node in nodes]
    if "customer_id" in names:
        return None
    return next((name for name in names if is_id(name) and speaks_of(name, "customer")), None)


def _owner(team: str | None) -> str:
    """A team as an owner: a team of Dagster's, or an address."""
    if not team:
        return "team:data"
    if re.fullmatch(r"team:[\w-]+", team) or "@" in team:
        return team
    return f"team:{plain_name(team.lower(), ())}"


def _untaken(root: Node, path: Path) -> str:
    """A part of the contract that no source holds."""
    return f"{root.at(*path)} not kept: a source has no place for it."
