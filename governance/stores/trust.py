"""What this installation trusts: the pinned digest of its trust root, the name of its log, and its services' keys.

The digest decides whose signatures count, so it is given by another way than the log: by a file beside it, or better by the
environment. Making and renewing trust roots is `trust_root.py`; who may promote what is decided in `governance/rules/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from adapters.closed_files import ClosedFile
from adapters.settings import Settings
from adapters.whole_files import write_whole
from governance.records.trust_root import Role
from governance.stores.key_store import KeyStore
from governance.stores.promotion_log import PromotionLog
from governance.stores.witness import Witness
from tenure.errors import PromotionError, SigningKeyError
from tenure.refusals import Refusal, refused

# One account for each service: none can do another's work with its own key.
SERVICES = {
    Role.TRAINER: "service-trainer",
    Role.PROMOTER: "service-promoter",
    Role.LOG: "service-log",
    Role.WITNESS: "service-witness",
    Role.SCORER: "service-scorer",
}
NO_TRUST_ROOT = "There is no trust root here, so nobody may sign anything. Make one: tenure trust init."


class Trust:
    """The trust of one installation; nothing is read before it is asked for."""

    def __init__(self, settings: Settings) -> None:
        """Name the places."""
        self._settings = settings

    @property
    def pinned(self) -> str | None:
        """Digest of the trust root that was pinned; None where none was made yet."""
        return self._settings.trust_root_named or _line(self._settings.trust / "pinned")

    @property
    def origin(self) -> str:
        """The name of this installation's log; without its file none of its checkpoints is taken for this log's."""
        return _line(self._settings.trust / "origin") or "unnamed"

    @property
    def has_log(self) -> bool:
        """Whether a promotion log exists, trusted or not."""
        address, local = self._settings.promotion_log, f"sqlite:///{self._settings.home}/"
        if address.startswith(local) and not Path(address.removeprefix("sqlite:///")).exists():
            return False
        with reading(self._settings):
            return bool(PromotionLog(address, origin=self.origin, pinned="").entries()[0])

    @property
    def was_witnessed(self) -> bool:
        """Whether the witness has seen a log of this installation."""
        return bool(self.witness().copies())

    def log(self) -> PromotionLog:
        """The promotion log under the pinned trust root.

        Raises
        ------
        PromotionError: when no trust root is pinned and no log exists.
        RefusedError: when a log exists, or the witness saw one, and the pin is gone: whoever removed it would choose whom to
            trust.
        """
        pinned = self.pinned
        if pinned is None and (self.has_log or self.was_witnessed):
            raise refused(
                Refusal.OLD_TRUST_ROOT,
                "There is a promotion log, or the witness saw one, but no trust root is pinned at "
                f"{self._settings.trust / 'pinned'} nor named by TENURE_TRUST_ROOT, so nothing in the log can be believed. "
                "Restore the pinned digest from where it was written down.",
            )
        if pinned is None:
            raise PromotionError(NO_TRUST_ROOT)
        return PromotionLog(self._settings.promotion_log, origin=self.origin, pinned=pinned)

    def witness(self) -> Witness:
        """The copies of the log's checkpoints."""
        return Witness(self._settings.witness)

    def service_key(self, role: Role) -> Ed25519PrivateKey:
        """The key of the service with that role, opened with the services' passphrase.

        Raises
        ------
        SigningKeyError: when the passphrase's file or the key is missing, or may be read by others.
        """
        passphrase = read_passphrase(self._settings.passphrase_file)
        return KeyStore(self._settings.keys).load(SERVICES[role], passphrase)

    def pin(self, digest: str, *, origin: str | None = None) -> None:
        """Write down the digest of the trust root in force and, the first time, the log's name."""
        for name, text in (("origin", origin), ("pinned", digest)):
            if text is not None:
                write_whole(self._settings.trust / name, f"{text}\n".encode())


@contextmanager
def reading(settings: Settings) -> Iterator[None]:
    """Say what is wrong when the log's database cannot be used, or holds what is no log."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        where = "the database that TENURE_PROMOTION_LOG names" if settings.promotion_log_named else settings.promotion_log
        raise refused(
            Refusal.ALTERED_RECORD,
            f"The promotion log in {where} cannot be read or written ({type(error).__name__}). "
            "Bring the database up, or restore it from a backup.",
        ) from error


def read_passphrase(path: Path) -> str:
    """The passphrase in a file that is its owner's alone: its first line that is neither empty nor a comment.

    Raises
    ------
    SigningKeyError: when there is no such file or line, or the file is not closed to others.
    """
    lines = [line.strip() for line in passphrase_file(path).read_text().split("\n")]
    found = next((line for line in lines if line and not line.startswith("#")), None)
    if found is None:
        raise SigningKeyError(f"Expected a passphrase in {path}, found none. Write it on one line of its own.")
    return found


def passphrase_file(path: Path) -> ClosedFile:
    """The file of the services' passphrase."""
    return ClosedFile(
        path=path,
        what="the passphrase of the services' keys",
        error=SigningKeyError,
        if_missing="Name its file by TENURE_PASSPHRASE_FILE.",
    )


def _line(path: Path) -> str | None:
    """The text of a one-line file; None where there is none.

    Raises
    ------
    PromotionError: when it cannot be read, or is no text.
    """
    try:
        return path.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        found = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise PromotionError(
            f"Expected one line of text in {path}, found what cannot be read ({found}). "
            "Restore it from where it was written down."
        ) from None
