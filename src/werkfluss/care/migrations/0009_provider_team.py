"""Whether several people work at a provider: of one single person there is no figure of quality."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("care", "0008_applicants")]

    operations = [
        migrations.AddField("careprovider", "team", models.BooleanField(blank=True, null=True)),
    ]
