"""A YAML document whose parts know their lines, and which remembers what of it was read: the rest can be told.

Who reads a contract takes its parts by `get`, `node` and `each`; what nobody took is `untaken`, so nothing is lost in silence.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from tenure.errors import SpecError

Path = tuple[str | int, ...]
_MOST_PARTS = 200_000
_WORDS = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list", dict: "a mapping"}


def write_yaml(document: Mapping[str, Any]) -> str:
    """A document as YAML that versions 1.1 and 1.2 read alike: text that either takes for something else is quoted."""
    written: str = yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)
    return written


def read_yaml(text: str, name: str) -> "Node":
    """The document of a file.

    Raises
    ------
    SpecError: where it is no YAML, a name stands twice in one mapping, or it holds more than any contract; with the line.
    """
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        lines = dict(_lines(tree, (), name)) if tree is not None else {}
        value = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        at = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise SpecError(f"{name}{at}: this is no YAML, {error.problem or 'it ends too soon'}.") from None
    except (yaml.YAMLError, ValueError) as error:
        raise SpecError(f"{name}: this is no YAML, {str(error).splitlines()[0]}.") from None
    if not isinstance(value, dict):
        raise SpecError(f"{name}: expected a data contract as a mapping of names to values; found {_found(value)}.")
    return Node(value, (), Document(name, lines))


@dataclass(frozen=True)
class Document:
    """A file: the line of each of its parts, and which parts were taken whole or looked into."""

    name: str
    lines: Mapping[Path, int]
    taken: set[Path] = field(default_factory=set)
    opened: set[Path] = field(default_factory=set)


@dataclass(frozen=True)
class Node:
    """One mapping of a document."""

    value: Mapping[str, Any]
    path: Path
    document: Document

    def get(self, key: str, kind: type | tuple[type, ...] = str) -> Any:
        """A value, if it is there and of the kind; it counts as read."""
        path = (*self.path, key)
        self.document.taken.add(path)
        found = self.value.get(key)
        kinds = kind if isinstance(kind, tuple) else (kind,)
        if found is not None and (not isinstance(found, kinds) or (isinstance(found, bool) and bool not in kinds)):
            raise SpecError(f"{self.at(key)} expected {_WORDS[kinds[0]]}; found {_found(found)}.")
        return found

    def node(self, key: str) -> "Node | None":
        """A mapping, to be looked into."""
        if self.value.get(key) is None:
            return None
        found = self.get(key, dict)
        self.document.opened.add((*self.path, key))
        return Node(found, (*self.path, key), self.document)

    def each(self, key: str) -> list["Node"]:
        """A list of mappings, each to be looked into."""
        items = self.get(key, list) or []
        self.document.opened.add((*self.path, key))
        for i, item in enumerate(items):
            if not isinstance(item, dict):
                raise SpecError(f"{self.at(key, i)} expected a mapping; found {_found(item)}.")
            self.document.opened.add((*self.path, key, i))
        return [Node(item, (*self.path, key, i), self.document) for i, item in enumerate(items)]

    def at(self, *keys: str | int) -> str:
        """Where a part stands, to begin a sentence."""
        path = (*self.path, *keys)
        known = next((path[:n] for n in range(len(path), -1, -1) if path[:n] in self.document.lines), ())
        return f"{self.document.name}, line {self.document.lines.get(known, 1)} ({_dotted(path)}):"

    def take_all(self) -> None:
        """Count the whole of it as read."""
        self.document.opened.discard(self.path)
        self.document.taken.add(self.path)

    def untaken(self) -> Iterator[Path]:
        """The parts that nobody read, the outermost of each."""
        return _untaken(self.value, self.path, self.document)


def _untaken(value: Any, path: Path, document: Document) -> Iterator[Path]:
    """As `Node.untaken`."""
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        at = (*path, key)
        if at in document.opened and (left := list(_untaken(child, at, document))):
            # What nobody took any part of is one thing that is left.
            is_whole = isinstance(child, dict) and isinstance(key, int) and len(left) == len(child)
            yield from [at] if is_whole else left
        elif at not in document.taken and at not in document.opened and not _says_nothing(key, child):
            yield at


# What the standard takes for said where nothing is.
_BY_DEFAULT = {
    **dict.fromkeys(("partitioned", "unique", "deprecated", "primaryKey", "criticalDataElement"), False),
    **dict.fromkeys(("partitionKeyPosition", "primaryKeyPosition"), -1),
}


def _says_nothing(key: str | int, value: Any) -> bool:
    """Whether a part is empty, or what holds without it."""
    return value in (None, "", [], {}) or (key in _BY_DEFAULT and value == _BY_DEFAULT[key])


def _lines(node: yaml.Node, path: Path, name: str) -> Iterator[tuple[Path, int]]:
    """The line of each part; a document that grows by aliases is left."""
    stack: list[tuple[yaml.Node, Path]] = [(node, path)]
    n = 0
    while stack:
        n += 1
        if n > _MOST_PARTS:
            raise SpecError(f"{name} holds more than {_MOST_PARTS} parts, which no contract does.")
        part, at = stack.pop()
        yield at, part.start_mark.line + 1
        if isinstance(part, yaml.MappingNode):
            seen: set[str] = set()
            for key, child in part.value:
                if key.value in seen:
                    raise SpecError(f"{name}, line {key.start_mark.line + 1}: {key.value!r} stands twice in one mapping.")
                seen.add(key.value)
                stack.append((child, (*at, key.value)))
        elif isinstance(part, yaml.SequenceNode):
            stack += [(child, (*at, i)) for i, child in enumerate(part.value)]


def _dotted(path: Path) -> str:
    """A path as it is spoken of: schema[0].properties[2].name."""
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".") or "the document"


def _found(value: Any) -> str:
    """What stands somewhere instead of what was expected; no value of it is told."""
    return "nothing" if value is None else _WORDS.get(type(value), type(value).__name__)


class _Plain(yaml.SafeDumper):  # type: ignore[misc]
    """Writes YAML without aliases, and quotes whatever is not plainly a word."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's own signature
        """A part that is there twice is written twice."""
        return True


def _written_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Text: plain where every reader takes it for text."""
    is_word = re.fullmatch(r"[A-Za-z][\w .,()/-]*[\w.)]|[A-Za-z]", text, re.ASCII) is not None
    is_other = text.lower() in {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}
    style = None if is_word and not is_other else "'" if text.isprintable() and "'" not in text else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Plain.add_representer(str, _written_text)
