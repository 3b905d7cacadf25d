"""Tables of contact (联系): tickets, what was said in them, and letters that came in. All text is encrypted."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Actor, Subject


class Ticket(models.Model):
    """工单: one question, opinion or letter; a letter has no person until it is matched. The content ends at keep_until."""

    no = models.TextField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    kind = models.TextField()
    channel = models.TextField()
    topic = models.TextField(default="", db_default="")
    state = models.TextField(default="open", db_default="open")
    owner = models.TextField()
    holder = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    received_on = models.DateField()
    due_on = models.DateField()
    identity = models.TextField(default="", db_default="")
    fields = models.BinaryField(null=True)
    plan = models.BinaryField(null=True)
    result = models.BinaryField(null=True)
    closed_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    rating = models.SmallIntegerField(null=True)
    keep_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    key = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["state", "due_on"], name="cases_ticket_queue")]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "key"], condition=~models.Q(key=""), name="cases_ticket_sent_once"
            ),
            models.CheckConstraint(
                condition=models.Q(rating=None) | models.Q(rating__gte=1, rating__lte=5),
                name="cases_ticket_rating",
            ),
        ]


class TicketNote(models.Model):
    """工单记录: one thing said or done, in order; the first of a call or chat is the recording notice."""

    id = models.BigAutoField(primary_key=True)
    ticket = models.ForeignKey(Ticket, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT)
    kind = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    text = models.BinaryField(null=True)
