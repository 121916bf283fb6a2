"""From a data frame to scores and a draft card, as a notebook has it: the real process, and the same core as a company's own."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from adapters.settings import ROOMS
from cli.notebook.chain import draft
from expectations.validate import validate
from provenance.roll_up import roll_up_of
from provenance.snapshots import snapshots_of
from provenance.training_rows import labelled_of
from tenure.challenger import fit_challenger
from tenure.contracts import Files, SetAside, Source
from tenure.errors import EstimationError, SourceError, SpecError, TenureError, TimelineError
from tenure.features import standard
from tenure.frames import rows_of
from tenure.history import Events, cents
from tenure.notebook import Asked, foresee
from tenure.outcomes import none_of
from tenure.populations import had
from tenure.project import Project
from tenure.scoring import Scorer, score_day
from tenure.specs import Model, with_features
from tenure.training_set import stack, training_split

FIRST_DAY, AS_OF = date(2022, 1, 1), date(2022, 8, 1)
NOW = datetime(2022, 12, 1, tzinfo=UTC)
ASKED = Asked(
    customer="who", time="at", amount="paid", attributes=("shop",), outcome="none_of", within_days=14, active_within_days=56,
    noun="purchase", as_of=AS_OF.isoformat(), zone="UTC",
)  # fmt: skip


def sales(n_customers: int = 300, n_days: int = 240) -> pd.DataFrame:
    """Rows of customers who come now and then, some of them ever less; a few are refunds, a few name nobody."""
    rng = np.random.default_rng(7)
    rate = rng.uniform(0.02, 0.2, n_customers)[:, None] * np.exp(
        -rng.exponential(0.004, n_customers)[:, None] * np.arange(n_days)
    )
    who, day = np.nonzero(rng.random((n_customers, n_days)) < rate)
    at = pd.Timestamp(FIRST_DAY) + pd.to_timedelta(day, "D") + pd.to_timedelta(rng.integers(0, 86_400, len(day)), "s")
    frame = pd.DataFrame(
        {
            "who": who + 1000.0,
            "at": at,
            "paid": rng.integers(100, 9_000, len(day)) / 100,
            "shop": rng.choice(["A", "B", "C"], len(day)),
        }
    )
    frame.loc[rng.random(len(day)) < 0.01, "who"] = np.nan
    frame.loc[rng.random(len(day)) < 0.02, "paid"] *= -1
    return frame


FRAME = sales()


@pytest.mark.slow
def test_a_company_s_files_that_say_the_same_give_the_same_model(tmp_path: Path) -> None:
    """Declared by hand, landed from a file a day and judged by Great Expectations too: equal rows, equal trees, equal scores."""
    source = Source(
        name="sales",
        grain="one line",
        reader=Files(pattern="{day}.parquet"),
        columns="""
            customer_id=who  text?    pseudonym  customer
            at               time     behaviour  when
            paid             number?  behaviour  what was paid
            shop             text?    behaviour  where
        """,
        key=("row",),
        set_aside=(SetAside("guest", "customer_id IS NULL", "it names nobody"),),
    )
    purchases = Events("sales", noun="purchase", values={"spend": cents("paid")}, sets={"shop": "shop"}, returns="paid < 0")
    spec = with_features(
        Model(
            name="lapse",
            owner="team:shop",
            population=had(purchases, within_days=56),
            foresees=none_of(purchases, within_days=14),
        ),
        standard(purchases),
    )
    project = Project(
        name="shop", title="Shop", first_day=FIRST_DAY, last_day=None, known_as="who", authors={}, purposes={},
        sources=(source,), histories=(purchases,), features=standard(purchases), models=(spec,),
    )  # fmt: skip
    batches = {}
    for day, rows in FRAME[FRAME["at"] < pd.Timestamp(AS_OF)].groupby(FRAME["at"].dt.date):
        batches[day + timedelta(days=1)] = tmp_path / f"{day}.parquet"
        rows.to_parquet(batches[day + timedelta(days=1)], index=False)
    landed = validate(source, batches, first_key=project.first_key, first_day=FIRST_DAY)
    tables = {purchases.table: roll_up_of(project, purchases, {"sales": landed.kept}, days=tuple(batches))}
    split = training_split(spec, as_of=AS_OF, first_day=FIRST_DAY)
    days = (*split.days, AS_OF)
    snapshots = dict(zip(days, snapshots_of(project, tables, days), strict=True))
    training_set = stack(
        labelled_of(project, spec, split, snapshots.__getitem__, tables).snapshots, spec, split, features_version=1
    )
    fitted = fit_challenger(training_set, spec, project="shop", n_threads=1)
    theirs = score_day(Scorer(facts=fitted.facts, model=fitted.model, model_digest=""), snapshots[AS_OF], AS_OF)

    ours = draft(rows_of(FRAME, {"all": ["who", "at", "paid", "shop"]}), ASKED, now=lambda: NOW, n_threads=1)

    assert ours.digests["training_set"] == training_set.digest
    assert ours.digests["inputs"] == theirs["features_digest"][0].as_py()
    assert ours.scores["customer_id"].to_pylist() == theirs["customer_id"].to_pylist()
    assert ours.scores["score"].to_pylist() == theirs["score"].to_pylist()
    assert ours.scores.num_rows > 150


@pytest.mark.slow
def test_one_call_gives_scores_and_a_draft_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The guide's own example, in a folder with packages of our rooms' names; nothing is left but what was saved."""
    text = (ROOMS / "docs" / "guide.md").read_text(encoding="utf-8")
    example = re.search(r"```python\n(from tenure\.notebook import foresee\n.*?)```", text, re.DOTALL)[1]
    work, moment = tmp_path / "work", tmp_path / "moment"
    for name in ("home", "model_cards", "cli"):
        (work / name).mkdir(parents=True)
        (work / name / "__init__.py").write_text("raise SystemError('somebody else')\n")
    moment.mkdir()
    FRAME.rename(columns={"who": "CustomerID", "at": "InvoiceDate", "paid": "Paid"}).to_csv(work / "sales.csv", index=False)
    before = sorted(work.rglob("*"))
    monkeypatch.chdir(work)
    monkeypatch.setattr("tempfile.tempdir", str(moment))
    monkeypatch.setenv("TMPDIR", str(moment))
    said: dict[str, object] = {}
    exec(example, said)  # noqa: S102 - a page of our own
    found = said["draft"]

    assert sorted(path for path in work.rglob("*") if path.is_relative_to(work / "august")) != []
    assert [path for path in sorted(work.rglob("*")) if not path.is_relative_to(work / "august")] == before
    assert list(moment.iterdir()) == []
    assert found.said[0].startswith("Draft, unsigned")
    assert found.scores["CustomerID"].dtype == "int64"
    assert found.scores["score"].between(0, 1).all()
    assert {"ROC-AUC", "Brier score"} <= set(found.figures["figure"])
    page = found._repr_html_()
    assert page.index("Draft, unsigned") < page.index("<table") < page.index("<iframe")
    assert "draft" in found.card.markdown.splitlines()[2].lower()
    with pytest.raises(SpecError, match="nothing is written over"):
        found.save(work / "august")


