"""Accounts and credentials. Only the log-in role of the database reads or writes them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Actor, Reach, Subject


class Account(models.Model):
    """账号: a log-in name, when its password last changed, and what its owner chose.

    `code` is a random number without meaning (用户编号); `confirm` asks once more before sensitive acts.
    """

    actor = models.OneToOneField(Actor, models.CASCADE, primary_key=True)
    login = models.TextField(unique=True)
    created_at = models.DateTimeField(db_default=Now())
    password_changed_at = models.DateTimeField(db_default=Now())
    code = models.TextField(unique=True, null=True)
    confirm = models.BooleanField(default=False, db_default=False)
    verified_at = models.DateTimeField(null=True)


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


class Event(models.Model):
    """账号变化: one change of an account and the ledger entry that tells it."""

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.CASCADE)
    what = models.TextField()
    at = models.DateTimeField(db_default=Now())
    entry_id = models.BigIntegerField()


class Kin(models.Model):
    """家庭关系: parent and child as the birth certificate data (出生医学证明) of another agency says."""

    pk = models.CompositePrimaryKey("child_id", "parent_id")
    child = models.ForeignKey(Subject, models.PROTECT, db_index=False, related_name="+")
    parent = models.ForeignKey(Subject, models.PROTECT, related_name="+")


class Guardianship(models.Model):
    """监护: who acts for a minor, on which proof, with which signed consent, until which birthday."""

    id = models.BigAutoField(primary_key=True)
    guardian = models.ForeignKey(Actor, models.CASCADE)
    subject = models.ForeignKey(Subject, models.PROTECT)
    relation = models.TextField()
    proof = models.TextField()
    state = models.TextField()
    until = models.DateField()
    consent_version = models.TextField()
    consent_note = models.TextField()
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reach = models.ForeignKey(Reach, models.SET_NULL, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["guardian", "subject"],
                condition=models.Q(state__in=("requested", "active")),
                name="identity_guardianship_one_live",
            )
        ]


class Ward(models.Model):
    """等监护人同意: a minor who wants to register. Nothing but the age group and the guardian's contact, for days."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    years = models.SmallIntegerField()
    contact = models.BinaryField()
    ends_at = models.DateTimeField(db_index=True)


class Mandate(models.Model):
    """委托: chosen items a helper may do for a person until a day; the text is hashed and signed."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    helper = models.ForeignKey(Actor, models.CASCADE)
    relation = models.TextField()
    called = models.TextField(default="", db_default="")
    items = ArrayField(models.TextField())
    state = models.TextField()
    until = models.DateField()
    note = models.TextField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    reach = models.ForeignKey(Reach, models.SET_NULL, null=True)


class Agency(models.Model):
    """单位经办授权: an agent's account, the person behind it, and the employer (a subject of its own).

    `heir`: the colleague she hands the role to, by a code of which only the digest is kept.
    """

    id = models.BigAutoField(primary_key=True)
    actor = models.OneToOneField(Actor, models.CASCADE)
    person = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    employer = models.ForeignKey(Subject, models.PROTECT, related_name="+")
    state = models.TextField()
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reach = models.ForeignKey(Reach, models.SET_NULL, null=True)
    heir = models.ForeignKey(Subject, models.SET_NULL, null=True, related_name="+")
    heir_digest = models.BinaryField(null=True)
    heir_until = models.DateTimeField(null=True)


class Review(models.Model):
    """账号审核: what a clerk has to look at before an account, a bond or a number changes."""

    id = models.BigAutoField(primary_key=True)
    no = models.TextField(unique=True)
    kind = models.TextField()
    subject = models.ForeignKey(Subject, models.PROTECT)
    target = models.BigIntegerField()
    state = models.TextField()
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.BigIntegerField(null=True)
    reason = models.TextField(default="", db_default="")


class Code(models.Model):
    """验证码: a hashed one-time code for one number and one use."""

    id = models.UUIDField(primary_key=True)
    use = models.TextField()
    place = models.BinaryField()
    source = models.BinaryField()
    hash = models.BinaryField()
    tries = models.SmallIntegerField(default=0, db_default=0)
    actor = models.ForeignKey(Actor, models.CASCADE, null=True, db_index=False)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["place", "made_at"], name="identity_code_place"),
            models.Index(fields=["source", "made_at"], name="identity_code_source"),
        ]


class Remembered(models.Model):
    """记住的设备: the digest of a token in a cookie; no password, no name."""

    id = models.UUIDField(primary_key=True)
    actor = models.ForeignKey(Actor, models.CASCADE)
    digest = models.BinaryField(unique=True)
    device = models.TextField()
    made_at = models.DateTimeField()
    used_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    session = models.UUIDField(null=True)


class ContactChange(models.Model):
    """联系方式变更: old and new value, sealed; how it was proved; what became of it."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    item = models.TextField()
    old = models.BinaryField(null=True)
    new = models.BinaryField()
    how = models.TextField()
    state = models.TextField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class Receipt(models.Model):
    """注销回执: a signed note without any personal value, found by the digest of its code."""

    digest = models.BinaryField(primary_key=True)
    note = models.TextField()
    made_at = models.DateTimeField()
