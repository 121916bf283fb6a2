"""The card as one HTML page: self-contained, without scripts, from the card's content alone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from model_cards import page
from model_cards.drawings import charts
from model_cards.fields import SOURCES
from model_cards.glossary import glossary
from model_cards.paths import register, resolve, slug
from model_cards.standing import Standing
from model_cards.wording import NOT_DEFINED, Rich, plain, show
from tenure.figures import typeset

_TOLD_ABOVE, _DIGITS = ("features", "evaluation", "audit", "decision", "exceptions"), 6


def render_html(card: Mapping[str, Any]) -> str:
    """Render the page of a card as `compile_card` returned it; where its version stands is shown beside it."""
    return str(environment().get_template("card.html").render(_context(card)))


def render_standing(standing: Standing) -> str:
    """Render where a version stands, to be shown beside its card."""
    return str(environment().get_template("standing.html").render(page=page, standing=standing))


def render_first_layout(card: Mapping[str, Any]) -> str:
    """Render the words of a card that was sealed as data, before pages were, without its drawings."""
    return str(environment().get_template("first_layout.html").render(card=card, titles=dict(page.SECTIONS)))


def stylesheet() -> str:
    """How a card looks."""
    source: str = environment().get_template("card.css").render()
    return source


def _context(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates read."""
    return {
        "card": card,
        "e": card["evidence"],
        "page": page,
        "glossary": glossary(card["identity"]),
        "sources": SOURCES,
        "register": _grouped(register(card["evidence"])),
        "charts": charts(card),
        "figure": lambda path, form="": show(resolve(card["evidence"], path), path=path, form=form),
        "rich": plain,
    }


@cache
def environment() -> Any:
    """The templates, compiled once; whatever they are given is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("model_cards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_typeset,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        say=_say, slug=slug, words=_words, capitalize_first=capitalize_first, split_interval=_split_interval, brief=_brief
    )
    environment.globals.update(show=show)
    return environment


def _typeset(shown: Any) -> Any:
    """Whatever a template writes, with its figures set; what is HTML already stays."""
    return typeset(shown) if isinstance(shown, str) and not hasattr(shown, "__html__") else shown


def _say(part: str | Mapping[str, str]) -> str:
    """A part of a filled text without its link, for text that is a link already."""
    return part if isinstance(part, str) else part["shown"]


def _words(name: str) -> str:
    """A name in words."""
    return name.replace("_", " ")


def capitalize_first(words: str) -> str:
    """Words with a capital at the start and the rest as it is."""
    return words[:1].upper() + words[1:]


def _split_interval(figure: str) -> Any:
    """A figure with its interval, or why there is none, on the line below, for narrow columns."""
    from markupsafe import Markup

    if figure.startswith(NOT_DEFINED):
        return Markup('<span class="undefined">not defined<small>{}</small></span>').format(figure.removeprefix("not defined, "))
    value, bracket, interval = figure.partition(" (")
    return Markup("{}<small>({}</small>").format(value, interval) if bracket else figure


def _brief(text: Rich) -> str:
    """The first clause of an open point, for the first page; the whole of it stands in the annex."""
    clause, semicolon, _ = plain(text).partition(";")
    return f"{clause}." if semicolon else clause


def _grouped(rows: Mapping[str, Any]) -> dict[str, dict[str, list[tuple[str, str]]]]:
    """The register: by part of the evidence and by record, each figure's own name and value.

    Words of these parts, and points of curves, stand in the sections and the tables above it.
    """
    grouped: dict[str, dict[str, list[tuple[str, str]]]] = {}
    for path, value in rows.items():
        part, _, rest = path.partition(".")
        if part in _TOLD_ABOVE and (value is None or isinstance(value, (str, list))):
            continue
        record, _, name = rest.rpartition(".")
        grouped.setdefault(part, {}).setdefault(record, []).append((name, _exact(value)))
    return grouped


def _exact(value: Any) -> str:
    """A value as evidence has it, to more digits than a sentence or a table gives."""
    if isinstance(value, Mapping):
        if "because" in value or not isinstance(value["value"], (int, float)):
            return show(value)
        return (
            f"{_exact(value['value'])} ({_exact(value['low'])} to {_exact(value['high'])})"
            if value["low"] is not None
            else f"{_exact(value['value'])} (no interval)"
        )
    if isinstance(value, list):
        return ", ".join(_exact(item) for item in value) or "none"
    if isinstance(value, float):
        return f"{value:.{_DIGITS}g}"
    return "not known" if value is None else str(value)
