from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('workforce', '0001_resources'),
    ]

    operations = [
        migrations.AddField(
            model_name='share',
            name='source',
            field=models.UUIDField(blank=True, help_text="key of the busy times that are this firm's own", null=True),
        ),
    ]
