"""Tables of the registry (参保登记库). Amounts are fen, months are YYYYMM."""

import uuid

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Subject
from shebao.registry.injury_tables import Appraisal as Appraisal
from shebao.registry.injury_tables import Injury as Injury
from shebao.registry.payment_tables import AccountEntry as AccountEntry
from shebao.registry.payment_tables import Payable as Payable
from shebao.registry.payment_tables import Payment as Payment
from shebao.registry.payment_tables import PaymentBatch as PaymentBatch
from shebao.registry.payment_tables import Recovery as Recovery


class Person(models.Model):
    """参保人基本信息."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    sex = models.SmallIntegerField()
    birth_date = models.DateField()
    region = models.CharField(max_length=6)
    died_on = models.DateField(null=True)


class Employer(models.Model):
    """用人单位. A subject of its own (主体：自然人或用人单位), so that one row rule reaches persons and employers."""

    id = models.AutoField(primary_key=True)
    subject = models.OneToOneField(Subject, models.PROTECT)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.TextField()
    region = models.CharField(max_length=6)
    industry = models.TextField(default="", db_default="")
    injury_class = models.SmallIntegerField()
    state = models.TextField(default="active", db_default="active")
    registered_on = models.DateField()


class Business(models.Model):
    """市场主体登记 as the market authority shares it: the ground of 单位登记, so that no licence is asked for.

    `legal`: the legal representative (法定代表人), when on file here.
    """

    uscc = models.CharField(max_length=18, primary_key=True)
    name = models.TextField()
    region = models.CharField(max_length=6)
    industry = models.TextField(default="", db_default="")
    injury_class = models.SmallIntegerField()
    state = models.TextField(default="active", db_default="active")
    registered_on = models.DateField()
    legal = models.ForeignKey(Subject, models.SET_NULL, null=True, related_name="+")


class Institution(models.Model):
    """定点医药机构. Place in millionths of a degree (WGS-84), null when nobody gave it; `hours` in words."""

    id = models.AutoField(primary_key=True)
    name = models.TextField()
    kind = models.TextField()
    level = models.SmallIntegerField()
    region = models.CharField(max_length=6)
    district = models.TextField(default="", db_default="")
    address = models.TextField(default="", db_default="")
    hours = models.TextField(default="", db_default="")
    longitude_e6 = models.IntegerField(null=True)
    latitude_e6 = models.IntegerField(null=True)


class Enrolment(models.Model):
    """参保登记: one spell of one person in one insurance, [since, until) in months."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    person_type = models.TextField()
    state = models.TextField()
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, db_index=False)
    since = models.IntegerField()
    until = models.IntegerField(null=True)
    reason = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["subject", "insurance", "since"], name="registry_enrolment_whose")]


class Contribution(models.Model):
    """缴费记录: one month of one insurance (seq > 0: a difference item 补差)."""

    pk = models.CompositePrimaryKey("subject_id", "insurance", "month", "seq")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    month = models.IntegerField()
    seq = models.SmallIntegerField(default=0, db_default=0)
    kind = models.TextField()
    state = models.TextField()
    base_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    person_fen = models.BigIntegerField()
    subsidy_fen = models.BigIntegerField(default=0, db_default=0)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, db_index=False)
    paid_on = models.DateField(null=True)


class Account(models.Model):
    """个人账户: pension (养老) or medical (医保)."""

    pk = models.CompositePrimaryKey("subject_id", "kind")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    opened = models.IntegerField()
    balance_fen = models.BigIntegerField()
    balance_on = models.DateField()


class AccountYear(models.Model):
    """个人账户年度: opening + credits + interest - spending = closing."""

    pk = models.CompositePrimaryKey("subject_id", "kind", "year")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    year = models.SmallIntegerField()
    opening_fen = models.BigIntegerField()
    credit_fen = models.BigIntegerField()
    interest_fen = models.BigIntegerField()
    spent_fen = models.BigIntegerField()
    closing_fen = models.BigIntegerField()
    rate = models.TextField()
    provisional = models.BooleanField()


