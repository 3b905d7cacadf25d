"""首页概览: the few figures a person asks for first."""

from typing import Any

from shebao.privacy import gate, vault
from shebao.registry import reads
from shebao.registry.models import Person


def home(actor: gate.Actor) -> dict[str, Any]:
    """The overview with the person's own name. Refuses with the gate's codes."""
    answer = reads.parsed(reads.text("registry.home", actor.token, "enquiry.home", gate.request_id.get()))
    sealed, subject = answer.pop("name_sealed"), answer.pop("subject")
    answer["name"] = vault.unseal(subject, "person.name", bytes.fromhex(sealed)) if sealed else ""
    return answer


def basics(grant: gate.Grant) -> Person:
    """性别、出生日期、参保地 under an open grant."""
    return Person.objects.using(grant.alias).get(subject_id=grant.subject_id)
