"""Files of the trust that are no text: each is a sentence with the place and what to do."""

import pytest

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
