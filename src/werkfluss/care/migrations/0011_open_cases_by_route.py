"""A person may have several open cases, one of each route; until now there was one at most."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0010_one_list_of_participants")]

    operations = [
        migrations.AddConstraint(
            "expatcase",
            models.UniqueConstraint(
                fields=["org", "person", "route"], condition=models.Q(state="open"), name="one_open_case_per_route"
            ),
        ),
    ]
