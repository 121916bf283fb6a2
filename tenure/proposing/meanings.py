"""What the name of a column tells: whether it names a customer, an order, an amount, how personal it is. Proposals, no more."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence

from tenure.contracts import PersonalData

# English, and what exports in German, French, Spanish, Italian and Dutch most often call the same.
_WORDS = {
    "customer": r"customer|client|member|user|subscriber|household|shopper|buyer|account|person|contact|loyalty|card|guest|cust"
    r"|msisdn|kunde|kunden|konto|cliente|utente|abonne|compte|klant",
    "order": r"order|invoice|basket|receipt|transaction|booking|ticket|sale|checkout|cart|trans|bon|beleg|rechnung|bestellung"
    r"|bestell|auftrag|auftrags|rechnungs|commande|facture|pedido|factura|ordine|fattura|bestelling",
    "product": r"stock|product|sku|item|article|category|department|ean|isbn|artikel|produkt|produit|producto|articulo|prodotto",
    "amount": r"amount|total|spend|spent|revenue|turnover|paid|payment|net|gross|sum|value|sales|betrag|summe|umsatz|montant"
    r"|importe|importo|bedrag",
    "price": r"price|cost|rate|preis|einzelpreis|prix|precio|prezzo|prijs",
    "quantity": r"quantity|qty|units|pieces|count|menge|anzahl|quantite|cantidad|quantita|aantal",
    "left": r"churn|churned|exited|attrition|attrited|lapsed|cancelled|canceled|terminated|left|kuendigung|gekuendigt|resilie",
    "outcome": r"target|outcome|label|response|responded|subscribed|y|status|closed|active|state|aktiv",
    "balance": r"balance|saldo|solde|kontostand",
    "way": r"credit|debit|deposit|withdrawal|in|out|inflow|outflow|incoming|outgoing|inbound|outbound|cr|dr|c|d|prijem|vydaj"
    r"|vyber|haben|soll|einzahlung|auszahlung|versement|retrait|abono|cargo|ingreso|retiro|entrata|uscita|af|bij",
    "consent": r"consent|optin|optout|opt|permission|unsubscribed|newsletter|einwilligung|consentement|consentimiento|consenso",
    "lasted": r"tenure|months|seniority",
    "entered": r"start|started|open|opened|join|joined|since|entry|entered|created|registered|signup|activation|activated|first",
}
# An id is called one at the end of its name, or at the beginning: "number of products" is none.
_ID = r"id|ids|no|nr|num|number|code|key|ref|uuid|guid|hash|nummer"
_ID_FIRST = r"id|ids|key|ref|uuid|guid|hash"
# What numbers of such a name number are kinds of something, which no amount or order is.
_KINDS = (
    r"city|region|district|area|zone|branch|store|shop|channel|via|method|type|kind|class|category|segment|group|source|reason"
    r"|stadt|filiale|kanal|art|typ|klasse|gruppe|quelle|ville|canal|ciudad|tienda|citta"
)
_PROTECTED = (
    r"gender|sex|age|birth|birthday|birthdate|dob|bd|country|nationality|citizen|citizenship|marital|married|civil|ethnic|ethnicity"
    r"|race|religion|disability|disabled|senior|income|salary|postcode|zip|zipcode|geschlecht|alter|geburtsdatum|land|sexe|pays"
    r""
)
_DAY = r"date|dates|day|datum|fecha|data|giorno|dag|tag|jour|on|at"
_LENGTH = r"duration|length|dauer|duree|duracion|durata|duur"
_CONTACT = r"last|call|calls|contact|talk|conversation|session|in|of|sec|secs|seconds|min|mins|minutes|s"
_DIRECT = r"name|firstname|lastname|surname|forename|nachname|vorname|email|mail|phone|mobile|address|street|iban"


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name, in lower case: InvoiceNo, invoice_no and "Invoice No" are two."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name.replace("ß", "ss")) if not unicodedata.combining(c))
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", bare)
    return tuple(re.findall(r"[a-z]+|\d+", split.lower()))


def speaks_of(name: str, what: str) -> bool:
    """Whether a name tells of something, such as "customer"."""
    return any(re.fullmatch(_WORDS[what], word) or re.fullmatch(rf"({_WORDS[what]})s", word) for word in _split(name))


def is_id(name: str) -> bool:
    """Whether a name is one of ids, which are text whatever they are made of."""
    words = [word for word in _split(name) if not word.isdigit()]
    return bool(words) and bool(re.fullmatch(_ID, words[-1]) or re.fullmatch(_ID_FIRST, words[0]))


def is_of_kinds(name: str) -> bool:
    """Whether a name is one of kinds, such as a channel, which are words whatever they are written as."""
    words = [word for word in _split(name) if not word.isdigit()]
    return bool(words) and re.fullmatch(_KINDS, words[-1]) is not None


def is_day(name: str) -> bool:
    """Whether a name is that of a day."""
    return any(re.fullmatch(_DAY, word) for word in words_of(name)) or speaks_of(name, "entered")


def is_length_of_contact(name: str) -> bool:
    """Whether a name is that of how long a call or another contact took."""
    words = words_of(name)
    return any(re.fullmatch(_LENGTH, word) for word in words) and all(
        re.fullmatch(f"{_LENGTH}|{_CONTACT}", word) for word in words
    )


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


# What rows carry beside their columns; a column of this name would hide it.
_TAKEN = frozenset({"day", "row", "row_number", "available_at", "is_gone", "active_on", "happened_at", "entered_on"})


def plain_names(names: Sequence[str]) -> Mapping[str, str]:
    """The names that the columns of a contract have, by those of the company."""
    found: dict[str, str] = {}
    for name in names:
        found[name] = plain_name(name, found.values())
    return found


def plain_name(name: str, taken: Collection[str]) -> str:
    """A name that a column of a contract can have: the company's own where it can."""
    plain = name if name.isascii() and re.fullmatch(r"[A-Za-z_]\w*", name) else "_".join(words_of(name)) or "column"
    plain = plain if re.match(r"[A-Za-z_]", plain) else f"c_{plain}"
    plain = f"its_{plain}" if plain.lower() in _TAKEN else plain
    base, n = plain, 2
    while plain.lower() in {each.lower() for each in taken}:
        plain, n = f"{base}_{n}", n + 1
    return plain


def spoken(name: str) -> str:
    """A name as words."""
    return " ".join(words_of(name)) or name


def on_card(name: str) -> str:
    """A name in words of a card, which hold no digit that is not quoted: "address 2" is “address 2”."""
    return f"“{name}”" if any(char.isdigit() for char in name) else name


def _split(name: str) -> tuple[str, ...]:
    """The words of a name, and those run together: customerid is customer and id."""
    found: list[str] = []
    for word in words_of(name):
        joined = re.fullmatch(rf"({'|'.join((_WORDS['customer'], _WORDS['order'], _WORDS['product']))})({_ID})", word)
        found += [word, *(joined.groups() if joined else ())]
    return tuple(found)
