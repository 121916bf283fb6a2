"""Exported scores: one day of a scores table as a file whose bytes depend on its content alone, and what such a file is."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from adapters.lake import Lake, OpenTable, changed_contents, commits_of_day, read_rows
from adapters.tables import CUSTOMER_KEY
from adapters.whole_files import write_whole
from governance.records.serving import promotions
from provenance.consent_at_export import left_out_now
from provenance.consent_at_scoring import with_consent_told
from provenance.delivered import Delivered
from provenance.score_file import FORMATS, as_file, possible_files
from provenance.signed_scores import check_signed
from tenure.errors import TraceError
from tenure.scoring import CONSENT

About = Callable[[str], Mapping[str, str]]
Resolved = Callable[[pa.Table], pa.Table]


@dataclass(frozen=True, kw_only=True)
class HandedOut:
    """How many scores were written, and how many were not because their customers have withdrawn or objected since."""

    n_rows: int
    n_left_out: int


def hand_out(
    delivered: Delivered,
    out: Path,
    *,
    for_spreadsheets: bool = False,
    encrypted: bool = False,
    resolved: Resolved | None = None,
) -> HandedOut:
    """Write the scores of a day to a file, once they are held against what the scoring service signed.

    Who has withdrawn or objected since is left out, whatever was delivered.

    Parameters
    ----------
    resolved: puts ids as they were received in the place of pseudonyms.

    Raises
    ------
    TraceError: when the day has no scores, or they are not what was signed. Then no file is written.
    """
    # The rows that were held against the signature are those that are written; the lake is not read again.
    rows = delivered.rows
    left_out = left_out_now(delivered, rows)
    scores = _handed_out(_without(rows, left_out), resolved)
    check_signed(delivered)
    about = about_scores(delivered)(delivered.model_digest)
    content = as_file(scores, out.suffix, about=about, for_spreadsheets=for_spreadsheets)
    write_whole(out, delivered.workplace.at_rest.handed_out(out, content, is_asked=encrypted))
    return HandedOut(n_rows=scores.num_rows, n_left_out=len(left_out))


def about_scores(delivered: Delivered) -> About:
    """What a file says of itself, given the model that scored: which model and day, and by which card it was let serve."""
    project, model = delivered.workplace.project.name, delivered.spec.name

    def about(model_digest: str) -> dict[str, str]:
        ledger = delivered.ledger
        served = [promotion.subject for _, promotion in promotions(ledger, project, model, before=ledger.size)]
        by = next((subject for subject in reversed(served) if subject.model_digest == model_digest), None)
        known = {} if by is None else {"tenure.package_digest": by.package_digest, "tenure.card_digest": by.card_digest}
        day = delivered.day.isoformat()
        return {"tenure.project": project, "tenure.model": model, "tenure.day": day, "tenure.model_digest": model_digest, **known}

    return about


@dataclass(frozen=True, kw_only=True)
class Deliveries:
    """Every delivery of a day as the bytes that exporting it gives, in each form, by its version in the lake, newest first.

    `is_lake_whole` says whether the lake's own rows are what the newest version wrote; `erased` what was erased of them since.
    """

    exported: Mapping[int, tuple[bytes, ...]]
    is_lake_whole: bool
    erased: str = ""

    def check(self, name: str, found: bytes) -> int:
        """Say which delivery a file's content is, which is compared as bytes and never parsed; return its version in the lake.

        Whether the scoring service signed that is asked of `score_step.signature`.

        Raises
        ------
        TraceError: when the file is not, byte for byte, the delivery that holds now, or the lake cannot tell.
        """
        if not self.is_lake_whole:
            raise TraceError(
                "The scores in the lake are not those that their commit wrote: restore the lake from a backup, or score again."
            )
        latest, forms = next(iter(self.exported.items()))
        version = next((version for version, expected in self.exported.items() if found in expected), None)
        if version is None:
            # Where it leaves the form that it follows longest.
            other = max(_common(found, form) for form in forms)
            gone = f" {self.erased}: a file of before that cannot be told from another any more." if self.erased else ""
            raise TraceError(
                f"{name} is not what was delivered: it differs from byte {other} on. Do not use it; export the day again.{gone}"
            )
        if version != latest:
            raise TraceError(f"{name} is an earlier delivery (version {version}); version {latest} holds now. Export it again.")
        return version


def deliveries(
    lake: Lake,
    name: str,
    day: date,
    suffix: str,
    about: About = lambda _: {},
    left_out: Iterable[frozenset[str]] = (),
    *,
    stands: Callable[[date, str | None], str | None] = lambda _, digest: digest,
    erased: str = "",
    resolved: Resolved | None = None,
) -> Deliveries:
    """Export every delivery of a day again, in every form in which it may have been handed out.

    Parameters
    ----------
    about: what a Parquet file says of itself, given the model that scored.
    left_out: sets of customers, each of which exports of the newest delivery left out at some time.
    stands: given a day and the digest that was noted of it, the one that its rows must have. erased: what was erased since.
    resolved: where files may have been handed out with ids as they were received, what puts those in their place.

    Raises
    ------
    TraceError: when the day was never delivered, or such a file is not one that is exported.
    """
    if suffix not in FORMATS:
        raise TraceError(f"Exported scores end in {' or '.join(FORMATS)}, found {suffix!r}. Name a file that was exported.")
    table = lake.open(name)
    versions = commits_of_day(table, day)[::-1]
    if not versions:
        raise TraceError(f"Table {name!r} holds no delivery of {day}. Name the model and the day that the file was exported for.")
    exported = {version: _exported(lake.open(name, version=version), day, suffix, about, resolved) for version in versions}
    for customers in filter(None, left_out):
        exported[versions[0]] += _exported(table, day, suffix, about, resolved, without=customers)
    return Deliveries(
        exported=exported,
        is_lake_whole=not changed_contents(table, [day], CUSTOMER_KEY, now=stands),
        erased=erased,
    )


def _exported(
    table: OpenTable,
    day: date,
    suffix: str,
    about: About,
    resolved: Resolved | None,
    *,
    without: frozenset[str] = frozenset(),
) -> tuple[bytes, ...]:
    """What exporting a day gives; nothing where it holds no scores."""
    found = read_rows(table, days=[day])
    if found is None:
        return (b"",)
    left, told = _without(found, without), about(str(found["model_digest"][0]))
    forms = [_handed_out(left), *([_handed_out(left, resolved)] if resolved else [])]
    return tuple(file for scores in forms for file in possible_files(scores, suffix, told))


def _without(rows: pa.Table, customers: frozenset[str]) -> pa.Table:
    """Rows of all others."""
    return rows.filter(pc.invert(pc.is_in(rows["customer_id"], pa.array(sorted(customers), pa.string()))))


def _common(one: bytes, other: bytes) -> int:
    """How many bytes two contents begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _handed_out(found: pa.Table, resolved: Resolved | None = None) -> pa.Table:
    """Rows of the lake as they are handed out: by customer, in one order of columns."""
    if resolved is not None:
        place = found.column_names.index("customer_id")
        found = found.set_column(place, "customer_id", resolved(found.select(["customer_id"]))["customer_id"])
    rows = with_consent_told(found.sort_by("customer_id").combine_chunks().replace_schema_metadata(None))
    first = {"customer_id": rows["customer_id"], "as_of": rows["day"].cast(pa.date32())}
    return pa.table({**first, **{name: rows[name] for name in _order(rows.column_names)}})


def _order(names: list[str]) -> list[str]:
    """Scores first, then the curve by day, then digests; whatever order the lake keeps."""
    curve = [name for name in names if name.startswith("survival_")]
    curve.sort(key=lambda name: int(name.removeprefix("survival_").removesuffix("d")))
    known = ["score", "band", "reasons", *curve, "median_days", CONSENT, "model_digest", "features_digest"]
    return [name for name in known if name in names]
