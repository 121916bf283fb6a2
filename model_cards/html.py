"""The card as one HTML page: self-contained, without scripts, from the card's content alone."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from model_cards import page
from model_cards.charts.effects import dependence, direction, gain
from model_cards.charts.groups import groups
from model_cards.charts.lift import lift
from model_cards.charts.reliability import reliability, small_reliability
from model_cards.charts.survival import survival
from model_cards.charts.timeline import timeline
from model_cards.fields import SOURCES
from model_cards.glossary import glossary
from model_cards.paths import register, resolve, slug
from model_cards.standing import Standing
from model_cards.wording import NOT_DEFINED, Rich, show

_N_BARS, _N_PANELS = 10, 6


def render_html(card: Mapping[str, Any]) -> str:
    """Render the page of a card as `compile_card` returned it; where its version stands is shown beside it."""
    return str(_environment().get_template("card.html").render(_context(card)))


def render_standing(standing: Standing) -> str:
    """Render where a version stands, to be shown beside its card."""
    return str(_environment().get_template("standing.html").render(page=page, standing=standing))


def render_first_layout(card: Mapping[str, Any]) -> str:
    """Render the words of a card that was sealed as data, before pages were, without its drawings."""
    return str(_environment().get_template("first_layout.html").render(card=card, titles=dict(page.SECTIONS)))


def stylesheet() -> str:
    """How a card looks."""
    source: str = _environment().get_template("card.css").render()
    return source


def _context(card: Mapping[str, Any]) -> dict[str, Any]:
    """What the templates read."""
    figures = _Figures(card)
    return {
        "card": card,
        "e": card["evidence"],
        "page": page,
        "glossary": glossary(card["identity"]),
        "sources": SOURCES,
        "register": _grouped(figures.rows),
        "charts": _charts(card),
        "figure": figures.figure,
        "rich": figures.rich,
    }


@cache
def _environment() -> Any:
    """The templates, compiled once; whatever they are given is escaped."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("model_cards"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        say=_say, slug=slug, words=_words, capitalize_first=capitalize_first, split_interval=_split_interval
    )
    environment.globals.update(show=show)
    return environment


def _say(part: str | Mapping[str, str]) -> str:
    """A part of a filled text without its link, for text that is a link already."""
    return part if isinstance(part, str) else part["shown"]


def _words(name: str) -> str:
    """A name in words."""
    return name.replace("_", " ")


def capitalize_first(words: str) -> str:
    """Words with a capital at the start and the rest as it is."""
    return words[:1].upper() + words[1:]


def _split_interval(link: Any) -> Any:
    """A figure with its interval on the line below, for narrow columns."""
    from markupsafe import Markup

    if (words := str(link)).startswith(NOT_DEFINED):
        return Markup('<span class="undefined">not defined<small>{}</small></span>').format(words.removeprefix("not defined, "))
    value, bracket, interval = words.partition(" (")
    return Markup(f"{value}<small>({interval.removesuffix('</a>')}</small></a>") if bracket else link  # noqa: S704 - escaped by _link


def _anchor(path: str) -> str:
    """The id of a row of the register."""
    return f"e.{path}"


class _Figures:
    """Writes figures as links to the row of the register that they were copied from."""

    def __init__(self, card: Mapping[str, Any]) -> None:
        self.tree = card["evidence"]
        self.rows = register(self.tree)

    def figure(self, path: str, form: str = "") -> Any:
        """One figure by its path."""
        return self._link(show(resolve(self.tree, path), path=path, form=form), path)

    def rich(self, text: Rich) -> Any:
        """A filled text with its figures linked."""
        from markupsafe import Markup, escape

        return Markup("").join(escape(part) if isinstance(part, str) else self._link(part["shown"], part["at"]) for part in text)

    def _link(self, shown: str, path: str) -> Any:
        """A link, where the figure holds a digit; words stay words."""
        from markupsafe import Markup, escape

        if not any(char.isdigit() for char in shown):
            return escape(shown)
        return Markup('<a class="n" href="#{}">{}</a>').format(_anchor(self._row(path.partition("/")[0])), shown)

    def _row(self, path: str) -> str:
        """The row of the register that holds a path: itself, or the estimate or list that it is part of."""
        while path not in self.rows and "." in path:
            path = path.rpartition(".")[0]
        return path


def _grouped(rows: Mapping[str, Any]) -> dict[str, list[tuple[str, str, str]]]:
    """Rows of the register by the record they belong to: anchor, path and exact value."""
    grouped: dict[str, list[tuple[str, str, str]]] = {}
    for path, value in rows.items():
        grouped.setdefault(path.partition(".")[0], []).append((_anchor(path), path, _exact(value)))
    return grouped


def _exact(value: Any) -> str:
    """A value as evidence has it, unrounded."""
    if isinstance(value, Mapping):
        if "because" in value or not isinstance(value["value"], (int, float)):
            return show(value)
        return (
            f"{value['value']!r} ({value['low']!r} to {value['high']!r})"
            if value["low"] is not None
            else f"{value['value']!r} (no interval)"
        )
    if isinstance(value, list):
        return ", ".join(_exact(item) for item in value) or "none"
    return "not known" if value is None else str(value)


def _charts(card: Mapping[str, Any]) -> dict[str, Any]:
    """Every chart for which there is evidence; absent ones are None or empty."""
    evaluation, data = card["evidence"]["evaluation"], card["evidence"]["data"]
    names = page.feature_meanings(card)
    effects = page.top_effects(card, _N_BARS)
    bins = evaluation["calibration"]
    return {
        "lift": _drawn(lift(evaluation["lift"], at_random=page.at_random(card))) if evaluation["lift"] else None,
        "survival": _drawn(survival(evaluation["curves"])) if evaluation["curves"] else None,
        "reliability": _drawn(reliability(bins, title="Probabilities, said and happened")) if bins else None,
        "horizons": [
            _drawn(small_reliability(h["bins"], title=f"at {h['horizon_days']} days"))
            for h in evaluation["horizons"]
            if h["bins"]
        ],
        "groups": lambda attribute: _drawn(groups(attribute)),
        "gain": _drawn(gain(effects, names)) if effects else None,
        "effects": _panels(card, [effect for effect in effects if effect["values"]][:_N_PANELS], names),
        "timeline": _drawn(timeline(data)) if data["periods"] else None,
    }


def _panels(card: Mapping[str, Any], effects: list[Mapping[str, Any]], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Small panels of the inputs used most, on one scale, each with its direction in words."""
    units = {feature["name"]: feature["unit"] for feature in card["evidence"]["features"]}
    moved = [prediction for effect in effects for prediction in effect["mean_prediction"]]
    return [
        {
            "chart": _drawn(dependence(e, names[e["feature"]], units[e["feature"]], low=min(moved), high=max(moved))),
            "direction": direction(e),
        }
        for e in effects
    ]


def _drawn(svg: str) -> Any:
    """A drawing as markup: its words were escaped as it was drawn."""
    from markupsafe import Markup

    return Markup(svg)  # noqa: S704 - charts/svg.py escapes every word
