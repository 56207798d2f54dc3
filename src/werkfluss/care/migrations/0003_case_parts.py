import django.db.models.deletion
import werkfluss.kernel.ids
import werkfluss.org.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0002_authority_papers'),
        ('evidence', '0003_holds_and_dates'),
        ('workforce', '0002_share_source'),
    ]

    operations = [
        migrations.AddField(
            model_name='expatcase',
            name='accelerated',
            field=models.BooleanField(blank=True, help_text='the procedure of s.81a AufenthG', null=True),
        ),
        migrations.AddField(
            model_name='expatcase',
            name='country',
            field=models.CharField(blank=True, max_length=2),
        ),
        migrations.AddField(
            model_name='expatcase',
            name='ends_on',
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name='expatcase',
            name='route',
            field=models.CharField(help_text='a folder of care/routes', max_length=40),
        ),
        migrations.CreateModel(
            name='PaperVersion',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveSmallIntegerField()),
                ('handed_in_by', models.UUIDField(null=True)),
                ('outcome', models.CharField(choices=[('waiting', 'waiting'), ('accepted', 'accepted'), ('returned', 'returned')], default='waiting', max_length=8)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('reviewed_by', models.UUIDField(null=True)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('case_paper', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='care.casepaper')),
                ('document', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='evidence.document')),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
            ],
            options={
                'ordering': ['-number'],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('role', models.CharField(choices=[('family', 'family member'), ('provider', 'provider'), ('authority', 'authority')], max_length=10)),
                ('name', models.CharField(max_length=200)),
                ('relation', models.CharField(blank=True, help_text='spouse, child, other; what a provider does', max_length=20)),
                ('born_on', models.DateField(blank=True, help_text='of children: whether s.81a(4) covers them', null=True)),
                ('contact', models.CharField(blank=True, max_length=300)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('expat_case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='care.expatcase')),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
            ],
            options={
                'ordering': ['role', 'created_at'],
            },
        ),
        migrations.AddField(
            model_name='casepaper',
            name='member',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='papers', to='care.participant'),
        ),
        migrations.AddConstraint(
            model_name='paperversion',
            constraint=models.UniqueConstraint(fields=('org', 'case_paper', 'number'), name='one_version_per_number'),
        ),
    ]
