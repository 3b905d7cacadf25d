"""Tables of whole-population runs (批量核定): the journal, what employers declared, and what runs found."""

from django.db import models
from django.db.models.functions import Now

from shebao.privacy.models import Subject
from shebao.registry.models import Employer


class Run(models.Model):
    """批量任务: one run, its parameters and its totals. The number is also the case number of its grant."""

    no = models.TextField(primary_key=True)
    kind = models.TextField()
    period = models.IntegerField()
    parameters = models.JSONField()
    parameters_hash = models.CharField(max_length=64)
    state = models.TextField(default="open", db_default="open")
    chunks = models.IntegerField()
    totals = models.JSONField(null=True)
    prepared_by = models.BigIntegerField()
    prepared_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)


class Chunk(models.Model):
    """批量任务分段: subjects [low, high). Done exactly when its rows are: both commit together."""

    pk = models.CompositePrimaryKey("run_id", "position")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    position = models.IntegerField()
    low = models.BigIntegerField()
    high = models.BigIntegerField()
    state = models.TextField(default="open", db_default="open")
    rows_in = models.BigIntegerField(default=0, db_default=0)
    rows_out = models.BigIntegerField(default=0, db_default=0)
    checksum = models.CharField(max_length=64, default="", db_default="")
    totals = models.JSONField(null=True)
    entry_id = models.BigIntegerField(null=True)
    finished_at = models.DateTimeField(null=True)


class Filing(models.Model):
    """单位申报情况: `missed` when an employer did not declare a month in time. No row: nothing has changed."""

    pk = models.CompositePrimaryKey("employer_id", "month")
    employer = models.ForeignKey(Employer, models.PROTECT, db_index=False)
    month = models.IntegerField()
    state = models.TextField()
    noted_by = models.BigIntegerField()
    noted_at = models.DateTimeField(db_default=Now())


class Declaration(models.Model):
    """申报工资: the wage declared for one person from a month on, before floor and ceiling."""

    pk = models.CompositePrimaryKey("subject_id", "insurance", "month")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    month = models.IntegerField()
    wage_fen = models.BigIntegerField()


class LateFee(models.Model):
    """滞纳金: of one month in arrears, from its due date to the day of the run; borne by the employer."""

    pk = models.CompositePrimaryKey("subject_id", "insurance", "month", "until")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    insurance = models.SmallIntegerField()
    month = models.IntegerField()
    until = models.DateField()
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, db_index=False)
    due = models.DateField()
    principal_fen = models.BigIntegerField()
    days = models.IntegerField()
    fee_fen = models.BigIntegerField()


class Reaching(models.Model):
    """到龄名单: who reaches the statutory age in the months looked at, and whether the years are enough."""

    pk = models.CompositePrimaryKey("subject_id", "category")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    category = models.TextField()
    month = models.IntegerField()
    age_months = models.SmallIntegerField()
    delay_months = models.SmallIntegerField()
    paid_months = models.SmallIntegerField()
    minimum_months = models.SmallIntegerField()
    listed_for = models.IntegerField()


class Adjustment(models.Model):
    """待遇调整: the monthly pension before and after one year's adjustment."""

    pk = models.CompositePrimaryKey("subject_id", "year")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    year = models.SmallIntegerField()
    before_fen = models.BigIntegerField()
    increase_fen = models.BigIntegerField()
    after_fen = models.BigIntegerField()
    since = models.IntegerField()


class Statement(models.Model):
    """个人权益记录单: the statement of a year is ready for this person; it is drawn up when she asks."""

    pk = models.CompositePrimaryKey("subject_id", "year")
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    year = models.SmallIntegerField()
    paid_months = models.SmallIntegerField()
    person_fen = models.BigIntegerField()
    employer_fen = models.BigIntegerField()
    ready_on = models.DateField()


class Headcount(models.Model):
    """参保人数: people by region, insurance, kind of person and state, of one run and chunk."""

    pk = models.CompositePrimaryKey("run_id", "position", "region", "insurance", "person_type", "state")
    run = models.ForeignKey(Run, models.PROTECT, db_index=False)
    position = models.IntegerField()
    region = models.CharField(max_length=6)
    insurance = models.SmallIntegerField()
    person_type = models.TextField()
    state = models.TextField()
    people = models.BigIntegerField()
