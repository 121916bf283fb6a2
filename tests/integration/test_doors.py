"""The doors where their witness, their trust and their neighbours change: what is refused, what is said, what goes on."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.catalogue_run import Rendered
from assets.reconciled import differences
from governance.doors.demonstration import REVIEWERS, ROOT_KEY, demo_key
from governance.doors.trust_roots import following, next_root
from governance.stores.signed_log import SignedLog
from governance.stores.trust import Trust
from home.workplace import Workplace
from tenure.errors import PromotionError, RefusedError
from tenure.package import Package
from tests import company
from tests.shop import NOW, Shop, evidence_of, shop_project


def test_a_witness_begins_anew_only_when_asked_to(served_shop: tuple[Shop, Package]) -> None:
    """Lost copies refuse, until a person has looked at the log and says so."""
    shop, package = served_shop
    moved = replace(shop.settings, witness_named=shop.home / "second place")
    doors = Workplace(shop_project(shop.gates), moved, lambda: NOW).promotions

    with pytest.raises(RefusedError, match="tenure trust witness"):
        doors.champion("shop", company.PROPENSITY)
    assert SignedLog(moved, lambda: NOW).witness_now() == 7
    assert doors.champion("shop", company.PROPENSITY) == package


def test_a_record_whose_witness_could_not_write_stands(served_shop: tuple[Shop, Package]) -> None:
    """The message says so, and how the witness sees it afterwards."""
    shop, _ = served_shop
    folder = shop.home / "witness"
    (folder / "checkpoints.lock").unlink()
    (folder / "checkpoints.lock").mkdir()

    with pytest.raises(PromotionError, match="The record stands, but the witness at"):
        shop.train("two")
    (folder / "checkpoints.lock").rmdir()
    assert shop.doors.history().n_unwitnessed == 1
    assert SignedLog(shop.settings, lambda: NOW).witness_now() == 8
    assert shop.doors.history().n_unwitnessed == 0


def test_a_named_trust_root_overrules_the_pinned_file(served_shop: tuple[Shop, Package]) -> None:
    """Whoever may write to the home does not choose whom to trust where the environment says it."""
    shop, package = served_shop
    named = replace(shop.settings, trust_root_named=Trust(shop.settings).pinned)
    (shop.home / "trust/pinned").write_text("ab" * 32)

    assert Workplace(shop_project(shop.gates), named, lambda: NOW).promotions.champion("shop", company.PROPENSITY) == package


def test_a_reviewer_who_left_the_trust_root_approves_nothing_any_more(served_shop: tuple[Shop, Package]) -> None:
    """The next version removes one; what they approved before, but was not promoted, no longer counts."""
    shop, _ = served_shop
    waiting = shop.approved("two")
    root = shop.doors.ledger().root
    staff = tuple(one for one in root.staff if one.staff_id != REVIEWERS[1])
    next_root(shop.settings, following(root, NOW, staff=staff), (demo_key(shop.settings, ROOT_KEY),), lambda: NOW)

    with pytest.raises(RefusedError, match="names no such key"):
        shop.promote(waiting.digest)
    assert Trust(shop.settings).pinned != root.digest
    assert shop.doors.history().is_sound


@pytest.mark.slow
def test_an_alias_moved_by_hand_is_reported_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow is for people: the scorer does not ask it, and the hourly comparison says what differs."""
    # What `prepare_environment` sets: a registry that is down costs seconds.
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    from mlflow import MlflowClient

    shop = Shop(tmp_path).founded()
    workplace = Workplace(shop_project(shop.gates), shop.settings, lambda: NOW)
    spec = workplace.project.model(company.PROPENSITY)
    one, two = shop.serving("one"), shop.train("two")
    before = differences(workplace, spec)
    for package, content in ((one, "one"), (two, "two")):
        shown = Rendered(card_html="", card_markdown="", summary="")
        workplace.registry.log_challenger(package, evidence_of(content, company.PROPENSITY, shop.gates, None), shown)
    workplace.registry.register_champion(workplace.promotions.champion_record("shop", company.PROPENSITY))
    agreed = differences(workplace, spec)
    client = MlflowClient(tracking_uri=shop.settings.tracking_uri, registry_uri=shop.settings.tracking_uri)
    of_two = f"name = 'shop.{company.PROPENSITY}-candidate' and tags.`tenure.package_digest` = '{two.digest}'"
    (candidate,) = client.search_model_versions(of_two)
    moved = client.create_model_version(
        f"shop.{company.PROPENSITY}", candidate.source, run_id=candidate.run_id, tags=dict(candidate.tags)
    )
    client.set_registered_model_alias(f"shop.{company.PROPENSITY}", "champion", moved.version)

    assert "points at nothing" in before[0]
    assert agreed == ()
    (said,) = differences(workplace, spec)
    assert f"points at {two.digest[:12]}" in said
    assert f"the log lets {one.digest[:12]} serve" in said
    assert workplace.promotions.champion("shop", company.PROPENSITY) == one
    older = workplace.promotions.ledger().roots[-1][1]
    ending = tuple(replace(k, valid_until=NOW + timedelta(days=9)) if k.staff_id == REVIEWERS[0] else k for k in older.staff)
    next_root(shop.settings, following(older, NOW, staff=ending), (demo_key(shop.settings, ROOT_KEY),), lambda: NOW)
    Trust(shop.settings).pin(older.digest)
    _, of_pin, of_keys = differences(workplace, spec)
    assert f"Trust root 2 is in force, but {older.digest[:12]} is pinned" in of_pin
    assert "The key of demo-reviewer-1 ends on 2026-12-01 08:30 UTC" in of_keys
    unreachable = Workplace(workplace.project, replace(shop.settings, tracking_uri="http://127.0.0.1:9"), lambda: NOW)
    assert "The alias cannot be compared" in differences(unreachable, spec)[0]
    assert unreachable.promotions.champion("shop", company.PROPENSITY) == one


def test_the_doors_open_on_postgresql_as_on_sqlite(tmp_path: Path, postgres: str) -> None:
    """Trained, approved, promoted and proved, and a record removed by whoever may write to the database is missed."""
    import sqlalchemy as sa

    shop = Shop(tmp_path, log=postgres).founded()
    package = shop.serving("one")

    assert shop.doors.champion("shop", company.PROPENSITY) == package
    assert shop.doors.history().is_sound
    assert not (tmp_path / "store/log.db").exists()
    engine = sa.create_engine(postgres, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM tenure_promotion_log WHERE sequence = 6"))
    with pytest.raises(RefusedError, match="records were removed at its end"):
        shop.doors.champion("shop", company.PROPENSITY)
