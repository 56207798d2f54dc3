import django.db.models.deletion
import werkfluss.kernel.ids
import werkfluss.org.tenancy
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('care', '0007_growing'),
        ('evidence', '0003_holds_and_dates'),
        ('org', '0005_family_role'),
    ]

    operations = [
        migrations.CreateModel(
            name='HiringSource',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('university', 'partner university'), ('platform', 'placement platform')], max_length=12)),
                ('name', models.CharField(max_length=200)),
                ('url', models.URLField(blank=True)),
                ('agreed', models.CharField(blank=True, max_length=300)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('about', models.TextField(blank=True, max_length=4000)),
                ('pay_from_cents', models.PositiveIntegerField(help_text='per year, gross')),
                ('pay_to_cents', models.PositiveIntegerField(help_text='per year, gross')),
                ('pay_basis', models.CharField(blank=True, help_text='the collective agreement, if one applies', max_length=300)),
                ('questions', models.JSONField(default=list, help_text='the interview guide: the same for all')),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Applicant',
            fields=[
                ('id', models.UUIDField(default=werkfluss.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('number', models.PositiveIntegerField()),
                ('way', models.CharField(choices=[('own_site', 'own site'), ('referral', 'referral'), ('source', 'partner')], default='own_site', max_length=8)),
                ('name', models.CharField(max_length=200)),
                ('sort_key', models.CharField(max_length=200)),
                ('email', models.EmailField(max_length=254)),
                ('phone', models.CharField(blank=True, max_length=40)),
                ('country', models.CharField(blank=True, help_text='where the person lives', max_length=2)),
                ('language', models.CharField(default='de', max_length=5)),
                ('skills', models.JSONField(default=list, help_text='in the words of the person')),
                ('profile', models.JSONField(default=dict, help_text='positions, education, languages, certificates of the CV')),
                ('stage', models.CharField(choices=[('received', 'received'), ('review', 'being read'), ('interview', 'interview'), ('offer', 'offer'), ('hired', 'hired'), ('refused', 'refused'), ('withdrawn', 'withdrawn')], default='received', max_length=10)),
                ('next_step', models.CharField(blank=True, help_text='what the person reads on the own page', max_length=300)),
                ('answers', models.JSONField(default=list, help_text='what was said to each question of the guide')),
                ('applied_on', models.DateField()),
                ('confirmed_at', models.DateTimeField(blank=True, help_text='the person has confirmed what is held', null=True)),
                ('ended_on', models.DateField(blank=True, null=True)),
                ('link_digest', models.BinaryField(blank=True, max_length=32)),
                ('link_until', models.DateTimeField(blank=True, null=True)),
                ('cv', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='evidence.document')),
                ('expat_case', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='care.expatcase')),
                ('org', models.ForeignKey(default=werkfluss.org.tenancy.current_org_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.organisation')),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='care.hiringsource')),
                ('opening', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applicants', to='care.opening')),
            ],
            options={
                'ordering': ['sort_key', 'number'],
            },
        ),
        migrations.AddConstraint(
            model_name='opening',
            constraint=models.UniqueConstraint(fields=('org', 'number'), name='one_opening_per_number'),
        ),
        migrations.AddIndex(
            model_name='applicant',
            index=models.Index(fields=['org', 'link_digest'], name='applicant_by_link'),
        ),
        migrations.AddConstraint(
            model_name='applicant',
            constraint=models.UniqueConstraint(fields=('org', 'number'), name='one_applicant_per_number'),
        ),
    ]
