"""Columns of a contract of the standard: types, options, rules and how personal each is."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb

from tenure.contracts import Column, DTypes, PersonalData
from tenure.errors import SpecError
from tenure.open_contracts.custom import Kept, kept_by
from tenure.open_contracts.document import Node
from tenure.open_contracts.quality import asks_for_none, take
from tenure.proposing.meanings import personal, plain_name, spoken

TYPES: Mapping[str, DTypes] = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "date": date,
    "timestamp": datetime,
}
# Physical types, where no logical one is said, by how they begin.
_PHYSICAL: tuple[tuple[str, DTypes], ...] = (
    (r"(var)?char|n?(var)?char|text|string|uuid", str),
    (r"bool", bool),
    (r"timestamp|datetime", datetime),
    (r"date", date),
    (r"(big|small|tiny|u)?int|long|short|serial", int),
    (r"float|double|real|decimal|numeric|number|money", float),
)
_CLASSES: tuple[tuple[str, PersonalData], ...] = (
    (r"restricted|sensitive|secret|pii|personal|protected|5|4", PersonalData.PROTECTED),
    (r"confidential|private|3", PersonalData.BEHAVIOUR),
)
_STRICTNESS = list(PersonalData)
_JAVA_TIMES = {
    "yyyy": "%Y", "yy": "%y", "MMM": "%b", "MM": "%m", "dd": "%d", "HH": "%H", "hh": "%I", "a": "%p", "mm": "%M", "ss": "%S",
    "SSSSSS": "%f", "SSS": "%f", "XXX": "%z", "XX": "%z", "X": "%z", "Z": "%z",
}  # fmt: skip


@dataclass(kw_only=True)
class Columns:
    """The columns of one table as they are read, and what of them was not kept.

    Parameters
    ----------
    customer: the column that names the customer, by any of its names; None where the contract's own names hold.
    names: what each column is called here, by each of its names in the contract, in lower case.
    times, zones: how times are written, and on whose clocks they are.
    """

    customer: str | None
    columns: list[Column] = field(default_factory=list)
    derived: dict[str, str] = field(default_factory=dict)
    key: list[tuple[int, str]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    times: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def read(self, nodes: Sequence[Node]) -> None:
        """Read every column."""
        for node in nodes:
            self._read(node)

    def _read(self, node: Node) -> None:
        """One column."""
        own, received = node.get("name"), node.get("physicalName")
        if not own:
            raise SpecError(f"{node.at('name')} a column has a name.")
        ours = kept_by(node)
        name = self._name(own, received)
        self.names |= {each.lower(): name for each in (own, received) if each}
        position = node.get("primaryKeyPosition", int)
        if node.get("primaryKey", bool):
            self.key.append((position or len(self.key) + 1, name))
        if ours.get(Kept.IS_DERIVED):
            self.derived[name] = node.get("transformLogic") or ""
            node.take_all()
            return
        dtype = _type(node)
        options = dict(self._options(node, dtype))
        allowed, is_required = self._rules(node, dtype)
        source_name = received or own
        try:
            column = Column(
                name,
                dtype,
                received_as=source_name if source_name != name else None,
                meaning=node.get("description") or node.get("businessName") or spoken(own),
                unit=ours.get(Kept.UNIT),
                nullable=not (node.get("required", bool) or is_required),
                personal=self._personal(node, ours, name, source_name),
                because=ours.get(Kept.BECAUSE, ""),
                allowed=allowed,
                **options,  # type: ignore[arg-type]
            )
        except (SpecError, ValueError) as error:
            raise SpecError(f"{node.at()} {error}") from None
        node.get("criticalDataElement", bool)
        self.columns.append(column)

    def _name(self, own: str, received: str | None) -> str:
        """What the column is called here."""
        if self.customer is not None and self.customer in (own, received):
            return "customer_id"
        taken = [*(column.name for column in self.columns), *self.derived]
        return own if re.fullmatch(r"\w+", own) and own not in taken else plain_name(own, taken)

    def _personal(self, node: Node, ours: Mapping[Kept, str], name: str, received: str) -> PersonalData:
        """How personal it is: as we kept it, or the stricter of what its class and its name tell."""
        said = node.get("classification", (str, int))
        if Kept.PERSONAL in ours:
            return PersonalData(ours[Kept.PERSONAL])
        if name == "customer_id":
            return PersonalData.PSEUDONYM
        by_name = personal(received)
        by_class = next((level for words, level in _CLASSES if re.search(words, str(said or "").lower())), PersonalData.NONE)
        found = max(by_name, by_class, key=_STRICTNESS.index)
        told = f"classified {said!r}" if said is not None else "not classified"
        self.notes.append(f"{node.at()} {name} is {told}; it counts as {found.value!r}. Correct it where that is not so.")
        return found

    def _options(self, node: Node, dtype: DTypes) -> Iterator[tuple[str, object]]:
        """What is said of values by their type."""
        options = node.node("logicalTypeOptions")
        if options is None:
            return
        if dtype in (int, float):
            for bound in ("minimum", "maximum"):
                if (value := options.get(bound, (float, int))) is not None:
                    yield bound, value
            if dtype is int:
                yield from _beyond(options)
        if dtype is str and (pattern := options.get("pattern")):
            yield "pattern", _whole(pattern, options.at("pattern"))
        if dtype in (date, datetime):
            self._times(options)

    def _times(self, options: Node) -> None:
        """On whose clocks times are, and how they are written."""
        if zone := options.get("defaultTimezone"):
            self.zones.append("UTC" if zone == "Etc/UTC" else zone)
            options.get("timezone", bool)
        if "format" in options.value:
            written = _strptime(options.get("format") or "")
            if written is None:
                self.notes.append(f"{options.at('format')} this form of times is not kept: it is found in each file.")
            elif written not in self.times:
                self.times.append(written)

    def _rules(self, node: Node, dtype: DTypes) -> tuple[tuple[str, ...] | None, bool]:
        """The values allowed, and whether one must be there; other rules are told of."""
        allowed: tuple[str, ...] | None = None
        is_required = False
        listed = [each.value.get("value") for each in node.each("enum")]
        if listed and dtype is str:
            for each in node.each("enum"):
                each.take_all()
            allowed = tuple(map(str, listed))
        for rule in node.each("quality"):
            metric = rule.value.get("metric") or rule.value.get("rule")
            arguments = rule.value.get("arguments") or {}
            values = arguments.get("validValues") if isinstance(arguments, dict) else None
            if metric == "invalidValues" and values and dtype is str and asks_for_none(rule):
                allowed = tuple(map(str, values))
                take(rule)
            elif metric in ("nullValues", "missingValues") and asks_for_none(rule):
                is_required = True
                take(rule)
            else:
                what = metric or rule.value.get("type") or "rule"
                self.notes.append(f"{rule.at()} the rule {what!r} of this column is not kept: no column holds such a rule.")
                rule.take_all()
        return allowed, is_required


def _type(node: Node) -> DTypes:
    """The type: the logical one, or where none is said what the physical one begins with."""
    logical = node.get("logicalType")
    if logical in TYPES:
        return TYPES[logical]
    if logical is not None:
        raise SpecError(f"{node.at('logicalType')} a column is of one of the types {', '.join(TYPES)}; found {logical!r}.")
    physical = node.get("physicalType")
    found = next((dtype for words, dtype in _PHYSICAL if re.match(words, (physical or "").lower())), None)
    if found is None:
        said = f"the physical type {physical!r}" if physical else "no type"
        raise SpecError(f"{node.at()} the column has {said}; expected a logicalType, one of {', '.join(TYPES)}.")
    return found


def _beyond(options: Node) -> Iterator[tuple[str, object]]:
    """Bounds of whole numbers that are themselves left out."""
    for name, bound, step in (("exclusiveMinimum", "minimum", 1), ("exclusiveMaximum", "maximum", -1)):
        value = options.get(name, int)
        if value is not None:
            yield bound, value + step


def _whole(pattern: str, at: str) -> str:
    """A pattern of any part of a text as one of the whole text, in the expressions of RE2."""
    kept = re.fullmatch(r"\^\(\?:(.*)\)\$", pattern, re.DOTALL)
    if kept:
        whole = kept[1]
    elif re.fullmatch(r"\^[^|]*\$", pattern) and not pattern.endswith(r"\$"):
        whole = pattern[1:-1]
    else:
        whole = f"(?s:.*)(?:{pattern})(?s:.*)"
    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute("SELECT regexp_full_match('', $1)", [whole])
    except duckdb.Error as error:
        raise SpecError(f"{at} the pattern is none of RE2's: {str(error).splitlines()[0]}") from None
    return whole


def _strptime(java: str) -> str | None:
    """A form of times as Java's, in the words of `strptime`; None where it says more than these can."""
    written, at = "", 0
    for match in re.finditer(r"'([^']*)'|([A-Za-z])\2*|[^A-Za-z']", java):
        token = match[0]
        at += len(token)
        if token.startswith("'") or not token[0].isalpha():
            written += (match[1] if token.startswith("'") else token).replace("%", "%%")
        elif token == "T":
            written += token
        elif token in _JAVA_TIMES:
            written += _JAVA_TIMES[token]
        else:
            return None
    return written if at == len(java) and re.search("%[Yy]", written) else None
