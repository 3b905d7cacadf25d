"""支付单 and what the bank and the accounts make of it: orders, batches, payments, account entries, recoveries."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Subject


class Payable(models.Model):
    """待支付待遇: money decided for a person: once, or monthly [since, until] in months. Amounts in fen."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    amount_fen = models.BigIntegerField()
    monthly = models.BooleanField()
    since = models.IntegerField()
    until = models.IntegerField(null=True)
    state = models.TextField(default="approved", db_default="approved")
    reason = models.TextField(default="", db_default="")
    case_no = models.TextField()
    paid_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_payable_whose")]
        constraints = [models.UniqueConstraint(fields=["case_no", "kind"], name="registry_payable_once")]


class PaymentBatch(models.Model):
    """支付批次: what goes to the bank together; made by one person, approved by another."""

    id = models.BigAutoField(primary_key=True)
    month = models.IntegerField()
    state = models.TextField(default="made", db_default="made")
    count = models.IntegerField(default=0, db_default=0)
    total_fen = models.BigIntegerField(default=0, db_default=0)
    made_by = models.BigIntegerField()
    approved_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(db_default=Now())
    sent_at = models.DateTimeField(null=True)
    digest = models.TextField(default="", db_default="")


class Payment(models.Model):
    """支付明细: one payment of one order in one batch: listed, sent, paid or returned."""

    id = models.BigAutoField(primary_key=True)
    batch = models.ForeignKey(PaymentBatch, models.PROTECT)
    payable = models.ForeignKey(Payable, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    state = models.TextField(default="listed", db_default="listed")
    reason = models.TextField(default="", db_default="")
    tail = models.CharField(max_length=4, default="", db_default="")
    changed_on = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_payment_whose")]
        constraints = [
            models.UniqueConstraint(
                fields=["payable", "month"],
                condition=~models.Q(state="returned"),
                name="registry_payment_once",
            )
        ]


class AccountEntry(models.Model):
    """个人账户变动: money that left or came back, in its year, with the reason. Minus: left the account."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    year = models.SmallIntegerField()
    on = models.DateField()
    amount_fen = models.BigIntegerField()
    reason = models.TextField()
    case_no = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["subject", "kind"], name="registry_accountentry_whose")]


class Recovery(models.Model):
    """多发追回: what was paid too much, how it comes back (once, instalments, offset), how much has come. Fen."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    amount_fen = models.BigIntegerField()
    returned_fen = models.BigIntegerField(default=0, db_default=0)
    way = models.TextField(default="", db_default="")
    parts = models.SmallIntegerField(default=1, db_default=1)
    reason = models.TextField()
    state = models.TextField(default="open", db_default="open")
    since = models.DateField()
    case_no = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_recovery_whose")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "case_no", "kind"], name="registry_recovery_once")
        ]
