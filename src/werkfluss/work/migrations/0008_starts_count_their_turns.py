"""Repeating start times count from their first date, so that the 31st comes back after a shorter month."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("work", "0007_steps")]

    operations = [
        migrations.AddField(
            "processstart",
            "anchor",
            models.DateTimeField(null=True, blank=True, help_text="a repeating time counts its turns from here"),
        ),
        migrations.AddField("processstart", "turn", models.PositiveIntegerField(default=0)),
        migrations.AlterField(
            "processstart", "remaining", models.PositiveIntegerField(default=1, help_text="0: without end")
        ),
    ]
