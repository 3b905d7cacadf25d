"""Late fees look for months in arrears only: a small index instead of a walk through every month."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("batch", "0001_initial"), ("registry", "0002_covering")]
    operations = [
        migrations.RunSQL(
            "create index batch_arrears on registry_contribution (subject_id, insurance, month)"
            " where state = 'arrears'",
            "drop index batch_arrears",
        )
    ]
