"""Tables of the messages: what is said, how it travels, what the person wants. Row access: notices.sql."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Subject


class Announcement(models.Model):
    """公告: a public notice; without a day of publication it waits for the approval of its mailing."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    title = models.TextField()
    body = models.TextField()
    published_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    by_actor = models.BigIntegerField(null=True)


class Mailing(models.Model):
    """群发: one template to everybody, or to those who chose a topic; drafted by one person, approved by another."""

    id = models.BigAutoField(primary_key=True)
    template = models.TextField()
    params = models.JSONField()
    topic = models.TextField(default="", db_default="")
    state = models.TextField(default="draft", db_default="draft")
    drafted_by = models.BigIntegerField()
    approved_by = models.BigIntegerField(null=True)
    position = models.BigIntegerField(default=0, db_default=0)
    posted = models.BigIntegerField(default=0, db_default=0)
    announcement = models.ForeignKey(Announcement, models.PROTECT, null=True)
    drafted_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)


class Message(models.Model):
    """消息: one message of one person. The parameters are sealed with the person's key."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    template = models.TextField()
    version = models.SmallIntegerField()
    category = models.TextField()
    duty = models.BooleanField()
    params = models.BinaryField()
    key_class = models.TextField()
    case_no = models.TextField(default="", db_default="")
    mailing = models.ForeignKey(Mailing, models.PROTECT, null=True, db_index=False)
    unsubscribe = models.BinaryField(null=True, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "-id"], name="notices_message_newest"),
            models.Index(
                fields=["mailing", "subject"],
                condition=models.Q(mailing__isnull=False),
                name="notices_message_mailing",
            ),
        ]


class Delivery(models.Model):
    """投递: one message on one channel. A failed one names its successor by being its parent."""

    id = models.BigAutoField(primary_key=True)
    message = models.ForeignKey(Message, models.CASCADE)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    channel = models.TextField()
    state = models.TextField(default="queued", db_default="queued")
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()
    until = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    worker = models.UUIDField(null=True)
    key = models.UUIDField(db_default=models.Func(function="gen_random_uuid"))
    reference = models.TextField(default="", db_default="")
    error = models.TextField(default="", db_default="")
    parent = models.ForeignKey("self", models.CASCADE, null=True)
    rest = ArrayField(models.TextField())
    created_at = models.DateTimeField(db_default=Now())
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=models.Q(state="queued"), name="notices_delivery_queued"
            ),
            models.Index(
                fields=["lease_until"], condition=models.Q(state="sending"), name="notices_delivery_sending"
            ),
            models.Index(fields=["subject", "-id"], name="notices_delivery_subject"),
        ]


class Preference(models.Model):
    """通知偏好: whether the person wants a category on a channel. Without a row the channel is wanted."""

    pk = models.CompositePrimaryKey("subject_id", "category", "channel")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    category = models.TextField()
    channel = models.TextField()
    wanted = models.BooleanField()
    at = models.DateTimeField(db_default=Now())


class Subscription(models.Model):
    """订阅: a general topic the person chose."""

    pk = models.CompositePrimaryKey("subject_id", "topic")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    topic = models.TextField()
    at = models.DateTimeField(db_default=Now())


class Contact(models.Model):
    """接收方式的确认: that an address in the vault is the person's own. Holds a keyed digest, never the address."""

    pk = models.CompositePrimaryKey("subject_id", "channel")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    channel = models.TextField()
    mark = models.BinaryField()
    verified_at = models.DateTimeField(null=True)
    token = models.BinaryField(null=True, unique=True)
    token_until = models.DateTimeField(null=True)


class Push(models.Model):
    """推送登记: a browser that may be woken. Address and keys are sealed with the person's key."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    mark = models.BinaryField(unique=True)
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())


class PolicyNotice(models.Model):
    """政策告知: that a grave change was shown to a person before she went on, and what she said to it."""

    pk = models.CompositePrimaryKey("subject_id", "part", "version")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    part = models.TextField()
    version = models.TextField()
    shown_at = models.DateTimeField(db_default=Now())
    choice = models.TextField(default="", db_default="")
    chosen_at = models.DateTimeField(null=True)


class Reminder(models.Model):
    """工作提醒: that a case nears or passed its last day, for its holder or (no actor) its unit's supervisors. No person."""

    id = models.BigAutoField(primary_key=True)
    case_no = models.TextField()
    kind = models.TextField()
    level = models.SmallIntegerField()
    due_on = models.DateField()
    unit = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    mail = models.TextField(default="queued", db_default="queued")
    key = models.UUIDField(db_default=models.Func(function="gen_random_uuid"))
    attempts = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_no", "level"], name="notices_reminder_once")]
        indexes = [
            models.Index(
                fields=["unit", "actor_id"],
                condition=models.Q(read_at__isnull=True),
                name="notices_reminder_unread",
            ),
            models.Index(
                fields=["next_at"],
                condition=models.Q(mail__in=("queued", "sending")),
                name="notices_reminder_mail",
            ),
        ]
