"""The rules of requests: nobody trains, promotes, renews or rolls back unasked, and each request is acted on as it was signed.

A request counts once: for one training of each model that it names, or until the next promotion of its model. A standing order
counts for its schedule or sensor until it ends, or its next one stands in the log.
"""

from collections.abc import Iterator
from datetime import datetime

from governance.records.ledger import Ledger
from governance.records.log import Kind, Record
from governance.records.request import Asked, Request, peek_request, read_request
from governance.records.serving import newest_promotion
from governance.records.statement import Statement, peek_training
from tenure.refusals import Refusal, refused


def check_request(ledger: Ledger, envelope: bytes, *, at: datetime, place: int) -> None:
    """A request is signed by somebody who may ask, for this installation, once."""
    request = read_request(envelope, ledger.root_before(place), arrived=at)
    ledger.check_here(request.installation)
    if any(earlier.nonce == request.nonce for _, earlier in requests(ledger, before=place)):
        raise refused(
            Refusal.REPLAYED,
            f"This request of {request.identity} is in the log already. Each request counts once: sign a new one.",
        )


def requests(ledger: Ledger, *, before: int) -> Iterator[tuple[Record, Request]]:
    """Requests ahead of a place, oldest first; their signatures are not checked here."""
    return ((record, peek_request(record.signed)) for record in ledger.of_kind(Kind.REQUEST, before=before))


def standing_order(ledger: Ledger, by: str, project: str, model: str, *, before: int) -> tuple[Record, Request] | None:
    """The newest order by which a schedule or sensor may ask for training of a model; None if nobody enabled it."""
    found = [one for one in requests(ledger, before=before) if (one[1].by, one[1].project) == (by, project)]
    own = [one for one in found if model in one[1].models]
    return own[-1] if own else None


def check_asked_to_serve(
    ledger: Ledger, digest: str, action: Asked, *, project: str, model: str, package: str, place: int, now: datetime
) -> Request:
    """The request that a promotion, renewal or rollback names: of exactly this, in time, and not acted on before."""
    record, request = _named(ledger, digest, place, f"The record that lets package {package[:12]} serve")
    _check_about(request, action, project=project, model=model, package=package)
    _check_in_time(request, now)
    newest = newest_promotion(ledger, project, model, before=place)
    if newest is not None and newest[0].sequence > record.sequence:
        raise refused(
            Refusal.REPLAYED,
            f"The request of {request.identity} ended with record {newest[0].sequence}, by which {project}.{model} came to be "
            "served as it is now. Look at what serves, then ask again.",
        )
    return request


def check_asked_to_train(ledger: Ledger, statement: Statement, *, place: int, now: datetime) -> Request:
    """The request that a training statement names: of this model, by the trainer that it names, in time, and not used before."""
    training = statement.training
    record, request = _named(ledger, training.request or "", place, f"The statement on {statement.package_digest[:12]}")
    package = request.package and statement.package_digest
    _check_about(request, Asked.TRAIN, project=training.project, model=training.model, package=package)
    _check_in_time(request, now)
    if training.trainer != request.identity:
        raise refused(
            Refusal.OTHER_PERSON,
            f"The statement on {statement.package_digest[:12]} names {training.trainer} as its trainer, but {request.identity} "
            "asked for it. Train again.",
        )
    if request.by is None:
        _check_unused(ledger, training.request or "", training.model, place)
    elif standing_order(ledger, request.by, training.project, training.model, before=place) != (record, request):
        raise refused(
            Refusal.REPLAYED,
            f"The order of {request.identity} for {request.by} was replaced by a later one. Train again under that.",
        )
    return request


def _named(ledger: Ledger, digest: str, place: int, what: str) -> tuple[Record, Request]:
    """A request by its envelope's digest, which may stand where it does, and is by somebody trusted at that place."""
    record = ledger.named(digest, Kind.REQUEST, before=place)
    if record is None:
        raise refused(
            Refusal.NO_REQUEST,
            f"{what} names the request {digest[:12] or 'of nobody'}, which is not in the log before it. Whoever wants it signs "
            "for it, with their own key.",
        )
    check_request(ledger, record.signed, at=record.at, place=record.sequence)
    return record, read_request(record.signed, ledger.root_before(place), arrived=record.at)


def _check_about(request: Request, action: Asked, *, project: str, model: str, package: str | None) -> None:
    """A request is acted on as it was signed."""
    is_same = (request.action, request.project, request.package) == (action, project, package)
    if not is_same or model not in request.models:
        raise refused(
            Refusal.OTHER_REQUEST,
            f"{request.identity} asked to {request.action.value} {request.project}.{', '.join(request.models)} "
            f"({(request.package or 'a package to come')[:17]}), and this is to {action.value} {project}.{model} "
            f"({(package or 'a package to come')[:17]}). A request is acted on as it was signed: ask for this.",
        )


def _check_in_time(request: Request, now: datetime) -> None:
    """Refuse a request that has run out."""
    if request.expires <= now:
        raise refused(
            Refusal.EXPIRED,
            f"The request of {request.identity} could be acted on until {request.expires:%Y-%m-%d %H:%M} UTC; it is "
            f"{now:%Y-%m-%d %H:%M}. Ask again.",
        )


def _check_unused(ledger: Ledger, digest: str, model: str, place: int) -> None:
    """One request is for one training of each model."""
    for record in ledger.of_kind(Kind.STATEMENT, before=place):
        training = peek_training(record.signed)
        if training is not None and (training.request, training.model) == (digest, model):
            raise refused(
                Refusal.REPLAYED,
                f"Request {digest[:12]} was acted on by record {record.sequence} already: one request is for one training of "
                "each model. Ask again.",
            )
