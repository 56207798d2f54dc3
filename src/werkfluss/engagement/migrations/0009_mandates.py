import django.db.models.deletion
import werkfluss.kernel.ids
import werkfluss.org.tenancy
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('engagement', '0008_talents'),
        ('org', '0004_invitations'),
        ('workforce', '0002_share_source'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonCalendar',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('days_per_week', models.DecimalField(blank=True, decimal_places=1, max_digits=2, null=True)),
                ('feed_digest', models.BinaryField(max_length=32, null=True, unique=True)),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='BroughtCalendar',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('key', models.CharField(help_text='public key of the installation that signed the file', max_length=64)),
                ('issued_at', models.DateTimeField()),
                ('brought_at', models.DateTimeField()),
                ('source', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'key'), name='one_brought_calendar_per_key')],
            },
        ),
        migrations.CreateModel(
            name='Mandate',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('function', models.CharField(max_length=120)),
                ('days', models.DecimalField(decimal_places=1, help_text='in half days', max_digits=3)),
                ('per', models.CharField(choices=[('week', 'week'), ('month', 'month')], max_length=5)),
                ('weekdays', models.JSONField(default=list, help_text='0 = Monday; empty: the person places the days')),
                ('first_day', models.DateField()),
                ('last_day', models.DateField()),
                ('state', models.CharField(choices=[('proposed', 'waits for the person'), ('unavailable', 'not available'), ('running', 'agreed'), ('ended', 'ended'), ('withdrawn', 'withdrawn')], default='proposed', max_length=12)),
                ('source', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False)),
                ('proposed_by', models.UUIDField(null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
                ('resource', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='mandates', to='workforce.resource')),
            ],
            options={
                'ordering': ['-number'],
                'constraints': [models.UniqueConstraint(fields=('org', 'number'), name='one_mandate_per_number')],
            },
        ),
        migrations.CreateModel(
            name='MandateDay',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('day', models.DateField()),
                ('half', models.BooleanField(default=False, help_text='the morning only')),
                ('mandate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placed', to='engagement.mandate')),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('org', 'mandate', 'day'), name='one_placed_day')],
            },
        ),
    ]
