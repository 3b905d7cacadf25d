"""参保人基本信息 corrected by a case. Within an open grant that writes `person.basic`."""

from datetime import date

from shebao.privacy import gate
from shebao.registry.models import Person


def correct(grant: gate.Grant, *, birth_date: date | None = None, sex: int = 0) -> Person:
    """The corrected record."""
    row = Person.objects.using(grant.alias).select_for_update().get(subject_id=grant.subject_id)
    row.birth_date = birth_date or row.birth_date
    row.sex = sex or row.sex
    row.save(using=grant.alias)
    return row
