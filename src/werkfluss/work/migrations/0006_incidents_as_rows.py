"""Incidents out of the engine's part of the case into rows; each step says what kind of wait it belongs to."""

from __future__ import annotations

from django.db import migrations

# The owner sees all rows only while the walls between firms do not bind him as well; the walls of the new table come
# after the last migration. Run a second time it changes nothing.
_TO_ROWS = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE work_case NO FORCE ROW LEVEL SECURITY;
ALTER TABLE work_wait NO FORCE ROW LEVEL SECURITY;
ALTER TABLE work_casetask NO FORCE ROW LEVEL SECURITY;
UPDATE work_casetask step SET kind = wait.kind FROM work_wait wait
 WHERE wait.case_id = step.case_id AND wait.key = step.key AND step.kind <> wait.kind;
INSERT INTO work_caseincident (id, org_id, version, created_at, case_id, element, code, cause, at, state, note)
SELECT gen_random_uuid(), one.org_id, 1, now(), one.id, told->>'element', told->>'code', told->>'cause',
       (told->>'at')::timestamptz, CASE WHEN one.state = 'running' THEN 'open' ELSE 'settled' END, ''
  FROM work_case one, jsonb_array_elements(one.engine->'incidents') told;
UPDATE work_case SET engine = engine - 'incidents' WHERE engine ? 'incidents';
ALTER TABLE work_case FORCE ROW LEVEL SECURITY;
ALTER TABLE work_wait FORCE ROW LEVEL SECURITY;
ALTER TABLE work_casetask FORCE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("work", "0005_cases_on_the_engine")]

    operations = [migrations.RunSQL(_TO_ROWS, migrations.RunSQL.noop)]
