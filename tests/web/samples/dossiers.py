"""A dossier of a task of each firm, with a file and a word of the firm in it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.web.world import World, sample


@sample("dossier_pdf", "dossier_zip")
def task_with_file(world: World) -> Mapping[str, object]:
    from werkfluss.evidence.domain.documents import keep_file
    from werkfluss.kernel import clock
    from werkfluss.work.domain import tasks

    project = tasks.create_project(name=world.unique("Projekt"), start=clock.today(), by=world.director)
    task = tasks.create_task(project, title=world.unique("Aufgabe"), by=world.director)
    keep_file(world.mark.encode(), filename=f"{world.mark}.txt", belongs_to=task, by=world.director)
    return {"kind": "task", "pk": task.pk}
