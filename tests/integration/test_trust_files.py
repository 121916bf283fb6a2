"""Files of the trust that are no text are each a sentence with the place and what to do; older trust roots are completed."""

import pytest

from governance.doors.demonstration import ROOT_KEY, demo_key, found_demo_trust
from governance.doors.trust_roots import following, next_root
from governance.records.trust_root import Role
from governance.stores.trust import Trust, read_passphrase
from tenure.errors import PromotionError, SigningKeyError
from tests.shop import Shop


@pytest.mark.parametrize("name", ["pinned", "origin"])
@pytest.mark.parametrize("found", ["other bytes", "a folder"])
def test_a_pin_that_is_no_text_is_a_sentence(tmp_path, name: str, found: str) -> None:
    """Nothing in the log is believed, and nobody sees a traceback."""
    shop = Shop(tmp_path).founded()
    file = tmp_path / "trust" / name
    file.unlink()
    if found == "a folder":
        file.mkdir()
    else:
        file.write_bytes(b"\xff\n")

    with pytest.raises(PromotionError, match=rf"Expected one line of text in .*{name}.* Restore it"):
        getattr(Trust(shop.settings), name)
    with pytest.raises(PromotionError, match="Restore it"):
        shop.doors.ledger()


def test_a_passphrase_that_is_no_text_is_a_sentence(tmp_path) -> None:
    """Of the file's content nothing is told."""
    file = tmp_path / "passphrase"
    file.write_bytes(b"\xff\xfe\n")
    file.chmod(0o600)

    with pytest.raises(SigningKeyError, match="as UTF-8 text, found other bytes") as refusal:
        read_passphrase(file)
    assert "xff" not in str(refusal.value)


def test_services_that_an_older_trust_root_does_not_name_are_added(tmp_path) -> None:
    """The demonstration names them by itself when it is begun again; nothing changes where all are named."""
    shop = Shop(tmp_path).founded()
    settings, root = shop.settings, shop.doors.ledger().root
    without = tuple(one for one in root.staff if Role.SCORER not in one.roles)
    next_root(settings, following(root, shop.now, staff=without), (demo_key(settings, ROOT_KEY),), lambda: shop.now)
    for _ in range(2):
        found_demo_trust(settings, "shop", lambda: shop.now)

    after = shop.doors.ledger()
    named = after.root_before(after.size)
    assert named.version == root.version + 2
    assert [one.staff_id for one in named.staff if Role.SCORER in one.roles] == ["service-scorer"]
