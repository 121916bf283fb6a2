"""Lineage: sources, histories, inputs and models in four columns, a line from each to what is made of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html import escape

from model_cards.charts.svg import text
from model_cards.dictionary_places import place
from tenure.dictionary import Dictionary
from tenure.history.nouns import counted

WIDE, BOX, HIGH, GAP = 792, 172, 42, 14
HEADS = ("Sources", "Histories", "Inputs", "Models")
_STEP = (WIDE - BOX) / (len(HEADS) - 1)
_TOP, _LETTERS = 26, 25


@dataclass(frozen=True, kw_only=True)
class Node:
    """One box: in which column, where it leads, its two lines, and from which boxes it is made."""

    name: str
    column: int
    leads_to: str
    head: str
    says: str
    made_of: tuple[str, ...] = ()
    y: float = 0.0

    @property
    def middle(self) -> float:
        """Its height at which lines meet it."""
        return self.y + HIGH / 2


def lineage(dictionary: Dictionary) -> str:
    """The drawing, each box a link to its entry; empty where there is nothing to draw."""
    nodes = _placed(tuple(_nodes(dictionary)))
    if not nodes:
        return ""
    bottom = max(node.y for node in nodes.values()) + HIGH + 2
    heads = [text(i * _STEP, 14, head, style="strong label") for i, head in enumerate(HEADS)]
    lines = [_line(nodes[name], node) for node in nodes.values() for name in node.made_of]
    mark = sha256(dictionary.name.encode()).hexdigest()[:10]
    return (
        f'<svg class="chart lineage" viewBox="0 0 {WIDE} {bottom:g}" role="group" aria-labelledby="l{mark}">'
        f'<title id="l{mark}">What is made of what: sources, histories, inputs and models</title>'
        f"{''.join((*heads, *lines, *map(_box, nodes.values())))}</svg>"
    )


def _nodes(dictionary: Dictionary) -> Iterator[Node]:
    """Every box, column by column; inputs are one box for each history."""
    for source in dictionary.sources:
        read = sum(bool(column.inputs) for column in source.columns)
        says = f"{counted(len(source.columns), 'column', 'columns')}, inputs from {read}"
        if not source.histories:
            says = "for audits alone" if source.audits else "no history reads it"
        yield Node(name=f"s {source.name}", column=0, leads_to=place("source", source.name), head=source.name, says=says)
    for history in dictionary.histories:
        made_of = tuple(f"s {name}" for name in history.sources)
        place_of = place("history", history.noun)
        yield Node(name=f"h {history.noun}", column=1, leads_to=place_of, head=history.many, says=history.kind, made_of=made_of)
    of_history = {history.noun: [i for i in dictionary.inputs if i.history == history.noun] for history in dictionary.histories}
    for noun, inputs in of_history.items():
        if inputs:
            head = counted(len(inputs), "input", "inputs")
            says = f"of {next(h.many for h in dictionary.histories if h.noun == noun)}"
            yield Node(
                name=f"i {noun}", column=2, leads_to=place("inputs of", noun), head=head, says=says, made_of=(f"h {noun}",)
            )
    for model in dictionary.models:
        made_of = tuple(f"i {noun}" for noun, inputs in of_history.items() if any(model.name in i.models for i in inputs))
        says = f"reads {counted(len(model.inputs), 'input', 'inputs')}"
        yield Node(
            name=f"m {model.name}", column=3, leads_to=place("model", model.name), head=model.name, says=says, made_of=made_of
        )


def _placed(nodes: Sequence[Node]) -> Mapping[str, Node]:
    """The boxes at their heights: each column in the order of what it is made of, and centred."""
    found: dict[str, Node] = {}
    columns = [[node for node in nodes if node.column == i] for i in range(len(HEADS))]
    # Sources that are looked up or read by nothing come last, so that lines cross less.
    read = [name for node in columns[1] for name in node.made_of]
    columns[0].sort(key=lambda node: read.index(node.name) if node.name in read else len(read))
    tallest = max(map(len, columns))
    for own in columns:
        ordered = sorted(own, key=lambda node: _mean([found[name].y for name in node.made_of if name in found]))
        start = _TOP + (tallest - len(own)) * (HIGH + GAP) / 2
        found |= {node.name: replace(node, y=start + i * (HIGH + GAP)) for i, node in enumerate(ordered)}
    return found


def _mean(values: Sequence[float]) -> float:
    """The mean; of nothing, none."""
    return sum(values) / len(values) if values else 0.0


def _line(start: Node, end: Node) -> str:
    """A curve from one box to the next."""
    x1, x2 = start.column * _STEP + BOX, end.column * _STEP
    x, y1, y2 = (x1 + x2) / 2, start.middle, end.middle
    path = f"M{x1:.1f} {y1:.1f}C{x:.1f} {y1:.1f} {x:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
    return f'<path d="{path}" class="flow"/>'


def _box(node: Node) -> str:
    """A box with two lines that leads to its entry."""
    x = node.column * _STEP
    return (
        f'<a href="#{node.leads_to}" aria-label="{escape(f"{node.head}: {node.says}")}">'
        f'<rect x="{x:.1f}" y="{node.y:.1f}" width="{BOX}" height="{HIGH}" rx="5" class="node"/>'
        f"{text(x + 9, node.y + 17, _short(node.head), style='strong label')}"
        f"{text(x + 9, node.y + 33, _short(node.says), style='note')}</a>"
    )


def _short(words: str) -> str:
    """Words that fit into a box."""
    return words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1].rstrip()}…"
