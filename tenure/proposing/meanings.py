"""What the name of a column tells: whether it names a customer, an order, an amount, how personal it is. Proposals, no more."""

import re
from collections.abc import Collection

from tenure.contracts import PersonalData

_WORDS = {
    "customer": r"customer|client|member|user|subscriber|household|shopper|buyer|account|person|contact|loyalty|card|guest",
    "order": r"order|invoice|basket|receipt|transaction|booking|ticket|sale|checkout|cart",
    "product": r"stock|product|sku|item|article|category|department|ean|isbn",
    "amount": r"amount|total|spend|spent|revenue|turnover|paid|payment|net|gross|sum|value|sales",
    "price": r"price|cost|rate",
    "quantity": r"quantity|qty|units|pieces|count",
    "outcome": r"churn|churned|left|exited|attrition|status|cancelled|canceled|active|target|outcome|label|subscribed",
    "lasted": r"tenure|months|duration|seniority",
}
_ID = r"id|ids|no|nr|num|number|code|key|ref|uuid|guid|hash"
_PROTECTED = (
    r"gender|sex|age|birth|birthday|dob|country|nationality|citizen|citizenship|marital|married|civil|ethnic|ethnicity|race"
    r"|religion|disability|disabled|senior|income|salary|postcode|zip|zipcode"
)
_DIRECT = r"name|firstname|lastname|surname|email|mail|phone|mobile|address|street|iban"


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: InvoiceNo, invoice_no and "Invoice No" are two."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return tuple(re.findall(r"[a-z]+|\d+", split.lower()))


def speaks_of(name: str, what: str) -> bool:
    """Whether a name tells of something, such as "customer"."""
    return any(re.fullmatch(_WORDS[what], word) or re.fullmatch(rf"({_WORDS[what]})s", word) for word in _split(name))


def is_id(name: str) -> bool:
    """Whether a name is one of ids, which are text whatever they are made of."""
    return any(re.fullmatch(_ID, word) for word in _split(name))


def is_direct(name: str) -> bool:
    """Whether a column probably tells a person's name or how to reach them."""
    words = [word for word in words_of(name) if not re.fullmatch(_ID, word)]
    is_last = bool(words) and re.fullmatch(_DIRECT, words[-1]) is not None
    return is_last and not any(speaks_of(name, what) for what in ("product", "order"))


def personal(name: str) -> PersonalData:
    """How personal a column probably is."""
    if any(re.fullmatch(_PROTECTED, word) for word in _split(name)):
        return PersonalData.PROTECTED
    if is_direct(name) or (is_id(name) and (speaks_of(name, "customer") or speaks_of(name, "order"))):
        return PersonalData.PSEUDONYM
    if speaks_of(name, "product") or "description" in words_of(name):
        return PersonalData.NONE
    return PersonalData.BEHAVIOUR


def plain_name(name: str, taken: Collection[str]) -> str:
    """A name that a column of a contract can have: the company's own where it can."""
    plain = name if re.fullmatch(r"[A-Za-z_]\w*", name) else "_".join(words_of(name)) or "column"
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"c_{plain}"
    base, n = plain, 2
    while plain.lower() in {each.lower() for each in taken}:
        plain, n = f"{base}_{n}", n + 1
    return plain


def spoken(name: str) -> str:
    """A name as words."""
    return " ".join(words_of(name))


def _split(name: str) -> tuple[str, ...]:
    """The words of a name, and those run together: customerid is customer and id."""
    found: list[str] = []
    for word in words_of(name):
        joined = re.fullmatch(rf"({'|'.join((_WORDS['customer'], _WORDS['order'], _WORDS['product']))})({_ID})", word)
        found += [word, *(joined.groups() if joined else ())]
    return tuple(found)
