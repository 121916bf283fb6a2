"""A card whose figure differs from its evidence is shown nowhere."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import rfc8785

from model_cards.changes import changes
from model_cards.compile import compile_card
from model_cards.exports import huggingface, plain, sagemaker
from model_cards.html import render_html
from model_cards.markdown import render_markdown
from model_cards.schema import SCHEMA_VERSION
from model_cards.standing import Standing, Status
from model_cards.verify import compare, verify_card
from tenure.errors import CardError
from tenure.gates import Outcome
from tests.unit.model_cards.sample import ROLES, card, evidence, narrative

CASES = {
    "propensity": {},
    "survival": {"kind": "survival", "champion": False},
    "refused": {"assessable": False, "outcome": Outcome.REFUSED},
}
STANDING = Standing(status=Status.CANDIDATE)


@cache
def read(case: str) -> dict[str, Any]:
    """A card as read from its file, whose canonical JSON writes 1.0 as 1."""
    content: dict[str, Any] = json.loads(rfc8785.dumps(json.loads(json.dumps(card(**CASES[case])))))
    return content


def leaves(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every single value within a value, with the steps to it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from leaves(inner, (*path, position))
    else:
        yield path, value


def changed(content: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """The card with one value changed; what is not on the way to it is shared."""
    made = copy.copy(content)
    inside: Any = made
    for step in path[:-1]:
        inside[step] = copy.copy(inside[step])
        inside = inside[step]
    inside[path[-1]] = value
    return made


def other(value: Any) -> Any:
    """A value of the same kind that is not this one: a figure off by one digit, a word with a letter more."""
    if isinstance(value, bool) or value is None:
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    digits = [i for i, char in enumerate(value) if char.isdigit()]
    if not digits:
        return f"{value}x"
    i = digits[-1]
    return f"{value[:i]}{(int(value[i]) + 1) % 10}{value[i + 1 :]}"


@pytest.mark.parametrize("case", CASES)
def test_a_card_as_it_was_compiled_is_what_its_evidence_says(case):
    """No false alarm, also after a way through a file."""
    verify_card(read(case))


@pytest.mark.parametrize("case", CASES)
def test_a_card_from_its_file_looks_as_it_did_when_it_was_compiled(case):
    """Also where a figure is a round number."""
    for render in (render_html, render_markdown):
        assert render(read(case), STANDING) == render(card(**CASES[case]), STANDING)


def test_round_figures_survive_the_file():
    """A rate of 0.0 is written as 0 and shown as it was."""
    whole = evidence()
    first, *others = whole.evaluation.metrics
    first = replace(first, estimate=replace(first.estimate, value=1.0, low=0.0, high=1.0))
    whole = replace(whole, evaluation=replace(whole.evaluation, metrics=(first, *others)))
    made = compile_card(whole, narrative(), ROLES)
    kept = json.loads(rfc8785.dumps(json.loads(json.dumps(made))))

    assert "1.00 (0.00 to 1.00)" in render_markdown(kept, STANDING)
    assert render_html(kept, STANDING) == render_html(made, STANDING)


@pytest.mark.parametrize(
    ("case", "every"),
    [("propensity", 9), ("survival", 31), ("refused", 31), pytest.param("propensity", 1, marks=pytest.mark.slow)],
)
def test_each_figure_that_is_changed_alone_is_found(case, every):
    """Every place at which a figure is shown, one after the other, by its last digit."""
    content = read(case)
    figures = [(path, value) for path, value in leaves(content) if path[-1] == "shown" and path[0] != "evidence"]
    missed = []
    for path, value in figures[::every]:
        try:
            compare(changed(content, path, other(value)))
            missed.append("/".join(map(str, path)))
        except CardError:
            continue

    assert missed == []
    assert len(figures) > 300


def test_each_verdict_status_and_identity_that_is_changed_alone_is_found():
    """What follows from evidence, with the path and form of each figure; people's words are for the signatures."""
    content = read("propensity")
    words = [
        (path, value)
        for path, value in leaves(content)
        if path[0] in ("identity", "notices", "open_points", "verdicts", "sentences", "schema_version")
        or (
            path[0] == "fields"
            and path[2] in ("number", "key", "title", "section", "fill", "sources", "status", "reason", "facts")
        )
    ]
    missed = []
    for path, value in words[::17]:
        try:
            compare(changed(content, path, other(value)))
            missed.append("/".join(map(str, path)))
        except CardError:
            continue

    assert missed == []
    assert len(words) > 1000


def test_a_digit_typed_into_a_person_s_words_is_found():
    """Words may be anything that was signed, a figure only a reference."""
    content = read("propensity")
    position = next(i for i, field in enumerate(content["fields"]) if field["key"] == "ethics")
    text = [*content["fields"][position]["statement"]["text"], " It was wrong for 1 of 100."]

    with pytest.raises(CardError, match="digit typed by hand"):
        verify_card(changed(content, ("fields", position, "statement", "text"), text))


