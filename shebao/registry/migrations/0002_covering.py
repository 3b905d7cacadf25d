"""The key of 缴费记录 carries its columns, so that the hot read never visits the table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("registry", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "alter table registry_contribution drop constraint registry_contribution_pkey;"
            "alter table registry_contribution add primary key (subject_id, insurance, month, seq)"
            " include (kind, state, base_fen, employer_fen, person_fen, subsidy_fen, employer_id, paid_on);"
            "alter table registry_contribution set (autovacuum_vacuum_insert_scale_factor = 0.05);",
            "alter table registry_contribution drop constraint registry_contribution_pkey;"
            "alter table registry_contribution add primary key (subject_id, insurance, month, seq);",
        )
    ]
