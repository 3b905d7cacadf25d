"""What an item may look at (事实): registry facts its purpose declares, answers, the day. A fact not declared is refused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from shebao.base import month as months
from shebao.base.clock import today_in_china
from shebao.base.money import parse_yuan
from shebao.cases.item import Item
from shebao.cases.models import Case
from shebao.privacy import gate, vault
from shebao.registry.accounts import queries as accounts
from shebao.registry.benefits import queries as benefits
from shebao.registry.cards import queries as cards
from shebao.registry.claims import queries as claims
from shebao.registry.contributions import queries as contributions
from shebao.registry.enrolments import queries as enrolments
from shebao.registry.filings import queries as filings
from shebao.registry.injuries import queries as injuries
from shebao.registry.models import (
    AccountYear,
    Appraisal,
    Benefit,
    Card,
    Claim,
    Contribution,
    Enrolment,
    Filing,
    Injury,
    Payable,
    Person,
    Transfer,
)
from shebao.registry.payables import queries as payables
from shebao.registry.persons import queries as persons
from shebao.registry.transfers import queries as transfers

VAULT = (
    "person.name",
    "person.id_number",
    "person.phone",
    "person.address",
    "person.email",
    "person.bank_account",
)


@dataclass(frozen=True)
class Facts:
    """Facts of one person under one open grant; each is read when first asked for.

    `thorough`: everybody on a list is looked at, as when it is handed over or sent; pages in between do not look again.
    """

    item: Item
    grant: gate.Grant
    answers: Mapping[str, str]
    today: date
    case_no: str = ""
    other_id: int | None = None
    capacity: str = "self"
    deciding: bool = False
    thorough: bool = False

    @property
    def subject_id(self) -> int:
        return self.grant.subject_id

    def declared(self, *items: str) -> None:
        """Refuses, as a fault of the item, to read what its `reads` does not name."""
        missing = [one for one in items if one not in self.item.reads and one not in self.item.effects]
        if missing:
            raise ValueError(f"{self.item.code} does not declare {missing[0]}")

    @cached_property
    def person(self) -> Person:
        """Sex, birth date, region."""
        self.declared("person.basic")
        return persons.basics(self.grant)

    @cached_property
    def other(self) -> "Facts | None":
        """The other person of the matter, as the clerk's case reaches her; None before, or when not on file."""
        if not self.deciding or self.other_id is None:
            return None
        reads, writes = (
            [one for one in told if one not in VAULT] for told in (self.item.reads, self.item.effects)
        )
        grant = gate.beside(
            self.grant,
            self.other_id,
            items=tuple(reads),
            writes=tuple(writes),
            case=self.case_no,
            reason=self.item.name,
        )
        if grant is None:
            return None
        return Facts(self.item, grant, {}, self.today, self.case_no, None, "self", deciding=True)

    @property
    def age(self) -> int:
        """Full years (周岁)."""
        born, today = self.person.birth_date, self.today
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))

    @cached_property
    def applied_on(self) -> date:
        """The day the application came; today before that."""
        return self._day_of("submitted_at")

    @cached_property
    def accepted_on(self) -> date:
        """The day of 受理; today before that."""
        return self._day_of("accepted_at")

    def _day_of(self, moment: str) -> date:
        rows = Case.objects.using(self.grant.alias).filter(no=self.case_no).values_list(moment, flat=True)
        at = rows.first() if self.case_no else None
        return today_in_china(at) if at else self.today

    @property
    def month(self) -> int:
        """This month, YYYYMM."""
        return months.of(self.today)

    @cached_property
    def values(self) -> dict[str, str]:
        """Name, numbers and addresses that the item declares, from the vault."""
        return vault.read(self.grant, [one for one in VAULT if one in self.item.reads])

    @cached_property
    def spells(self) -> list[Enrolment]:
        """All spells of all insurances, newest first within one."""
        self.declared("enrolment.record")
        return enrolments.spells(self.grant)

    def active(self, *insurances: int) -> Enrolment | None:
        """The active spell of one of these insurances."""
        for spell in self.spells:
            if spell.insurance in insurances and spell.state == "active" and spell.until is None:
                return spell
        return None

    def retired(self, insurance: int) -> bool:
        """Whether the person draws benefits of this insurance."""
        return any(s.insurance == insurance and s.state == "retired" and s.until is None for s in self.spells)

    @cached_property
    def paid(self) -> list[Contribution]:
        """All months of all insurances, oldest first."""
        self.declared("contribution.record")
        return contributions.paid_rows(self.grant)

    def months_paid(self, insurance: int) -> int:
        """Months that arrived (缴费月数); a resident year counts twelve."""
        rows = {
            row.month: row.kind for row in self.paid if row.insurance == insurance and row.state == "paid"
        }
        return sum(12 if kind == "resident_year" else 1 for kind in rows.values())

    def arrears(self, insurance: int) -> int:
        """Months that are owed (欠费)."""
        return len({row.month for row in self.paid if row.insurance == insurance and row.state == "arrears"})

    def account_fen(self, kind: str) -> int:
        """Balance of the pension or medical account, fen; 0 without one."""
        self.declared("account.balance")
        return accounts.balance(self.grant, kind)

    def account_year(self, year: int) -> dict[str, AccountYear]:
        """The accounts in one year."""
        self.declared("account.balance")
        return accounts.year_of(self.grant, year)

    def unit_average_fen(self, employer: int, year: int) -> int | None:
        """Average monthly base of all people of her unit in a year, fen; None when it declared none."""
        self.declared("contribution.record")
        return contributions.unit_average(self.grant, employer, year)

    @cached_property
    def received(self) -> list[Benefit]:
        """The newest 24 months of benefits."""
        self.declared("benefit.record")
        return benefits.received(self.grant, most=24)

    def claims(self, year: int) -> list[Claim]:
        """Settlements of a year."""
        self.declared("claim.record")
        return claims.settled_in(self.grant, year)

    def filing(self, kind: str) -> Filing | None:
        """The filing of a kind in force today."""
        self.declared("filing.record")
        return filings.in_force(self.grant, kind, self.today)

    @cached_property
    def injuries(self) -> list[Injury]:
        """Recognised work injuries, newest accident first."""
        self.declared("injury.record")
        return injuries.recognised(self.grant)

    def appraisals(self, basis: str) -> list[Appraisal]:
        """Conclusions on the capacity to work, newest first: by injury or by illness."""
        self.declared("appraisal.record")
        return injuries.appraised(self.grant, basis=basis)

    @cached_property
    def card(self) -> Card | None:
        """The social security card."""
        self.declared("card.record")
        return cards.card(self.grant)

    @cached_property
    def transfers(self) -> list[Transfer]:
        """Transfers, newest first."""
        self.declared("transfer.record")
        return transfers.transfers(self.grant)

    def payables(self, kind: str = "") -> list[Payable]:
        """Money decided for the person."""
        self.declared("payment.order")
        return payables.payables(self.grant, kind=kind)

    def said(self, key: str) -> str:
        """One answer, empty when not given."""
        return self.answers.get(key, "")

    def said_fen(self, key: str) -> int:
        """An answer of money, fen."""
        return parse_yuan(self.said(key)) if self.said(key) else 0

    def said_day(self, key: str) -> date | None:
        """An answer of a day."""
        return date.fromisoformat(self.said(key)) if self.said(key) else None

    def said_month(self, key: str) -> int:
        """An answer of a month, YYYYMM; 0 when not given."""
        return int(self.said(key) or 0)
