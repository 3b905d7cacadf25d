"""申报工资: wages that employers declare."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("registry", "0004_employer_subject")]

    operations = [
        migrations.CreateModel(
            name="Wage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "subject_id", "month", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.IntegerField()),
                ("wage_fen", models.BigIntegerField()),
                ("case_no", models.TextField()),
                (
                    "employer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="registry.employer",
                    ),
                ),
                (
                    "subject",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="privacy.subject",
                    ),
                ),
            ],
        ),
    ]
