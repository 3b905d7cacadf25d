"""Tables of the gate, the ledger, the vault, the register and consent. Row access is decided in gate.sql."""

from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField
from django.contrib.postgres.functions import TransactionNow
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models.functions import Now

from shebao.privacy.tables_operations import Outage as Outage
from shebao.privacy.tables_operations import Probe as Probe
from shebao.privacy.tables_operations import ServiceState as ServiceState
from shebao.privacy.tables_operations import Window as Window


class XidField(models.Field):  # type: ignore[type-arg]
    """A PostgreSQL transaction id (xid8), set by the database alone."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class Subject(models.Model):
    """主体（自然人或用人单位）: the one key all personal tables share; an employer has one too, and nothing personal."""

    id = models.BigAutoField(primary_key=True)


class Vault(models.Model):
    """保险箱: one sensitive value of one person, encrypted with a key of that person."""

    pk = models.CompositePrimaryKey("subject_id", "item")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    item = models.TextField()
    key_class = models.TextField()
    ciphertext = models.BinaryField()
    written_at = models.DateTimeField(db_default=Now())


class Blind(models.Model):
    """盲索引: keyed digest to person, one purpose at a time."""

    pk = models.CompositePrimaryKey("purpose", "digest")
    purpose = models.TextField()
    digest = models.BinaryField()
    subject = models.ForeignKey(Subject, models.PROTECT)


class Actor(models.Model):
    """行为人: an account as the gate sees it. Inactive means no session of it opens anything."""

    id = models.BigAutoField(primary_key=True)
    role = models.TextField()
    subject = models.OneToOneField(Subject, models.PROTECT, null=True)
    unit = models.TextField(default="", db_default="")
    staff_no = models.TextField(default="", db_default="")
    active = models.BooleanField(default=True, db_default=True)
    inactive_reason = models.TextField(default="", db_default="")
    trained_until = models.DateField(null=True)


class Session(models.Model):
    """会话: a token digest, who it speaks for, and for whom it stands in at present (代办)."""

    id = models.UUIDField(primary_key=True, db_default=models.Func(function="gen_random_uuid"))
    digest = models.BinaryField(unique=True)
    actor = models.ForeignKey(Actor, models.CASCADE)
    level = models.SmallIntegerField()
    method = models.TextField()
    device = models.TextField(default="", db_default="")
    started_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    acting = models.ForeignKey("Reach", models.SET_NULL, null=True, db_index=False, related_name="+")


class Reach(models.Model):
    """可及关系: who may reach whom, by which rule and case, until when. `scope`: the only processes, empty for all."""

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.CASCADE)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    rule = models.TextField()
    case_no = models.TextField(default="", db_default="")
    scope = ArrayField(models.TextField(), default=list, db_default=[])
    relation = models.TextField(default="", db_default="")
    granted_by = models.BigIntegerField()
    since = models.DateTimeField(db_default=Now())
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["actor", "subject"], name="privacy_reach_who")]


class Register(models.Model):
    """处理活动登记册: one immutable version, hashed."""

    version = models.TextField(primary_key=True)
    hash = models.TextField()
    body = models.JSONField()
    effective_on = models.DateField()
    active = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=Now())


class Process(models.Model):
    """处理目的: one purpose of one register version, as the gate reads it."""

    pk = models.CompositePrimaryKey("register_version", "code")
    register_version = models.TextField()
    code = models.TextField()
    name = models.TextField()
    plain_zh = models.TextField()
    basis = models.TextField()
    legal_reference = models.TextField(default="", db_default="")
    roles = ArrayField(models.TextField())
    items = ArrayField(models.TextField())
    writes = ArrayField(models.TextField())
    row_rule = models.TextField()
    consent_kind = models.TextField(default="", db_default="")
    rate_count = models.IntegerField()
    rate_seconds = models.IntegerField()
    min_level = models.SmallIntegerField(default=1, db_default=1)
    in_force = models.BooleanField()
    material_since = models.DateTimeField(null=True)
    ceased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(in_force=True), name="privacy_process_one_in_force"
            )
        ]


class Entry(models.Model):
    """账本记录: who, for which purpose, which items, of whom; `on_behalf`: the reach under which somebody stood in.

    Written by gate.sql only, never changed.
    """

    id = models.BigAutoField(primary_key=True)
    xid = XidField(db_default=models.Func(function="pg_current_xact_id"))
    at = models.DateTimeField(db_default=TransactionNow())
    kind = models.TextField()
    process = models.TextField()
    register_version = models.TextField()
    basis = models.TextField()
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.TextField()
    actor_unit = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    items = ArrayField(models.TextField())
    writes = ArrayField(models.TextField())
    case_no = models.TextField()
    reason = models.TextField()
    on_behalf = models.BigIntegerField(null=True)
    outcome = models.TextField()
    request = models.UUIDField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["xid", "id"], name="privacy_entry_order"),
            models.Index(fields=["subject_id", "at"], name="privacy_entry_subject"),
            models.Index(
                fields=["actor_id", "at"],
                condition=~models.Q(actor_role="citizen"),
                name="privacy_entry_staff",
            ),
        ]


class Cover(models.Model):
    """批量范围: the persons, by number, whom the entry of a whole-population run opened. One row for all of them."""

    entry_id = models.BigIntegerField(primary_key=True)
    span = BigIntegerRangeField()

    class Meta:
        indexes = [GistIndex(fields=["span"], name="privacy_cover_span")]


class Leaf(models.Model):
    """账本叶子: the place of an entry in the public tree and the bytes that were hashed."""

    index = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    leaf_hash = models.BinaryField()
    leaf = models.BinaryField()


class Sequence(models.Model):
    """账本序位: how far the sequencer has come (one row)."""

    id = models.SmallIntegerField(primary_key=True)
    last_xid = XidField(null=True)
    last_id = models.BigIntegerField()
    size = models.BigIntegerField()


class Policy(models.Model):
    """政策版本: one published text of one part, immutable and hashed."""

    id = models.BigAutoField(primary_key=True)
    profile = models.TextField()
    part = models.TextField()
    version = models.TextField()
    updated_on = models.DateField()
    effective_on = models.DateField()
    text = models.TextField()
    text_hash = models.TextField()
    register_version = models.TextField()
    major = models.BooleanField()
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["part", "version"], name="privacy_policy_version")]


class Acceptance(models.Model):
    """接受记录: one part of the policy, one version, one act."""

    id = models.BigAutoField(primary_key=True)
    actor = models.ForeignKey(Actor, models.CASCADE)
    subject = models.ForeignKey(Subject, models.PROTECT, null=True)
    profile = models.TextField()
    part = models.TextField()
    version = models.TextField()
    seen_marked_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["actor", "part", "version"], name="privacy_acceptance_once")
        ]


class ConsentEvent(models.Model):
    """同意事件: asked, given, refused, withdrawn; one process at a time, append-only."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    process = models.TextField()
    register_version = models.TextField()
    notice_hash = models.TextField()
    kind = models.TextField()
    state = models.TextField()
    method = models.TextField()
    by_subject = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())
    cooloff_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "process", "-id"], name="privacy_consent_latest")]


