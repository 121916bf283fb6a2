"""Drift on pages: how far inputs and scores moved day by day, one of them bin by bin, and the page that Evidently drew of a day.

Read, never measured here: the figures and the bins are those of the drift table, the verdict is `tenure/drift_alarm.py`'s.
"""

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from fastapi import HTTPException
from starlette.responses import Response

from home.workplace import Workplace
from review.addresses import address
from review.figures import Series, bars, over_days
from review.visit import InLobby, InRoom
from review.vitals import Vitals
from tenure.drift import DriftReference, Shift
from tenure.drift_alarm import ALARM_RULE
from tenure.errors import PackageError
from tenure.judged import REFERENCE

MOST_INPUTS = 8
# Evidently's page runs its own script. So it is a place of its own: no cookie, no form, no request, no way to other pages.
_APART = {
    "Content-Security-Policy": (
        "sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; "
        "img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    # A page that is apart already; browsers refuse one that asks for it twice.
    "Cross-Origin-Opener-Policy": "unsafe-none",
}
# Asked for by a page that is nobody's; it is the library's, the same for everybody.
_SHARED = {"Cross-Origin-Resource-Policy": "cross-origin", "Cache-Control": "public, max-age=86400"}


@dataclass(frozen=True, kw_only=True)
class Drilled:
    """One input, or the score, on the last measured day: what moved, and its bins as a drawing, where they were kept."""

    shift: Shift
    meaning: str
    drawing: Any
    bins: tuple[tuple[str, float, float], ...]


def show_drift_page(room: InRoom, model: str, version: int, day: date) -> Response:
    """The page that Evidently drew of a day, apart from everything else that the room serves."""
    workplace = room.workplace
    path = workplace.drift_page(model, version, day)
    if model not in {spec.name for spec in workplace.project.models} or not path.is_file():
        raise HTTPException(404, f"Nobody drew the drift of version {version} on {day}. Start from the model.")
    return Response(path.read_bytes(), media_type="text/html; charset=utf-8", headers=_APART)


def drift_script(lobby: InLobby, release: str) -> Response:
    """The script of Evidently's pages, which lies once beside all of them."""
    found = {path.name: path for path in lobby.home.settings.reports.glob("evidently-*.js")}
    path = found.get(f"evidently-{release}.js")
    if path is None:
        raise HTTPException(404)
    return Response(path.read_bytes(), media_type="text/javascript; charset=utf-8", headers=_SHARED)


def drawn_days(workplace: Workplace, model: str, version: int) -> tuple[tuple[date, str], ...]:
    """The days of a version that Evidently drew, newest first, with the address of each page."""
    folder = workplace.drift_page(model, version, date.min).parent
    found = sorted((path for path in folder.glob("????-??-??.html")), reverse=True)
    # Served as it lies among the reports, so that a page finds its script here as there.
    where = partial(address, "show_drift_page", company=workplace.project.name, model=model, version=version)
    return tuple((date.fromisoformat(path.stem), where(day=path.stem)) for path in found)


def drift_chart(found: Vitals) -> Any:
    """PSI of the score and of what the verdict on drift is about, by day."""
    measures, (what, moved) = found.measures, found.moved_most
    score = Series(name="scores", style="curve", points=tuple((m.day, m.score_psi) for m in measures))
    worst = Series(name="input moved most", style="observed", points=moved)
    last = measures[-1] if measures else None
    says = (
        f"{len(measures)} days; on {last.day} the scores had a PSI of {last.score_psi:.2f}, {what} {moved[-1][1]:.2f}."
        if last
        else ""
    )
    return over_days(
        [score, worst],
        title="How far inputs and scores lie from training (PSI)",
        says=says,
        lines=[("alarm", ALARM_RULE.limit), ("watch", ALARM_RULE.watch)],
        write=lambda value: f"{value:g}",
    )


def moved_most(found: Vitals) -> list[tuple[Shift, str]]:
    """Inputs and the score on the last day with what they mean, those first that moved most."""
    if not found.measures:
        return []
    meanings = _meanings(found)
    shifts = sorted(found.measures[-1].shifts, key=lambda s: -s.psi)[:MOST_INPUTS]
    return [(shift, meanings.get(shift.name, "the score itself")) for shift in shifts]


def drilled(workplace: Workplace, found: Vitals, name: str) -> Drilled | None:
    """One input or the score bin by bin, by default what moved most; None where nothing was measured.

    Raises
    ------
    HTTPException: for a name that the version has not.
    """
    if not found.measures or found.record is None:
        return None
    shifts = {shift.name: shift for shift in found.measures[-1].shifts}
    shift = shifts.get(name) if name else moved_most(found)[0][0]
    if shift is None:
        raise HTTPException(404, f"This version has no input {name[:64]!r}. Open the model without it.")
    bins, meaning = _bins(workplace, found.record.package_digest, shift), _meanings(found).get(shift.name, "the score itself")
    last = found.measures[-1].day
    drawing = bars(bins, names=("at training", f"on {last}"), title=f"{meaning}, by bins of training") if bins else ""
    return Drilled(shift=shift, meaning=meaning, drawing=drawing, bins=bins)


def _bins(workplace: Workplace, digest: str, shift: Shift) -> tuple[tuple[str, float, float], ...]:
    """Each bin in words, its share at training and on the day; none where they were not kept, or the package is not readable."""
    try:
        reference = DriftReference.from_json(workplace.packages.load(digest).file(REFERENCE))
    except PackageError:
        return ()
    column = next((one for one in reference.columns if one.name == shift.name), None)
    if column is None or len(column.counts) != len(shift.counts):
        return ()
    total = max(1, sum(shift.counts))
    shares = zip(column.bins, column.shares, (n / total for n in shift.counts), strict=True)
    return tuple((words, before, now) for words, before, now in shares if before or now)


def _meanings(found: Vitals) -> dict[str, str]:
    """What each input means."""
    return {feature.name: feature.meaning for feature in found.spec.inputs}
