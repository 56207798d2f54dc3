"""Who takes part and who of the family may log in become one list; consents keep the person they name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# A login belongs to the participant of the same name in its case; where there is none, it becomes one with the same id.
_TO_ONE_LIST = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE care_familylogin NO FORCE ROW LEVEL SECURITY;
ALTER TABLE care_participant NO FORCE ROW LEVEL SECURITY;
ALTER TABLE care_careconsent NO FORCE ROW LEVEL SECURITY;
ALTER TABLE care_careconsent DROP CONSTRAINT IF EXISTS care_careconsent_member_id_org_fk;
CREATE TEMPORARY TABLE same_person ON COMMIT DROP AS
SELECT login.id AS login, party.id AS party
  FROM (SELECT DISTINCT ON (one.expat_case_id, lower(who.name)) one.*, lower(who.name) AS called
          FROM care_familylogin one JOIN org_user who ON who.id = one.user_id
         WHERE one.ended_at IS NULL ORDER BY one.expat_case_id, lower(who.name), one.created_at) login
  JOIN (SELECT DISTINCT ON (one.expat_case_id, lower(one.name)) one.*, lower(one.name) AS called
          FROM care_participant one WHERE one.role = 'family' AND one.ended_on IS NULL
         ORDER BY one.expat_case_id, lower(one.name), one.created_at) party
    ON party.org_id = login.org_id AND party.expat_case_id = login.expat_case_id AND party.called = login.called;
UPDATE care_participant party SET user_id = login.user_id, told_at = login.told_at
  FROM same_person, care_familylogin login WHERE same_person.party = party.id AND same_person.login = login.id;
INSERT INTO care_participant (id, org_id, version, created_at, expat_case_id, role, name, relation, contact, ended_on,
                              user_id, told_at, login_ended_at)
SELECT login.id, login.org_id, 1, login.created_at, login.expat_case_id, 'family', who.name,
       CASE login.relation WHEN 'partner' THEN 'spouse' ELSE login.relation END, '', login.ended_at::date,
       login.user_id, login.told_at, login.ended_at
  FROM care_familylogin login JOIN org_user who ON who.id = login.user_id
 WHERE login.id NOT IN (SELECT same_person.login FROM same_person);
UPDATE care_careconsent consent SET member_id = same_person.party
  FROM same_person WHERE consent.member_id = same_person.login;
ALTER TABLE care_participant FORCE ROW LEVEL SECURITY;
ALTER TABLE care_careconsent FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("care", "0009_provider_team"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "participant",
            "user",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField("participant", "told_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("participant", "login_ended_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "participant",
            "relation",
            models.CharField(blank=True, help_text="spouse, child, parent, other; what a provider does", max_length=20),
        ),
        migrations.AlterField(
            "careconsent",
            "member",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="care.participant",
            ),
        ),
        migrations.RunSQL(_TO_ONE_LIST, migrations.RunSQL.noop),
        migrations.AlterField(
            "careconsent",
            "member",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="care.participant",
            ),
        ),
        migrations.DeleteModel("FamilyLogin"),
        migrations.AddConstraint(
            "participant",
            models.UniqueConstraint(
                fields=["org", "expat_case", "user"],
                condition=models.Q(user__isnull=False, login_ended_at=None),
                name="one_login_per_relative",
            ),
        ),
    ]