def test_a_changed_figure_is_named_with_its_place():
    """Whoever reads the refusal finds the line."""
    content = read("propensity")
    facts = content["fields"][22]["facts"]
    position = next(i for i, part in enumerate(facts[0]) if isinstance(part, dict) and any(c.isdigit() for c in part["shown"]))
    broken = changed(content, ("fields", 22, "facts", 0, position, "shown"), "0.99 (0.98 to 1.00)")

    with pytest.raises(CardError, match=rf"'0.99 \(0.98 to 1.00\)' at 'fields/22/facts/0/{position}/shown'"):
        verify_card(broken)


@pytest.mark.parametrize("shown", [render_html, render_markdown, plain.export, sagemaker.export, huggingface.export])
def test_no_rendering_and_no_export_shows_a_changed_card(shown):
    """Nobody signs what cannot be read."""
    broken = copy.deepcopy(read("propensity"))
    broken["verdicts"][0]["verdict"] = "misses"

    with pytest.raises(CardError, match="verdicts/0/verdict"):
        shown(broken, STANDING)


def with_changes() -> tuple[dict[str, Any], dict[str, Any]]:
    """A card and its champion's, which had fewer inputs and other figures."""
    champion = copy.deepcopy(read("propensity"))
    champion["evidence"]["features"].pop()
    champion["evidence"]["data"]["periods"][0]["n_rows"] = 9
    champion["evidence"]["evaluation"]["metrics"][0]["estimate"]["value"] = 0.5
    champion["evidence"]["model"]["parameters"].append(["gone", "1"])
    made = compile_card(evidence(), narrative(), ROLES, champion_card=champion)
    return json.loads(json.dumps(made)), champion


def test_the_changes_cover_data_inputs_parameters_and_figures():
    """And say what was and what is."""
    made, champion = with_changes()

    verify_card(made)
    verify_card(made, champion_card=champion)
    assert made["changes"] == changes(made["evidence"], champion)
    assert {change["what"] for change in made["changes"]} >= {"rows to fit", "input coupon_rate_91d", "parameter gone"}
    assert any(change["before"].startswith("0.50") for change in made["changes"])


def test_a_changed_change_is_found():
    """What it says of this model by itself; what it says of the champion beside the champion's card."""
    made, champion = with_changes()
    for position, change in enumerate(made["changes"]):
        with pytest.raises(CardError, match=f"changes/{position}/now"):
            verify_card(changed(made, ("changes", position, "now"), other(change["now"])))
        with pytest.raises(CardError, match=f"changes/{position}/before"):
            verify_card(changed(made, ("changes", position, "before"), other(change["before"])), champion_card=champion)


def test_an_approved_card_keeps_the_words_of_its_day_and_its_figures_are_still_held():
    """A later wording must not make what serves unreadable; a changed figure must."""
    champion = Standing(status=Status.CHAMPION, version=1)
    content = read("propensity")
    reworded = changed(content, ("fields", 0, "facts", 0, 1), " as it was called then ")

    assert "as it was called then" in render_html(reworded, champion)
    with pytest.raises(CardError, match="compiled in the words of another version"):
        render_html(reworded, STANDING)
    shown = [path for path, _ in leaves(content) if path[-1] == "shown" and path[0] != "evidence"]
    for path in shown[::40]:
        value = leaf(content, path)
        with pytest.raises(CardError, match="It was changed"):
            render_markdown(changed(content, path, other(value)), champion)


def leaf(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at the end of some steps."""
    for step in path:
        value = value[step]
    return value


def older(version: int) -> dict[str, Any]:
    """A card as an earlier schema had it: figures without their forms."""
    content = copy.deepcopy(read("propensity"))
    content["schema_version"] = content["evidence"]["schema_version"] = version
    for key in ("policy",):
        del content["evidence"][key]
    del content["evidence"]["environment"]["bill"]
    for field in content["fields"]:
        if field["number"] in (1, 5, 32, 38, 39, 40):
            field["facts"] = []

    def strip(value: Any) -> None:
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            strip(inner)
        if isinstance(value, dict) and set(value) == {"shown", "at", "form"}:
            del value["form"]

    strip({key: value for key, value in content.items() if key != "evidence"})
    return content


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_card_is_rendered_and_its_figures_are_held_against_its_evidence(version):
    """What was approved then can be read now."""
    content, approved = older(version), Standing(status=Status.CHAMPION, version=1)
    assert "Calibration" in render_markdown(content, approved)
    assert "<h3>Approvals</h3>" in render_html(content, approved)
    with pytest.raises(CardError, match=f"Expected a card of schema {SCHEMA_VERSION}"):
        render_html(content, STANDING)

    path, value = next((p, v) for p, v in leaves(content["fields"][22]["facts"]) if p[-1] == "shown" and v[0].isdigit())
    with pytest.raises(CardError, match="was changed"):
        render_html(changed(content, ("fields", 22, "facts", *path), other(value)), approved)


def test_a_card_cannot_pass_for_an_older_one():
    """The looser comparison is for evidence of its time alone."""
    for version in (*range(SCHEMA_VERSION), SCHEMA_VERSION + 1, str(SCHEMA_VERSION), None):
        with pytest.raises(CardError, match=f"Expected a card of schema {SCHEMA_VERSION}"):
            verify_card({**read("propensity"), "schema_version": version})