class Question(models.Model):
    """查看疑问 (我有疑问): a person's question about one access, with its clock. The text is encrypted."""

    id = models.BigAutoField(primary_key=True)
    no = models.TextField(unique=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    entry_id = models.BigIntegerField()
    text = models.BinaryField()
    state = models.TextField(default="open", db_default="open")
    asked_at = models.DateTimeField(db_default=Now())
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answer = models.BinaryField(null=True)


class ControlResult(models.Model):
    """措施自检: the outcome of one control at one time."""

    id = models.BigAutoField(primary_key=True)
    code = models.TextField()
    passed = models.BooleanField()
    detail = models.TextField()
    at = models.DateTimeField()


class Permission(models.Model):
    """设备权限: whether a person lets her devices send something, for its one purpose."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    code = models.TextField()
    granted = models.BooleanField()
    purpose = models.TextField()
    notice_hash = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "code"], name="privacy_permission_once")]


class Device(models.Model):
    """设备对应表: the only link between a session and the random name under which its signals stand."""

    pseudonym = models.UUIDField(primary_key=True, db_default=models.Func(function="gen_random_uuid"))
    subject = models.ForeignKey(Subject, models.PROTECT)
    session = models.OneToOneField(Session, models.CASCADE)


class Signal(models.Model):
    """设备信号: what stays of a reading, without any key of an account (JL-3.1.1.2-18). No role reads it directly."""

    id = models.BigAutoField(primary_key=True)
    pseudonym = models.UUIDField()
    process = models.TextField()
    code = models.TextField()
    value = models.TextField()
    at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pseudonym", "code"], name="privacy_signal_newest")]


class Installation(models.Model):
    """安装: an installed app under its own random number, of nobody."""

    digest = models.BinaryField(primary_key=True)
    system = models.TextField()
    version = models.TextField()
    ends_at = models.DateTimeField()


class Visit(models.Model):
    """访问计数: how often a public page was read in an hour or a day, by nobody in particular."""

    pk = models.CompositePrimaryKey("page", "since")
    page = models.TextField()
    since = models.DateTimeField()
    count = models.BigIntegerField()


class Search(models.Model):
    """搜索记录: a search or an opened result of a person who keeps her history. The words are encrypted."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    words = models.BinaryField()
    page = models.TextField(default="", db_default="")
    at = models.DateTimeField()
    ends_at = models.DateTimeField(db_index=True)


class Topic(models.Model):
    """关心的主题: chosen by the person herself."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT)
    topic = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "topic"], name="privacy_topic_once")]
