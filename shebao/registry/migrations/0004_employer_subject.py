import django.db.models.deletion
from django.db import migrations, models

FILL = """
do $$
declare e record; s bigint;
begin
    for e in select id from registry_employer where subject_id is null loop
        insert into privacy_subject default values returning id into s;
        update registry_employer set subject_id = s where id = e.id;
    end loop;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0005_acting"), ("registry", "0003_handling")]

    operations = [
        migrations.AddField(
            model_name="employer",
            name="subject",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="privacy.subject"
            ),
        ),
        migrations.RunSQL([FILL, "set constraints all immediate"], migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="employer",
            name="subject",
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, to="privacy.subject"),
        ),
    ]
