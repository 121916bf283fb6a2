"""Test rows on disk, and the doors that measure a candidate again from them."""

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from governance.doors.demonstration import REVIEWERS
from governance.records.serving import statements
from governance.stores.measured_rows import MeasuredRowsStore
from governance.stores.package_store import PackageStore
from home.workplace import Workplace
from model_cards.card import as_bytes, card_page
from provenance.held import look
from tenure.errors import PackageError, RefusedError
from tenure.open_points import judge
from tenure.package import Package
from tenure.refusals import Refusal
from tests.audited import FILLED
from tests.measured import rows
from tests.shop import HOLDS, NOW, WORDS, Shop, evidence_of, files_of, roots, shop_project

MODEL = "lapse_28d"


def better(shop: Shop, figure: str, by: float) -> Package:
    """A candidate of a training service that lies: one figure moved, gates judged anew, card drawn anew, all signed."""
    known = evidence_of("one", MODEL, shop.gates, None)
    first, *others = known.evaluation.metrics
    estimate = replace(first.estimate, **{figure: getattr(first.estimate, figure) + by})
    measured = replace(known.evaluation, metrics=(replace(first, estimate=estimate), *others))
    lie = replace(known, evaluation=measured, decision=None)
    lie = replace(lie, decision=judge((*shop.gates, HOLDS), lie, card=FILLED))
    told = as_bytes(lie)
    files = {**files_of("one", MODEL, shop.gates, None), "evidence.json": told, "card.html": card_page(told, WORDS, None)}
    package = PackageStore(shop.home).keep_candidate("shop", MODEL, files)
    shop.state(package, lie)
    return package


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """A shop with its trust."""
    return Shop(tmp_path).founded()


def test_a_moved_auc_is_neither_approved_nor_promoted(shop: Shop) -> None:
    """Consistent with itself to the last byte, and not what the rows give."""
    package = better(shop, "value", 0.02)
    for act in (lambda: shop.approve(package, REVIEWERS[:1]), lambda: shop.promote(package.digest, "as agreed")):
        with pytest.raises(RefusedError, match=r"roc_auc.estimate.value 0\.91\d+, where the rows give 0\.89\d+") as refused:
            act()
        assert refused.value.refusal == Refusal.MEASURED_OTHERWISE.value


def test_a_moved_interval_is_not_promoted(shop: Shop) -> None:
    """The promoter draws again, whoever approved."""
    package = better(shop, "low", 0.01)
    shop.approve(package)
    with pytest.raises(RefusedError, match=r"roc_auc\.estimate\.low"):
        shop.promote(package.digest)


@pytest.mark.parametrize("loss", ["gone", "emptied"])
def test_rows_that_are_not_here_are_said_and_stop_a_candidate(shop: Shop, loss: str) -> None:
    """Nobody can measure it again: not where the folder is gone, and not where a customer's leaf was emptied since."""
    package = shop.train("one")
    if loss == "gone":
        shutil.rmtree(shop.home / "store" / "test_rows")
    else:
        assert MeasuredRowsStore(shop.home).empty(roots()[False], ["c0007", "a stranger"]) == 1
    with pytest.raises(RefusedError, match="nobody can measure its figures again") as refused:
        shop.approve(package, REVIEWERS[:1])
    assert refused.value.refusal == Refusal.NO_TEST_ROWS.value


@pytest.mark.parametrize(("loss", "words"), [("gone", "the test rows of 1 promoted"), ("emptied", "test rows that were erased")])
def test_what_cannot_be_measured_again_is_told_by_why(shop: Shop, loss: str, words: str) -> None:
    """Rows that are elsewhere can be brought back, rows that were erased cannot."""
    shop.serving("one")
    if loss == "gone":
        shutil.rmtree(shop.home / "store" / "test_rows")
    else:
        MeasuredRowsStore(shop.home).empty(roots()[False], ["c0007"])
    held = look(Workplace(shop_project(shop.gates), shop.settings, lambda: NOW))

    assert (held.faults, words in held.in_words) == ((), True)


def test_rows_are_read_as_they_were_kept_and_an_emptied_leaf_leaves_the_root_as_it_was(tmp_path: Path) -> None:
    """Row and salt go, the hash stays; nobody else may open the files."""
    store = MeasuredRowsStore(tmp_path)
    root = store.keep(rows())
    assert store.read(root).rows.table().equals(rows().table())
    assert store.keep(rows()) != root, "equal rows under fresh salts have another root"

    assert store.empty(root, ["c0007", "c0011"]) == 2
    assert store.empty(root, ["c0007"]) == 0
    kept = store.read(root)
    assert kept.n_emptied == 2
    assert "of 2 customers were erased" in store.in_words(root)
    assert len(kept.rows.event) == len(rows().event) - 4
    files = list((tmp_path / "store" / "test_rows" / root).iterdir())
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert not any(b"c0007" in file.read_bytes() for file in files)


def test_a_changed_row_is_found(tmp_path: Path) -> None:
    """One outcome of one customer, in a file that reads well."""
    store = MeasuredRowsStore(tmp_path)
    root = store.keep(rows())
    odd = replace(rows(), event=rows().event.copy())
    odd.event[5] = not odd.event[5]
    pq.write_table(odd.table(), tmp_path / "store" / "test_rows" / root / "rows.parquet")
    with pytest.raises(PackageError, match="are not those that the evidence names"):
        store.read(root)
    assert "are not those that the evidence names" in store.in_words(root)
    assert store.read("ab" * 32) is None


def test_the_training_statement_names_the_rows(shop: Shop) -> None:
    """By their root, which is in what reviewers sign as well."""
    package = shop.train("one")
    ledger = shop.doors.ledger()
    (statement,) = statements(ledger, package.digest, before=ledger.size)
    assert {one.name: one.value for one in statement.training.data}["test_rows"] == roots()[False]