class Claim(models.Model):
    """医保结算: one settlement; where it happened is a row of its own (就诊明细)."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    served_on = models.DateField()
    settled_on = models.DateField(null=True)
    state = models.TextField()
    total_fen = models.BigIntegerField()
    eligible_fen = models.BigIntegerField()
    fund_fen = models.BigIntegerField()
    account_fen = models.BigIntegerField()
    cash_fen = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["subject", "served_on"], name="registry_claim_whose")]


class ClaimDetail(models.Model):
    """就诊明细: institution, level and days of a claim."""

    claim = models.OneToOneField(Claim, models.PROTECT, primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    institution = models.ForeignKey(Institution, models.PROTECT, db_index=False)
    days = models.SmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_claimdetail_whose")]


class Benefit(models.Model):
    """待遇发放: one month of one benefit."""

    pk = models.CompositePrimaryKey("subject_id", "kind", "month")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    kind = models.TextField()
    month = models.IntegerField()
    amount_fen = models.BigIntegerField()
    paid_on = models.DateField(null=True)


class Filing(models.Model):
    """备案、资格认定和绑定: one right or fact on file, [since, until] in days; `other` where it binds two people.

    `detail` holds codes and places only, never a name, a number or an illness.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    other = models.ForeignKey(Subject, models.PROTECT, null=True, related_name="+")
    kind = models.TextField()
    since = models.DateField()
    until = models.DateField(null=True)
    detail = models.JSONField(default=dict)
    state = models.TextField(default="active", db_default="active")
    case_no = models.TextField(default="", db_default="")

    class Meta:
        indexes = [models.Index(fields=["subject", "kind"], name="registry_filing_whose")]


class Card(models.Model):
    """社保卡: state of the card in use (issued 已制卡, active 已启用, lost 已挂失); the number is in the vault."""

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True)
    state = models.TextField()
    issued_on = models.DateField()
    activated_on = models.DateField(null=True)
    lost_on = models.DateField(null=True)
    password = models.TextField(default="", db_default="")
    electronic_since = models.DateField(null=True)
    copies = models.SmallIntegerField(default=1, db_default=1)


class Transfer(models.Model):
    """关系转移: one insurance moving between regions. `key` names it on both sides; `stage` says what was done last."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    direction = models.TextField()
    region = models.CharField(max_length=6)
    stage = models.TextField()
    months = models.IntegerField(default=0, db_default=0)
    account_fen = models.BigIntegerField(default=0, db_default=0)
    fund_fen = models.BigIntegerField(default=0, db_default=0)
    key = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID())
    reason = models.TextField(default="", db_default="")
    requested_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    case_no = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_transfer_whose")]
        constraints = [models.UniqueConstraint(fields=["key", "direction"], name="registry_transfer_once")]


class TransferLeg(models.Model):
    """转移环节: who holds a transfer since when and until when; the open one has no `done_on`."""

    id = models.BigAutoField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    code = models.TextField()
    holder = models.TextField()
    since = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    late_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_transferleg_whose")]


class Exchange(models.Model):
    """转移往来: one message to or from another agency, known by its key; `body` is sealed for its person."""

    key = models.UUIDField(primary_key=True)
    transfer = models.ForeignKey(Transfer, models.PROTECT)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    direction = models.TextField()
    kind = models.TextField()
    body = models.BinaryField()
    state = models.TextField()
    at = models.DateTimeField()
    tries = models.SmallIntegerField(default=0, db_default=0)
    next_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_exchange_whose")]


class Death(models.Model):
    """死亡登记: from whom the day is known; a wrong one is withdrawn with its reason, never erased.

    A clerk contests it in a case (`contest_case`, `contest_reason`), another person agrees.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    died_on = models.DateField()
    source = models.TextField()
    reference = models.TextField()
    recorded_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    reason = models.TextField(default="", db_default="")
    changed = models.JSONField(default=dict)
    contest_case = models.TextField(default="", db_default="")
    contest_reason = models.TextField(default="", db_default="")
    contested_by = models.BigIntegerField(null=True)
    contested_at = models.DateTimeField(null=True)
    agreed_by = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_death_whose")]


class Wage(models.Model):
    """申报工资: what an employer declared as a person's monthly wage from a month on, before floor and ceiling."""

    pk = models.CompositePrimaryKey("subject_id", "month")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    month = models.IntegerField()
    employer = models.ForeignKey(Employer, models.PROTECT, db_index=False)
    wage_fen = models.BigIntegerField()
    case_no = models.TextField()


class IntakeFile(models.Model):
    """导入文件: one loaded file, known by its digest, so that loading twice changes nothing."""

    digest = models.CharField(max_length=64, primary_key=True)
    kind = models.TextField()
    rows = models.IntegerField()
    report = models.JSONField()
    loaded_at = models.DateTimeField(db_default=Now())
    loaded_by = models.BigIntegerField()
