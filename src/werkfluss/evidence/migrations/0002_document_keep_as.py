from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_files_and_imports")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="keep_as",
            field=models.CharField(
                choices=[
                    ("owner", "goes with what it belongs to"),
                    ("invoice", "invoice"),
                    ("voucher", "booking voucher"),
                    ("book", "part of the books"),
                    ("letter", "business letter or other tax paper"),
                ],
                default="owner",
                max_length=8,
            ),
        ),
    ]
