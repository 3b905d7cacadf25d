from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0009_institution_place"),
    ]

    operations = [
        migrations.AddField("death", "contest_case", models.TextField(db_default="", default="")),
        migrations.AddField("death", "contest_reason", models.TextField(db_default="", default="")),
        migrations.AddField("death", "contested_by", models.BigIntegerField(null=True)),
        migrations.AddField("death", "contested_at", models.DateTimeField(null=True)),
        migrations.AddField("death", "agreed_by", models.BigIntegerField(null=True)),
    ]
