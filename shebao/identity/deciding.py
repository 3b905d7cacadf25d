"""What each kind of account review does when it is decided."""

from collections.abc import Mapping

from shebao.identity import agents, claiming, contacts, guardians, thawing
from shebao.identity.reviews import Effect

EFFECTS: Mapping[str, Effect] = {
    "guardianship": guardians.decided,
    "agent": agents.decided,
    "contact": contacts.decided,
    "unfreeze": thawing.decided,
    "claim": claiming.decided,
}
