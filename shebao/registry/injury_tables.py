"""Tables of work injury: what was recognised, and what the appraisal committee concluded."""

from django.db import models

from shebao.privacy.models import Subject


class Injury(models.Model):
    """工伤认定结论: an accident (or an occupational disease, by the day of its diagnosis) recognised as work injury.

    `ground` is the limb of 第十四条 or 第十五条. Costs up to `employer_bears_until` are the employer's (第十七条).
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    accident_on = models.DateField()
    ground = models.TextField()
    applied_by = models.TextField()
    applied_on = models.DateField()
    decided_on = models.DateField()
    employer_bears_until = models.DateField(null=True)
    case_no = models.TextField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_injury_whose")]


class Appraisal(models.Model):
    """劳动能力鉴定结论: grade 1-10 (0: none), care (自理障碍: full, most, part or empty), `total` 完全丧失劳动能力.

    `basis`: injury (with its row) or illness; `round`: first, again (再次) or review (复查); `level`: city or province.
    """

    id = models.BigAutoField(primary_key=True)
    subject = models.ForeignKey(Subject, models.PROTECT, db_index=False)
    injury = models.ForeignKey(Injury, models.PROTECT, null=True, db_index=False)
    basis = models.TextField()
    round = models.TextField()
    level = models.TextField()
    grade = models.SmallIntegerField(default=0, db_default=0)
    care = models.TextField(default="", db_default="")
    total = models.BooleanField(default=False, db_default=False)
    decided_on = models.DateField()
    case_no = models.TextField(unique=True)

    class Meta:
        indexes = [models.Index(fields=["subject"], name="registry_appraisal_whose")]
