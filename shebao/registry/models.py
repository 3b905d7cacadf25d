"""Tables of the registry (参保登记库). Amounts are fen, months are YYYYMM."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Subject


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
    """关系转移: one insurance moving between regions; `stage` counts the steps of the rule."""

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    direction = models.TextField()
    region = models.CharField(max_length=6)
    stage = models.TextField()
    months = models.IntegerField(default=0, db_default=0)
    account_fen = models.BigIntegerField(default=0, db_default=0)
    requested_on = models.DateField()
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    case_no = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_transfer_whose")]


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
