import django.db.models.deletion
from django.db import migrations, models

import werkfluss.kernel.ids
import werkfluss.org.tenancy


class Migration(migrations.Migration):
    dependencies = [("org", "0004_invitations"), ("evidence", "0002_document_keep_as")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="dated_on",
            field=models.DateField(blank=True, help_text="date it bears, from which its period runs", null=True),
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("object_type", models.CharField(blank=True, max_length=60)),
                ("object_id", models.UUIDField(blank=True, null=True)),
                (
                    "rules",
                    models.JSONField(
                        blank=True, default=list, help_text="rules of retention.yaml: all data of the firm"
                    ),
                ),
                ("name", models.CharField(max_length=300)),
                ("reason", models.CharField(max_length=300)),
                ("until", models.DateField(help_text="last day")),
                ("placed_by", models.UUIDField(null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_by", models.UUIDField(blank=True, null=True)),
                ("lifted_reason", models.CharField(blank=True, max_length=300)),
                (
                    "org",
                    models.ForeignKey(
                        default=werkfluss.org.tenancy.current_org_id,
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="org.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["org", "object_type", "object_id"], name="hold_by_object")],
            },
        ),
    ]
