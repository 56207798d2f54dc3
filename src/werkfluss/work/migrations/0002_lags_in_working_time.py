"""Lags in minutes of working time, or of elapsed time: whole days could not hold half a day, nor tell the two apart."""

from __future__ import annotations

from django.db import migrations, models

# The owner sees all rows only while the walls between firms do not bind him as well; a table whose deferred checks are
# still to come cannot be altered, so they are made at once.
_DAYS_TO_MINUTES = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE work_tasklink NO FORCE ROW LEVEL SECURITY;
UPDATE work_tasklink SET lag_minutes = lag_minutes * 480;
ALTER TABLE work_tasklink FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0001_projects_plans_cases")]

    operations = [
        migrations.RenameField("tasklink", "lag_days", "lag_minutes"),
        migrations.AlterField(
            "tasklink", "lag_minutes", models.IntegerField(default=0, help_text="working minutes; negative: a lead")
        ),
        migrations.AddField(
            "tasklink",
            "lag_elapsed",
            models.BooleanField(default=False, help_text="the lag counts elapsed time, nights and weekends too"),
        ),
        migrations.RunSQL(_DAYS_TO_MINUTES, migrations.RunSQL.noop),
    ]
