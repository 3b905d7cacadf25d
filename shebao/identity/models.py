"""Accounts and credentials. Only the log-in role of the database reads or writes them."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Actor


class Account(models.Model):
    """账号: a log-in name and when its password last changed."""

    actor = models.OneToOneField(Actor, models.CASCADE, primary_key=True)
    login = models.TextField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    password_changed_at = models.DateTimeField(db_default=Now())


class Credential(models.Model):
    """登录凭据: an Argon2 hash or an encrypted TOTP secret."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE)
    kind = models.TextField()
    secret = models.TextField()
    last_counter = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind"], name="identity_credential_kind")]


class Attempt(models.Model):
    """尝试次数: failures by keyed digest, so that known and unknown names are counted alike."""

    pk = models.CompositePrimaryKey("scope", "digest")
    scope = models.TextField()
    digest = models.BinaryField()
    failures = models.SmallIntegerField()
    locked_until = models.DateTimeField(null=True)
    last_at = models.DateTimeField(db_index=True)
