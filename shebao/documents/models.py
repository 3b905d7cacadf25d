"""Issued certificates and the failed tries of those who verify them. Row access is decided by the gate."""

from django.db import models


class Certificate(models.Model):
    """证明: one issued PDF, encrypted; the database alone can neither read it nor test a guessed code."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey("privacy.Subject", models.PROTECT)
    entry_id = models.BigIntegerField()
    kind = models.TextField()
    serial = models.TextField(unique=True)
    code_digest = models.BinaryField(unique=True)
    check_digest = models.BinaryField()
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.TextField(default="", db_default="")
    masked = models.BooleanField()
    period_from = models.IntegerField()
    period_until = models.IntegerField()
    content_hash = models.BinaryField(unique=True)
    facts = models.BinaryField()
    pdf = models.BinaryField()


class Attempt(models.Model):
    """核验限速: failed tries of one client or on one code, as keyed digests, forgotten after a day."""

    pk = models.CompositePrimaryKey("scope", "digest")
    scope = models.TextField()
    digest = models.BinaryField()
    failures = models.SmallIntegerField()
    rounds = models.SmallIntegerField()
    blocked_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(db_index=True)
