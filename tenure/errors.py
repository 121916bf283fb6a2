"""Every error that Tenure raises on purpose.

    TenureError
    ├── SpecError            a project, source or model is declared in a way that cannot work
    │   ├── PurposeError       something reads a column, or is for somebody, that no purpose of it lists
    │   └── UnknownNameError   a history is asked for a value, set or attribute that it does not have
    ├── TimelineError        a day, window or split that does not fit the history at hand
    │   └── HorizonError     a survival curve is asked for beyond the follow-up seen in fitting
    ├── SourceError          a batch cannot be obtained or read
    ├── ExpectationError     an expectation could not be judged, or two judgements of the same rows differ
    ├── MissingHistoryError  days before the one asked for were never landed
    ├── PeopleError          an entry of the ledger of people that cannot be made: an unknown id, a day that is told already
    ├── ErasureError         people cannot be erased, or something waits for an erasure that was begun
    ├── RetentionError       what is past its time is still there
    ├── RequestError         what a person asks for cannot be noted as was said
    ├── ConsentError         consent is not declared, or what somebody said cannot be recorded or read
    ├── EstimationError      data from which nothing can be fitted or measured: one outcome only, no rows, shapes that differ
    ├── CardError            a model card is incomplete, or holds a number without evidence
    ├── PackageError         a model package is damaged or not what it says it is
    ├── PromotionError       a promotion that must not happen
    │   ├── RefusedError     a rule of governed promotion is broken; `refusal` names the rule
    │   └── HeadMovedError   somebody else's record reached the promotion log first
    ├── SigningKeyError      a person's or a service's signing key cannot be made or used
    ├── AccountError         an account of the review room cannot be made or used
    │   └── TooManyAttemptsError   passwords were tried too often
    ├── TraceError           a delivered score that cannot be walked back or made again
    ├── DriftError           rows or days that cannot be compared with the drift reference
    ├── HomeError            the home cannot be used as it stands: missing, another account's, of another version, full, read-only
    ├── PseudonymError       the key or the map of pseudonyms is lost, damaged, or of another company
    ├── EncryptionError      something encrypted that cannot be opened, or a key of it that cannot be used
    │   ├── DamagedError       an encrypted file was changed, or cut short
    │   └── DestroyedError     the data key of what is asked for was destroyed
    ├── JournalError         a journal that cannot be read, or that another process keeps locked
    ├── PrintingError        a page cannot be printed as PDF
    ├── RegistryError        MLflow cannot be reached, or does not hold what was expected
    └── NoChampionError      a model has no promoted version

A message says what was expected, what was found and what to do. It never holds a customer's values.
"""


class TenureError(Exception):
    """Any refusal by Tenure; catch it at an edge to show its message without a traceback."""


class SpecError(TenureError):
    """A project, source or model file is declared in a way that cannot work; each argument is one thing that is wrong."""

    def __str__(self) -> str:
        """All that is wrong."""
        return " ".join(map(str, self.args))


class PurposeError(SpecError):
    """A model, a history or a query reads a column, or scores are for somebody, that no purpose of it lists."""


class UnknownNameError(SpecError, AttributeError):
    """A history is asked for a value, a set or an attribute that it does not have."""


class TimelineError(TenureError):
    """A day, window or split does not fit the history at hand."""


class HorizonError(TimelineError):
    """A survival curve is asked for beyond the longest follow-up seen in fitting."""


class SourceError(TenureError):
    """A batch cannot be obtained or read."""


class ExpectationError(TenureError):
    """An expectation could not be judged, or two judgements of the same rows differ; the data is not to blame."""


class MissingHistoryError(TenureError):
    """Days before the one asked for were never landed."""


class PeopleError(TenureError):
    """An entry of the ledger of people that cannot be made: an unknown id or entry, ids that are together or apart already."""


class ErasureError(TenureError):
    """People cannot be erased as was asked, or something must not be written before an erasure that was begun is ended."""


class RequestError(TenureError):
    """What a person asks for cannot be noted so: nothing of that number is open, or a day is still to come."""


class RetentionError(TenureError):
    """What is past its time was deleted, and something of it is still there."""


class ConsentError(TenureError):
    """Consent is not declared, or what somebody said of it cannot be recorded or read."""


class EstimationError(TenureError):
    """Data from which nothing can be fitted or measured: one outcome only, no rows, shapes that differ."""


class CardError(TenureError):
    """A model card is incomplete, or holds a number that no evidence supports."""


class PackageError(TenureError):
    """A model package is damaged, incomplete or not what it says it is."""


class PromotionError(TenureError):
    """A promotion that must not happen: refused candidate, missing reason, unknown digest."""


class RefusedError(PromotionError):
    """A rule of governed promotion is broken; `refusal` names the rule for programs, the message says it to people."""

    def __init__(self, refusal: str, message: str) -> None:
        super().__init__(message)
        self.refusal = refusal


class HeadMovedError(PromotionError):
    """The promotion log has grown since its head was read: look again at what stands, then try again."""


class SigningKeyError(TenureError):
    """A signing key cannot be made or used: wrong passphrase, a file that others may read, a name that is taken."""


class AccountError(TenureError):
    """An account of the review room cannot be made or used: wrong name or password, too many attempts, a name that is taken."""


class TooManyAttemptsError(AccountError):
    """Passwords of an account, or from one place, were tried too often."""


class TraceError(TenureError):
    """A delivered score that cannot be walked back, replayed or compared: something it came from is not there or not noted."""


class DriftError(TenureError):
    """Rows that cannot be compared with the drift reference, or days that cannot be judged together."""


class HomeError(TenureError):
    """The home cannot be used as it stands: it is missing, another account's, of another version, full or read-only."""


class PseudonymError(TenureError):
    """Pseudonyms cannot be made or resolved: the key or the map is lost, damaged, or of another company."""


class EncryptionError(TenureError):
    """Something that is kept encrypted cannot be opened, or a key that it takes cannot be used."""


class DamagedError(EncryptionError):
    """An encrypted file was changed or cut short since it was written."""


class DestroyedError(EncryptionError):
    """The data key under which it was encrypted was destroyed, so nobody can open it any more."""


class JournalError(TenureError):
    """A journal that cannot be read, or that another process keeps locked."""


class PrintingError(TenureError):
    """A page cannot be printed as PDF: there is no browser to print it, or it printed nothing."""


class RegistryError(TenureError):
    """MLflow cannot be reached, or does not hold what was expected; the caller decides whether to go on without."""


class NoChampionError(TenureError):
    """A model has no promoted version yet."""
