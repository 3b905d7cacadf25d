"""Cases (办件): what was asked, step by step, and what came of it. Answers and decisions are encrypted."""

from django.db import models
from django.db.models.functions import Now

from shebao.cases.tickets_tables import Ticket as Ticket
from shebao.cases.tickets_tables import TicketNote as TicketNote
from shebao.privacy.models import Actor, Subject


class Case(models.Model):
    """办件: one matter of one person (or employer), the only way staff reach them."""

    no = models.TextField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    other = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    kind = models.TextField()
    state = models.TextField()
    unit = models.TextField()
    reason = models.TextField()
    channel = models.TextField(default="window", db_default="window")
    capacity = models.TextField(default="self", db_default="self")
    opened_by = models.ForeignKey(Actor, models.PROTECT)
    opened_at = models.DateTimeField(db_default=Now())
    answers = models.BinaryField(null=True)
    touched_at = models.DateTimeField(db_default=Now())
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    warn_on = models.DateField(null=True)
    term = models.TextField(default="", db_default="")
    provisional = models.BooleanField(default=False, db_default=False)
    asked_at = models.DateTimeField(null=True)
    supply_by = models.DateField(null=True)
    holder = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    held_until = models.DateTimeField(null=True)
    proposed_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(Actor, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)
    amount_fen = models.BigIntegerField(default=0, db_default=0)
    decision = models.BinaryField(null=True)
    escalated = models.SmallIntegerField(default=0, db_default=0)
    about = models.TextField(default="", db_default="")
    bundle = models.TextField(default="", db_default="")
    key = models.TextField(default="", db_default="")
    closed_at = models.DateTimeField(null=True)
    stars = models.SmallIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "state", "due_on"], name="cases_case_queue"),
            models.Index(fields=["holder"], name="cases_case_holder"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "key"], condition=~models.Q(key=""), name="cases_case_sent_once"
            )
        ]


class Step(models.Model):
    """办理环节: one act on a case: who, when, from which state to which. Never changed."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.SmallIntegerField()
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    act = models.TextField()
    source = models.TextField()
    target = models.TextField()
    role = models.TextField()
    unit = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    note = models.BinaryField(null=True)
    entry_id = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_step_order")]


class Lacking(models.Model):
    """告知事项: one line of the one complete notice (一次性告知): which material, what is wrong."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT, db_index=False)
    seq = models.SmallIntegerField()
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    material = models.TextField()
    page = models.BigIntegerField(null=True)
    note = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="cases_lacking_order")]


class Halt(models.Model):
    """中止计时: days [since, until) that do not count, and why (等补材料、等第三方、停机维护)."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    cause = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)


class Outcome(models.Model):
    """办结结果: the effect of a granted case, once."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    at = models.DateTimeField()
    text = models.BinaryField()
    certificate = models.BigIntegerField(null=True)
    delivered_at = models.DateTimeField(null=True)


class Material(models.Model):
    """材料: one kept page or document of a case, re-encoded, sealed in `content`; a quarantined one has none."""

    id = models.BigAutoField(primary_key=True)
    case = models.ForeignKey(Case, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    material = models.TextField()
    number = models.SmallIntegerField()
    media_type = models.TextField()
    size = models.IntegerField()
    sha256 = models.BinaryField()
    width = models.IntegerField()
    height = models.IntegerField()
    pages = models.SmallIntegerField()
    hint = models.TextField(default="", db_default="")
    state = models.TextField()
    received_at = models.DateTimeField()
    content = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "material", "number"],
                name="cases_material_order",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=("received", "waiting", "replaced"))
                & models.Q(content__isnull=False)
                | models.Q(state="quarantined", content__isnull=True),
                name="cases_material_kept",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="waiting"), name="cases_material_waiting")
        ]
