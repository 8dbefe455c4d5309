"""Who issues the invoices: the operator's particulars, § 14 (4) UStG.

Invariants: frozen; an invoice without name, address and tax number or VAT id cannot be made, so such a
seller cannot be made either.
"""

import json
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Seller:
    """The operator as printed on invoices. The default is that of the demo: nobody real.

    `tax_number` or `vat_id` is needed, the VAT id is printed when both are given. `register` is the entry in the
    commercial register, `contact` an e-mail address or phone number.
    """

    name: str = "Abolotse Beispielverlag GmbH"
    street: str = "Musterstraße 1"
    postcode: str = "12345"
    city: str = "Musterstadt"
    country: str = "DE"
    tax_number: str = "00/000/00000"
    vat_id: str = ""
    register: str = ""
    contact: str = "rechnung@beispielverlag.example"
    creditor_id: str = "DE98ZZZ09999999999"  # for SEPA debits; this one is the Bundesbank's example

    def __post_init__(self) -> None:
        """Refuse what no invoice may lack, with a sentence for the operator."""
        for needed in ("name", "street", "postcode", "city", "country"):
            if not getattr(self, needed).strip():
                raise ValueError(f"an invoice needs the seller's {needed} (§ 14 UStG)")
        if not self.tax_number.strip() and not self.vat_id.strip():
            raise ValueError("an invoice needs the seller's tax_number or vat_id (§ 14 UStG)")
        if any("\n" in getattr(self, each.name) for each in fields(self)):
            raise ValueError("the seller's particulars are single lines")


def read_seller(setting: str) -> Seller:
    """The seller from a JSON object with the names of its fields, the demo's when empty; raises ValueError."""
    if not setting.strip():
        return Seller()
    given = json.loads(setting)
    known = {each.name for each in fields(Seller)}
    if not isinstance(given, dict) or set(given) - known:
        raise ValueError(f"a seller is a JSON object with some of {', '.join(sorted(known))}")
    # What the operator leaves out stays empty: nothing of the demo must get on a real invoice.
    return Seller(**{name: str(given.get(name, "")) for name in known})


def of_the_demo(seller: Seller) -> tuple[str, ...]:
    """Names of the particulars that are the demo's, or that debits need and nobody gave: refused in production."""
    demo = Seller()
    telling = ("name", "tax_number", "contact", "creditor_id")
    known = [name for name in telling if getattr(seller, name) == getattr(demo, name)]
    # Every direct debit names its creditor: SEPA Core rulebook, AT-02.
    missing = [] if seller.creditor_id.strip() else ["creditor_id"]
    return tuple(known + missing)
