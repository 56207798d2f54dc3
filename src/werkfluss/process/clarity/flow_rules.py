"""What may be unclear about the flow of a drawing: beginning, end, ways through it, what can never happen."""

from __future__ import annotations

from werkfluss.kernel.text import Text

from .findings import Rule

_SOUND = "van der Aalst (1998): The Application of Petri Nets to Workflow Management (soundness)"
_7PMG = "Mendling, Reijers, van der Aalst (2010): Seven process modeling guidelines (7PMG)"

FLOW_RULES: dict[str, Rule] = {
    "no_start": Rule(
        "start",
        "gap",
        20,
        Text("Der Prozess hat kein Startereignis.", "The process has no start event."),
        Text("Fügen Sie vor dem ersten Schritt ein Startereignis ein.", "Add a start event before the first step."),
        Text("Was löst den Prozess aus?", "What triggers the process?"),
        Text("Bestellung eingegangen", "Order received"),
        Text("Sonst weiß niemand, wann ein Vorgang beginnt.", "Otherwise nobody knows when a case begins."),
        f"{_7PMG}, G3",
    ),
    "no_end": Rule(
        "end",
        "gap",
        20,
        Text("Der Prozess hat kein Endereignis.", "The process has no end event."),
        Text("Fügen Sie nach dem letzten Schritt ein Endereignis ein.", "Add an end event after the last step."),
        Text("Woran sieht man, dass der Vorgang abgeschlossen ist?", "How does one see that the case is closed?"),
        Text("Rechnung bezahlt", "Invoice paid"),
        Text("Sonst weiß niemand, wann ein Vorgang fertig ist.", "Otherwise nobody knows when a case is done."),
        f"{_7PMG}, G3",
    ),
    "unreachable": Rule(
        "flow",
        "gap",
        20,
        Text("Dieser Schritt wird nie erreicht.", "This step is never reached."),
        Text("Verbinden Sie ihn mit dem Schritt davor, oder löschen Sie ihn.", "Connect it to a step, or delete it."),
        Text("Welcher Schritt geht diesem voraus?", "Which step comes before this one?"),
        Text("Pfeil vom vorigen Schritt ziehen", "Draw an arrow from the step before"),
        Text("Was nie erreicht wird, wird nie getan.", "What is never reached is never done."),
        f"{_SOUND}: no dead transitions",
    ),
    "dead_end": Rule(
        "flow",
        "gap",
        10,
        Text("Hier endet der Weg ohne Endereignis.", "The path ends here without an end event."),
        Text("Führen Sie den Weg weiter, oder fügen Sie ein Endereignis an.", "Lead the path on, or add an end event."),
        Text("Wie geht es danach weiter?", "How does it go on?"),
        Text("Endereignis „Auftrag erledigt“ anfügen", "Add the end event “Order done”"),
        Text("Ein vergessener Pfeil sieht genauso aus.", "A forgotten arrow looks just the same."),
    ),
    "no_way_out": Rule(
        "flow",
        "gap",
        20,
        Text("Von hier führt kein Weg zum Ende.", "No path leads from here to the end."),
        Text("Geben Sie der Schleife einen Ausgang.", "Give the loop an exit."),
        Text("Wann wird die Schleife verlassen?", "When is the loop left?"),
        Text("Zweig „dreimal erfolglos“ zum Ende führen", "Lead a branch “failed three times” to the end"),
        Text("Solche Vorgänge bleiben für immer offen.", "Such cases stay open for ever."),
        f"{_SOUND}: option to complete",
    ),
    "deadlock": Rule(
        "gateway",
        "gap",
        20,
        Text(
            "Der Prozess kann hier stehen bleiben: Es wird auf einen Zweig gewartet, der nicht immer kommt.",
            "The process may stop here: it waits for a branch that does not always come.",
        ),
        Text(
            "Führen Sie mit der Art Gateway zusammen, mit der verzweigt wurde.",
            "Merge with the type of gateway that split.",
        ),
        Text("Sollen alle Zweige abgewartet werden oder nur einer?", "Should all branches be awaited, or just one?"),
        Text("Nach „entweder – oder“ wieder mit X zusammenführen", "After “either – or”, merge with an X again"),
        Text(
            "Ein Vorgang, der auf etwas wartet, das nie kommt, fällt erst auf, wenn jemand ihn vermisst.",
            "A case that waits for what never comes is noticed only when somebody misses it.",
        ),
        f"{_SOUND}: option to complete",
    ),
    "livelock": Rule(
        "flow",
        "gap",
        20,
        Text(
            "Der Prozess kann hier endlos weiterlaufen, ohne je fertig zu werden.",
            "The process may go on here for ever without being done.",
        ),
        Text(
            "Sorgen Sie dafür, dass jeder Zweig die Schleife verlassen kann.",
            "Make sure that every branch can leave the loop.",
        ),
        Text("Welche Zweige müssen zugleich enden?", "Which branches must end together?"),
        Text("Zweige zusammenführen, bevor zurückgesprungen wird", "Join the branches before going back"),
        Text("Solche Vorgänge bleiben für immer offen.", "Such cases stay open for ever."),
        f"{_SOUND}: option to complete",
    ),
    "runs_twice": Rule(
        "gateway",
        "gap",
        20,
        Text(
            "Dieser Schritt kann mehrfach zugleich laufen, weil parallele Zweige nicht zusammengeführt werden.",
            "This step may run several times at once, because parallel branches are not joined.",
        ),
        Text(
            "Setzen Sie davor ein paralleles Gateway, das auf alle Zweige wartet.",
            "Put a parallel gateway before it that waits for all branches.",
        ),
        Text("Wo sollen die parallelen Zweige aufeinander warten?", "Where should the parallel branches wait?"),
        Text("Paralleles Gateway vor den gemeinsamen Schritt setzen", "Put a parallel gateway before the common step"),
        Text("Sonst wird zweimal geliefert, gebucht, bezahlt.", "Otherwise one delivers, books and pays twice."),
        f"{_SOUND}: proper completion, lack of synchronisation",
    ),
    "loose_flow": Rule(
        "flow",
        "gap",
        10,
        Text("Ein Pfeil ist nicht verbunden.", "An arrow is not connected."),
        Text("Ziehen Sie ihn von Schritt zu Schritt neu.", "Draw it again from step to step."),
        Text("Von wo nach wo führt er?", "From where to where does it lead?"),
        Text("Pfeil neu zwischen zwei Schritten ziehen", "Draw the arrow again between two steps"),
        Text(
            "Auf dem Papier sieht man es nicht, der Vorgang merkt es.", "It does not show on paper; the case notices."
        ),
    ),
    "boundary_never": Rule(
        "event",
        "gap",
        10,
        Text("Dieses angeheftete Ereignis kann nie eintreten.", "This boundary event can never occur."),
        Text(
            "Lösen Sie es im Inneren aus, ändern Sie es, oder löschen Sie es.",
            "Raise it inside, change it, or delete it.",
        ),
        Text("Was im Inneren löst es aus?", "What inside raises it?"),
        Text("Fehler-Endereignis mit demselben Namen einfügen", "Add an error end event of the same name"),
        Text("Der Weg dahinter beruhigt, ohne zu schützen.", "The path behind it reassures without protecting."),
        f"{_SOUND}: no dead transitions",
    ),
    "event_unnamed": Rule(
        "label",
        "hint",
        3,
        Text("Das Ereignis hat keinen Namen.", "The event has no name."),
        Text("Nennen Sie, was geschehen ist.", "Say what has happened."),
        Text("Was ist an dieser Stelle geschehen?", "What has happened at this point?"),
        Text("Rechnung bezahlt", "Invoice paid"),
        Text(
            "An den Ereignissen liest man, wo ein Vorgang steht und wie er ausging.",
            "Events tell where a case stands and how it ended.",
        ),
        "Silver (2011): BPMN Method and Style",
    ),
    "timer_without_time": Rule(
        "timer",
        "gap",
        10,
        Text("Das Zeitereignis nennt keine Zeit.", "The timer names no time."),
        Text("Geben Sie eine Dauer oder ein Datum nach ISO 8601 an.", "Give a duration or a date in ISO 8601."),
        Text("Nach welcher Zeit, oder wann?", "After what time, or when?"),
        Text("P5D (fünf Tage)", "P5D (five days)"),
        Text("Eine Frist ohne Zeit läuft nie ab.", "A deadline without a time never expires."),
        "ISO 8601-1:2019, 5.5",
    ),
    "timer_invalid": Rule(
        "timer",
        "gap",
        10,
        Text("Die Zeitangabe lässt sich nicht lesen.", "The time cannot be read."),
        Text(
            "Schreiben Sie sie nach ISO 8601, oder als FEEL nach einem „=“.",
            "Write it in ISO 8601, or as FEEL after an “=”.",
        ),
        Text("Welche Zeit ist gemeint?", "Which time is meant?"),
        Text("P14D (14 Tage), PT2H (2 Stunden), R3/P1D (dreimal täglich)", "P14D (14 days), PT2H (2 hours), R3/P1D"),
        Text("Eine Frist, die niemand lesen kann, läuft nie ab.", "A deadline that nobody can read never expires."),
        "ISO 8601-1:2019, 5.5",
    ),
}