LATE = FRAME.assign(at=FRAME["at"] + pd.Timedelta(days=36_500))
FEW = FRAME[FRAME["who"] < 1020]
REFUSED = [
    ({"customer": "Who"}, FRAME, SpecError, "The frame has no column 'Who'"),
    ({"customer": "Who"}, FRAME, SpecError, "Did you mean 'who'?"),
    ({"amount": "who"}, FRAME, SpecError, "Column 'who' is named 2 times"),
    ({}, pd.concat([FRAME, FRAME["who"]], axis=1), SpecError, "Column 'who' is there 2 times"),
    ({}, {"who": [1]}, SpecError, "The frame is a dict; expected"),
    ({"time": "paid", "amount": None}, FRAME, SpecError, "'paid' holds numbers; expected times"),
    ({"outcome": "churn"}, FRAME, SpecError, "expected one of 'none_of', 'any_of'"),
    ({"within_days": 0}, FRAME, SpecError, "within_days is 0"),
    ({}, FRAME.assign(at="01/02/2020"), SourceError, "cannot be read"),
    ({}, FRAME.assign(at="soon"), SourceError, "Convert the column first"),
    ({}, LATE, SourceError, "lies after today"),
    ({}, FRAME.assign(who=None), SpecError, "holds nothing"),
    ({"within_days": 90}, FRAME, TimelineError, "within_days=28 would do"),
    ({}, FRAME[FRAME["at"] > "2022-07-20"], TimelineError, "Bring a longer history"),
    ({}, FEW, EstimationError, "Expected 100 customers and 20 rows of each kind"),
]


@pytest.mark.parametrize(("changed", "frame", "kind", "words"), REFUSED, ids=[case[3][:28] for case in REFUSED])
def test_what_cannot_work_is_refused_in_words(
    changed: dict[str, object], frame: object, kind: type[TenureError], words: str
) -> None:
    """Before anything is fitted; in the words of the call's own arguments."""
    asked = Asked(**{**vars(ASKED), "as_of": None, **changed})
    named = {"customer": (asked.customer,), "time": (asked.time,), "amount": (asked.amount,) if asked.amount else ()}

    with pytest.raises(kind, match=re.escape(words)):
        draft(rows_of(frame, {**named, "attributes": asked.attributes}), asked, now=lambda: NOW, n_threads=1)


def test_a_refusal_crosses_from_the_other_process() -> None:
    """With its kind and its words, and without a value of the frame."""
    with pytest.raises(SourceError, match=r"1 times in column 'at' 1 are empty or cannot be read") as refusal:
        foresee(pd.DataFrame({"who": ["secret-17"], "at": ["sesame"]}), customer="who", time="at")

    assert "secret" not in str(refusal.value)
    assert "sesame" not in str(refusal.value)


def test_whatever_hands_out_arrow_columns_is_a_frame() -> None:
    """Ids of several kinds in one column of pandas become text; categories and long strings are text."""
    mixed = pd.DataFrame({"who": pd.Series([7, "b", None], dtype=object), "shop": pd.Categorical(["x", "y", "x"])})
    arrow = pa.table({"who": pa.array(["7", "b", None], pa.large_string()), "shop": ["x", "y", "x"]})

    assert rows_of(mixed, {"all": ["who", "shop"]}).equals(rows_of(arrow, {"all": ["who", "shop"]}))
