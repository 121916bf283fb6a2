"""Access audits: the door at which an auditor signs a month."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from governance.doors.reading import PromotionReading
from governance.records.access_audited import AccessAudited, access_audits, sign_access_audited
from governance.records.log import Kind, Record
from tenure.canonical import moment


class Auditing(PromotionReading):
    """Signing access audits, and reading which months were signed."""

    def sign_access_audit(self, month: str, digest: str, remark: str, *, staff_id: str, key: Ed25519PrivateKey) -> AccessAudited:
        """Enter in the log that an auditor read a month's access audit of this digest.

        Raises
        ------
        RefusedError: for somebody who is no auditor, a month that is not over, and what they signed already.
        PromotionError: when the remark is not one line that can be read.
        """
        self._check_reason(remark)
        audited = AccessAudited(
            installation=self.origin,
            project=self._project.name,
            month=month,
            digest=digest,
            remark=remark.strip(),
            identity=staff_id,
            issued=moment(self._clock()),
        )
        self._log.append(Kind.ACCESS_AUDITED, sign_access_audited(audited, key))
        return audited

    def access_audits(self) -> tuple[tuple[Record, AccessAudited], ...]:
        """Every signed month of the company, oldest first, with its record."""
        return access_audits(self.ledger(), self._project.name) if self.has_trust_root else ()
