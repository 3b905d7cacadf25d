"""外省的演示: another province that answers every letter with invented months, and keeps a list of what it received."""

import json
import uuid
from pathlib import Path

from django.conf import settings

from shebao.base import month as months
from shebao.registry.transfers import documents, folder
from shebao.registry.transfers.documents import Document
from shebao.rules import merging
from shebao.rules.identity import masking
from shebao.rules.pension import transfer

COUNT = 24
LAST = 200812
BASE_FEN = 200_000
WITHOUT_ACCOUNT = (210,)
RECEIVED = "received.jsonl"


def run() -> int:
    """Answers what arrived for other provinces; nothing when real agencies share the folder. Returns how many."""
    if settings.EXCHANGE_FOLDER:
        return 0
    count = 0
    for inbox in sorted(folder.place().glob("[0-9]" * 6)):
        if inbox.name == folder.home():
            continue
        for file, document in folder.received(inbox.name):
            _keep(inbox.parent / RECEIVED, document)
            for answer in answers(document):
                folder.send(answer)
            folder.done(file)
            count += 1
    return count


def answers(letter: Document) -> list[Document]:
    """信息表 and 划款 for a letter; nothing for anything else."""
    if letter.kind != "letter":
        return []
    paid = tuple(_paid(letter.insurance, months.plus(LAST, -back)) for back in reversed(range(COUNT)))
    account = 0 if letter.insurance in WITHOUT_ACCOUNT else sum(one.person_fen for one in paid)
    fund = transfer.fund({one.month: one.base_fen for one in paid}).value if letter.insurance == 110 else 0
    shared = {
        "insurance": letter.insurance, "sender": letter.receiver, "receiver": letter.sender, "on": letter.on,
        "whose": letter.whose, "account_fen": account, "fund_fen": fund,
    }  # fmt: skip
    key = uuid.UUID(letter.transfer)
    return [
        documents.make(key, "record", months=paid, opened=paid[0].month, **shared),
        documents.make(key, "money", **shared),
    ]


def _paid(insurance: int, month: int) -> merging.Paid:
    own = BASE_FEN * 8 // 100 if insurance != 210 else BASE_FEN // 200
    return merging.Paid(month, "normal", BASE_FEN, BASE_FEN // 5, own, 0, "")


def _keep(file: Path, document: Document) -> None:
    """One line of what arrived; the number is masked."""
    line = {
        "kind": document.kind, "transfer": document.transfer, "insurance": document.insurance, "on": document.on,
        "from": document.sender, "to": document.receiver, "id_number": masking.mask(document.whose.id_number),
        "reason": document.reason,
    }  # fmt: skip
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line, ensure_ascii=False) + "\n")
