"""The card as Markdown: the same content as the page, for places that show text. Drawings are left to the page."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from model_cards import page
from model_cards.charts.effects import direction
from model_cards.glossary import glossary
from model_cards.paths import resolve
from model_cards.standing import Standing
from model_cards.wording import Rich, plain, show
from tenure.figures import typeset

Card = Mapping[str, Any]
_SHAPES = {"meets": "●", "misses": "■", "inconclusive": "◇", "not assessed": "○"}  # any other: a line missed
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~&!])")


def render_markdown(card: Card, standing: Standing) -> str:
    """Render a card, as `compile_card` returned it, as Markdown (GitHub's tables), with where it stands."""
    title = dict(page.SECTIONS)
    parts = [
        f"# {as_text(card['identity']['title'])}",
        as_text(" · ".join(page.title_line(card, standing))),
        " ".join([_rich(card["summary"]), *(f"**{_rich(notice)}**" for notice in card["notices"])]),
        "## Recommendation",
        _rich(card["sentences"]["recommendation"]),
        "## What it would change",
        _rich(card["sentences"]["campaign"]),
        *(f"> {as_text(notice)}" for notice in page.notices(standing)),
        as_table(
            ("Question", "Verdict", "In words"),
            [(as_text(b["title"]), _verdict(b["verdict"]), _rich(b["sentence"])) for b in card["verdicts"]],
        ),
        _open_points(card),
        "## Who is answerable",
        "\n".join(f"- **{as_text(who)}**: {as_text(what)}" for who, what in page.answerable(card)),
        f"## {title['predicts']}",
        _rich(card["sentences"]["predicts"]),
        _metrics(card, calibration=False),
        *_said(card, "predicts"),
        f"## {title['probabilities']}",
        _rich(card["sentences"]["probabilities"]),
        _metrics(card, calibration=True),
        *_said(card, "probabilities"),
        f"## {title['groups']}",
        _rich(card["sentences"]["groups"]),
        _audit(card),
        *_said(card, "groups"),
        f"## {title['inputs']}",
        _inputs(card),
        *_said(card, "inputs"),
        f"## {title['training']}",
        *(_facts(card, number) for number in (15, 17)),
        *_said(card, "training"),
        f"## {title['limits']}",
        *_said(card, "limits"),
        f"## {title['changes']}",
        _rich(card["sentences"]["changes"]),
        _changes(card),
        *_said(card, "changes"),
        f"## {title['after']}",
        as_text(page.review_line(standing)),
        *(_facts(card, number) for number in (29, 40, 41)),
        *_said(card, "after"),
        f"## {title['evidence']}",
        *_evidence(card, standing),
        *_said(card, "evidence"),
        "## Glossary",
        "\n".join(f"- **{as_text(term)}**: {as_text(meaning)}" for term, meaning in glossary(card["identity"])),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _open_points(card: Card) -> str:
    """What whoever promotes must answer for; empty where nothing is open."""
    points = [f"{i}. {_rich(point)}" for i, point in enumerate(page.open_points(card), start=1)]
    return "\n".join(["## Open points", "", *points]) if points else ""


def as_text(words: str) -> str:
    """Words in which nothing is markup."""
    return _MARKS.sub(r"\\\1", typeset(" ".join(words.split())))


def _rich(text: Rich) -> str:
    """A filled text."""
    return as_text(plain(text))


def _verdict(word: str) -> str:
    """A verdict in shape and word."""
    return f"{_SHAPES.get(word, '◐')} {word}"


def as_table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table; empty without rows."""
    head, rows = list(head), [list(row) for row in rows]
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) if rows else ""


def _figure(card: Card, path: str | None, form: str = "") -> str:
    """One figure by its path."""
    return "–" if path is None else show(resolve(card["evidence"], path), path=path, form=form)


def _metrics(card: Card, *, calibration: bool) -> str:
    """Measures of one sort beside their baselines."""
    table = page.metric_table(card, calibration=calibration)
    rows = [
        (
            f"{as_text(row['metric']['title'])} ({row['metric']['better']} is better)",
            *(_figure(card, path, row["form"]) for path in (row["estimate"], *row["baselines"])),
            f"{_figure(card, row['difference'], row['form'])} {row['reads']}".strip(),
        )
        for row in table["rows"]
    ]
    return as_table(("Measure", "This model", *(as_text(name) for name in table["baselines"]), "Difference"), rows)


def _audit(card: Card) -> str:
    """Attributes and pairs by measure."""
    audit = page.audit_table(card)
    rows = [
        (
            as_text(row["attribute"]["title"]) + (", known against unknown members" if row["is_coverage"] else ""),
            _verdict(row["verdict"]),
            *(_cell(card, cell) for cell in row["cells"]),
        )
        for row in (*audit["singles"], *audit["coverage"], *audit["pairs"])
    ]
    return as_table(("Compared by", "Verdict", *(as_text(title) for _, title, _ in audit["measures"])), rows)


def _cell(card: Card, cell: Mapping[str, Any] | None) -> str:
    """One measure for one attribute."""
    if not cell:
        return "–"
    return (
        f"{_verdict(cell['verdict'])} {_figure(card, cell['estimate'])}"
        if cell["disparity"]["estimate"]
        else _verdict(cell["verdict"])
    )


def _inputs(card: Card) -> str:
    """The inputs used most, and those never used."""
    names = page.feature_meanings(card)
    used = [
        f"- {as_text(names[e['feature']])}: {show(e['gain_rate'], path='gain_rate')} of the gain{_words(e)}"
        for e in page.top_effects(card, 10)
    ]
    never = card["evidence"]["never_used"]
    empty = page.never_filled(card)
    lines = [*used, *([f"- Never used, held for audits alone: {as_text(', '.join(never))}"] if never else [])]
    return "\n".join([*lines, *([f"- {page.NEVER_FILLED}: {as_text(', '.join(empty))}"] if empty else [])])


def _words(effect: Mapping[str, Any]) -> str:
    """For which words of a category the prediction is highest and lowest; nothing of a number."""
    return f"; {as_text(direction(effect))}" if effect.get("words") else ""


def _changes(card: Card) -> str:
    """What differs from the champion."""
    rows = [[as_text(change[key]) for key in ("what", "before", "now")] for change in card["changes"]]
    return as_table(("Changed", "Champion", "This model"), rows)


def _facts(card: Card, number: int) -> str:
    """What evidence says in one field."""
    field = card["fields"][number - 1]
    return "\n".join(f"- {_rich(line)}" for line in field["facts"])


def _said(card: Card, section: str) -> list[str]:
    """What people say in a section, and what is not assessed in it."""
    return [_statement(card, field) for field in page.statements(card, section)]


def _statement(card: Card, field: Mapping[str, Any]) -> str:
    """One field in a person's words."""
    said = [f"**{as_text(field['title'])}.**"]
    if field["status"] != "filled":
        said.append(f"*{field['status'].capitalize()}{': ' + as_text(field['reason']) if field['reason'] else ''}.*")
    if page.is_open_in_part(field):
        said.append(f"{' '.join(_rich(line) for line in field['facts'])} *In part not yet assessed: {as_text(field['reason'])}.*")
    if field["statement"]:
        author = card["roles"][field["statement"]["author"]]
        said.append(f"{_rich(field['statement']['text'])} — {as_text(author)}, {field['statement']['on']}")
    return " ".join(said)


def _under(card: Card) -> str:
    """The policy that the gates were judged under."""
    policy = card["evidence"].get("policy")
    return f" under policy `{policy['digest']}`" if policy else ""


def _decided(standing: Standing) -> str:
    """What reviewers decided, with what each signature covers."""
    head = ("Who", "When (usable until)", "Verdict", "Reason", "Covers")
    rows = [
        (
            as_text(row["who"]),
            f"{row['when']} ({row['until']})",
            f"{row['verdict']}, {row['force']}",
            as_text(row["reason"]),
            as_text(", ".join(row["covers"])),
        )
        for row in page.decided_rows(standing)
    ]
    return as_table(head, rows)


def _evidence(card: Card, standing: Standing) -> list[str]:
    """Digests, gates and the field index."""
    tree = card["evidence"]
    digests = {
        "package": standing.package_digest,
        "model": card["identity"]["model_digest"],
        "training set": tree["data"]["training_set_digest"],
    }
    gates = [
        (as_text(v["gate"]["name"].replace("_", " ")), v["result"], as_text(v["found"]), _rich(line) or "–")
        for _, v, line in page.gate_rows(card)
    ]
    index = [
        (str(f["number"]), as_text(f["title"]), "filled in part" if page.is_open_in_part(f) else f["status"])
        for f in card["fields"]
    ]
    return [
        "\n".join(f"- {name}: `{digest}`" for name, digest in digests.items() if digest),
        f"Gates: {tree['decision']['outcome']}{_under(card)}.",
        as_table(("Gate", "Result", "Found", "Reviewers’ line"), gates),
        "### Approvals",
        as_text(f"{page.approvals_line(standing)} {page.demo_line(standing)}"),
        _decided(standing),
        _facts(card, 39),
        f"Fields: {page.index_counts(card)}.",
        as_table(("No", "Field", "Status"), index),
    ]
