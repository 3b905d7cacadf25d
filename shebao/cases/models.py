"""Cases (办件)."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Actor, Subject


class Case(models.Model):
    """办件: one matter of one person, the only way staff reach that person."""

    no = models.TextField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    kind = models.TextField()
    state = models.TextField()
    unit = models.TextField()
    reason = models.TextField()
    opened_by = models.ForeignKey(Actor, models.PROTECT)
    opened_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True)
