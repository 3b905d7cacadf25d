"""Minors who want an account (等监护人同意): nothing but the age and the guardian's contact, gone after some days."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connections, transaction

from shebao.identity import telling
from shebao.identity.models import Guardianship, Ward
from shebao.identity.telling import ALIAS
from shebao.privacy import vault

NO_GUARDIAN = "guardian_withdrew"


def wait(*, subject_id: int, years: int, contact: str, now: datetime) -> datetime:
    """Keeps the age and the guardian's contact of a minor for the profile's days; returns until when."""
    days = int(settings.DEPLOYMENT.get("ages", {}).get("pending_days", 7))
    ends_at = now + timedelta(days=days)
    sealed = vault.seal(subject_id, "person.phone", contact)
    with transaction.atomic(using=ALIAS):
        Ward.objects.using(ALIAS).update_or_create(
            subject_id=subject_id, defaults={"years": years, "contact": sealed, "ends_at": ends_at}
        )
        telling.happened(
            "ward_wait", "identity.guardian", actor_id=None, subject_id=subject_id, writes=("login.account",)
        )
    return ends_at


def opened(subject_id: int) -> None:
    """A guardian has agreed: nothing waits any more, and an account closed for want of one opens again."""
    Ward.objects.using(ALIAS).filter(subject_id=subject_id).delete()
    found = telling.account_of(subject_id)
    if found and not found[1] and found[2] == NO_GUARDIAN:
        telling.put_active(found[0], active=True)


def forget(*, now: datetime, alias: str = "worker") -> int:
    """Removes what waited too long, and codes past their day; returns how many rows."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "with ward as (delete from identity_ward where ends_at <= %s returning 1),"
            " code as (delete from identity_code where ends_at <= %s returning 1)"
            " select (select count(*) from ward) + (select count(*) from code)",
            [now, now - timedelta(days=1)],
        )
        (gone,) = cursor.fetchone()
    return int(gone)


def has_guardian(subject_id: int) -> bool:
    """Whether a guardian's verified consent is in force for this person."""
    return Guardianship.objects.using(ALIAS).filter(subject_id=subject_id, state="active").exists()
