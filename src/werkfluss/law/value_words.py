"""What the computed values of verdicts are called, with their unit; the same name means the same in all packs.

A pack that came as a file may compute something new: it is shown by its readable key until this list knows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from werkfluss.kernel.text import Text

from .choices import label_of
from .facts import read_day
from .said import day_text, figure
from .verdict import Value


@dataclass(frozen=True, slots=True)
class ValueWord:
    """``unit``: as with dated values (``EUR/month``, ``days``, ``date``); empty for words, yes and no, and lists."""

    label: Text
    unit: str = ""


_WORDS_OF = frozenset({"kind", "phase", "word"})
_AS_WRITTEN = frozenset({"year", "UNTDID 1001", "ISO 3166"})
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def _words(unit: str, **labels: tuple[str, str]) -> dict[str, ValueWord]:
    return {name: ValueWord(Text(*pair), unit) for name, pair in labels.items()}


WORDS: dict[str, ValueWord] = {
    **_words(
        "EUR/month",
        accident=("Berufsgenossenschaft", "accident insurance"),
        artists_levy=("Künstlersozialabgabe", "artists' social levy"),
        assessable=("beitragspflichtige Einnahme", "assessable pay"),
        before_tax_and_insurance=("vor Steuer und Versicherung", "before tax and insurance"),
        care_employee=("Pflegeversicherung, Anteil der Person", "care insurance, the person's share"),
        care_employer=("Pflegeversicherung, Anteil des Arbeitgebers", "care insurance, the employer's share"),
        church_tax=("Kirchensteuer", "church tax"),
        claim_month=("Anspruch auf Umwandlung", "right to conversion"),
        contribution_free_month=("beitragsfrei bis", "free of contributions up to"),
        contribution_month=("Beitrag zur Rentenversicherung", "pension contribution"),
        contributions=("Beiträge des Arbeitgebers", "the employer's contributions"),
        cost_month=("Kosten im Monat", "cost a month"),
        employee=("Beiträge der Person", "the person's contributions"),
        employee_base=("Grundlage des Anteils der Person", "base of the person's share"),
        employee_total=("Beiträge der Person zusammen", "the person's contributions in all"),
        employer=("Beiträge des Arbeitgebers", "the employer's contributions"),
        employer_cost=("Kosten des Arbeitgebers", "the employer's cost"),
        employer_total=("Beiträge des Arbeitgebers zusammen", "the employer's contributions in all"),
        employer_total_unrounded=(
            "Beiträge des Arbeitgebers, erst am Ende gerundet",
            "the employer's contributions, rounded only at the end",
        ),
        flat_tax=("Pauschsteuer", "flat tax"),
        from_above=("Übergangsbereich über", "transition band above"),
        gross=("Bruttoentgelt", "gross pay"),
        health_employee=("Krankenversicherung, Anteil der Person", "health insurance, the person's share"),
        health_employer=("Krankenversicherung, Anteil des Arbeitgebers", "health insurance, the employer's share"),
        income_tax=("Einkommensteuer", "income tax"),
        insolvency_levy=("Insolvenzgeldumlage", "insolvency levy"),
        minimum=("Mindestlohn des Monats", "minimum wage of the month"),
        minimum_actual=("Mindestlohn nach tatsächlichen Stunden", "minimum wage by actual hours"),
        minimum_average=("Mindestlohn im Durchschnittsmonat", "minimum wage of the average month"),
        net=("Netto", "net pay"),
        net_month=("Netto der Person", "the person's net"),
        oversight=("Aufsicht durch Menschen", "oversight by people"),
        pension_employee=("Rentenversicherung, Anteil der Person", "pension insurance, the person's share"),
        pension_employer=("Rentenversicherung, Anteil des Arbeitgebers", "pension insurance, the employer's share"),
        regular_contribution_month=("voller Regelbeitrag", "full regular contribution"),
        solidarity=("Solidaritätszuschlag", "solidarity surcharge"),
        subject_to_contributions=("beitragspflichtig", "subject to contributions"),
        subject_to_tax=("steuerpflichtig", "subject to tax"),
        tax_free_month=("steuerfrei bis", "tax-free up to"),
        total=("Umwandlung und Zuschuss zusammen", "conversion and subsidy in all"),
        u1=("Umlage U1", "levy U1"),
        u2=("Umlage U2", "levy U2"),
        unemployment_employee=("Arbeitslosenversicherung, Anteil der Person", "unemployment insurance, own share"),
        unemployment_employer=(
            "Arbeitslosenversicherung, Anteil des Arbeitgebers",
            "unemployment insurance, the employer's share",
        ),
        up_to=("Übergangsbereich bis", "transition band up to"),
        wage_tax=("Lohnsteuer", "wage tax"),
    ),
    **_words(
        "EUR",
        amount=("Betrag der Geldbuße", "amount of the fine"),
        base=("Bemessungsgrundlage", "base"),
        cap=("Geldbuße höchstens", "fine at most"),
        cost_per_hour=("Kosten je Stunde", "cost per hour"),
        fee=("Gebühr", "fee"),
        fee_accelerated=("Gebühren, beschleunigt", "fees, accelerated"),
        fee_total=("Gebühren", "fees"),
        hourly=("Entgelt je Stunde", "pay per hour"),
        input_vat=("abziehbare Vorsteuer", "deductible input tax"),
        least_year=("mindestens im Jahr", "at least a year"),
        levy=("Künstlersozialabgabe", "artists' social levy"),
        output_vat=("geschuldete Umsatzsteuer", "VAT owed"),
        paid_out=("Auszahlung", "paid out"),
        short_by=("es fehlen", "short by"),
        subsidy=("Zuschuss", "subsidy"),
        surcharge=("Solidaritätszuschlag", "solidarity surcharge"),
        tax=("Steuer", "tax"),
        threshold=("nötiges Entgelt", "pay needed"),
        with_consent_up_to=("mit Zustimmung bis", "with consent up to"),
        withheld=("einzubehalten", "to be withheld"),
        without_consent_up_to=("ohne Zustimmung bis", "without consent up to"),
    ),
    **_words(
        "EUR/year",
        limit_next_year=("Grenze des nächsten Jahres", "next year's limit"),
    ),
    **_words(
        "percent",
        percent=("Anteil am Umsatz", "share of turnover"),
        rate=("Steuersatz", "tax rate"),
    ),
    **_words(
        "date",
        consent_deemed_after=("Zustimmung gilt als erteilt nach", "consent deemed after"),
        day_7=("zweite Stufe bis", "second step by"),
        decision_due=("Entscheidung fällig", "decision due"),
        done_by=("fertig bis", "to be done by"),
        due=("fällig", "due"),
        earliest=("möglich ab", "possible from"),
        earliest_a1=("frühestens mit A1", "with A1 at the earliest"),
        earliest_b1=("frühestens mit B1", "with B1 at the earliest"),
        earliest_start=("frühester Beginn", "earliest start"),
        ends_on=("endet am", "ends on"),
        erase_on=("löschen am", "erase on"),
        first_day=("erste Stufe bis", "first step by"),
        free_from=("frei ab", "free from"),
        keep_until=("aufbewahren bis", "keep until"),
        last_day=("letzter Tag", "last day"),
        last_day_to_refuse=("letzter Tag der Verweigerung", "last day to refuse"),
        month=("dritte Stufe bis", "third step by"),
        next_date=("nächstes Datum", "next date"),
        period_ends=("Frist endet", "period ends"),
        presumed_from=("vermutet ab", "presumed from"),
        receipt_due=("Empfangsbestätigung fällig", "receipt due"),
        recognition_due=("Anerkennung fällig", "recognition due"),
        refusal_until=("Ablehnung möglich bis", "refusal possible until"),
        report_due=("Meldung fällig", "report due"),
        slot_due=("Termin fällig", "appointment due"),
        start_by=("zu beginnen bis", "to be started by"),
        transmit_by=("übermitteln bis", "transmit by"),
        until=("bis", "until"),
        vests_on=("unverfallbar ab", "vests on"),
        visa_due=("Visum fällig", "visa due"),
        window_ends=("Antragsfrist endet", "window ends"),
        **{"from": ("gilt ab", "applies from")},
    ),
    **_words(
        "days",
        days_limit=("höchstens in 180 Tagen", "at most in 180 days"),
        lead_days=("dauert", "takes"),
        least_days=("Mindesturlaub", "statutory leave"),
        notice_days=("Kündigungsfrist", "notice"),
        slack_days=("Puffer", "slack"),
        usual_days=("dauert gewöhnlich", "usually takes"),
        usual_days_accelerated=("dauert gewöhnlich, beschleunigt", "usually takes, accelerated"),
        within_days=("aufzeichnen binnen", "record within"),
    ),
    **_words(
        "months",
        decision_months=("Entscheidung binnen", "decision within"),
        first_months=("zuerst für", "first for"),
        longest_extension_months=("Verlängerung höchstens", "extension at most"),
        longest_months=("höchstens", "at most"),
        months=("Dauer", "duration"),
        months_short=("es fehlen", "short by"),
        presumed_months=("vermutete Dauer", "presumed duration"),
        settlement_after_months=("Niederlassung nach", "settlement after"),
    ),
    **_words(
        "years",
        keep_years=("aufbewahren", "keep for"),
        transition_years=("Übergang", "transition"),
    ),
    **_words(
        "h",
        hours=("Arbeitszeit am Tag", "hours of the day"),
        hours_a_week=("höchstens in der Woche", "at most a week"),
        rest_needed=("nötige Ruhezeit", "rest needed"),
        side_hours=("Nebenarbeit in der Woche", "side work a week"),
    ),
    **_words("min", break_needed=("nötige Pause", "break needed")),
    **_words(
        "",
        agreement=("Abkommen", "agreement"),
        annex3=("Bereich des Anhangs III", "area of Annex III"),
        answers=("Antworten mit Punkten", "answers with points"),
        applicable_law=("anwendbares Recht", "applicable law"),
        applies=("gilt schon", "applies already"),
        basis=("Grundlage", "basis"),
        best=("aussichtsreichster Weg", "best route"),
        by_reference_items=("Verweis genügt bei Nr.", "reference suffices for nos."),
        category=("Kategorie der Umsatzsteuer", "VAT category"),
        claim=("Anspruch", "right"),
        condition=("Bedingung der Ausnahme", "condition of the exception"),
        consent=("Zustimmung nötig", "consent needed"),
        contested=("streitig", "contested"),
        contributions_due=("Beiträge fällig", "contributions due"),
        criteria=("erfüllte Merkmale", "criteria met"),
        critical=("Schritte ohne Puffer", "steps without slack"),
        day_7_items=("Punkte der zweiten Stufe", "items of the second step"),
        discretion=("Ermessen der Behörde", "the authority's discretion"),
        due_now=("schon fällig", "due already"),
        duties=("Pflichten", "duties"),
        duty_to_keep=("Pflicht zur Aufbewahrung", "duty to keep"),
        exemption_code=("Code der Befreiung", "code of the exemption"),
        exemption_reason=("Grund der Befreiung", "reason of the exemption"),
        factor_f=("Faktor F", "factor F"),
        fines=("Tatbestände der Geldbuße", "heads of fine"),
        first_day_items=("Punkte der ersten Stufe", "items of the first step"),
        fulfilled=("erfüllt", "fulfilled"),
        german_pension_law=("deutsches Rentenrecht gilt weiter", "German pension law continues"),
        gpai=("Rolle beim Modell", "role for the model"),
        group=("Gruppe", "group"),
        groups=("Punkte je Gruppe", "points per group"),
        half_base=("halber Beitrag", "half contribution"),
        health_insurance=("Krankenversicherung", "health insurance"),
        in_time=("rechtzeitig", "in time"),
        inform=("zu unterrichten nach", "information under"),
        institution=("zuständiger Träger", "competent institution"),
        insured=("versicherungspflichtig", "compulsorily insured"),
        insured_from=("versichert ab", "insured from"),
        kind=("Art", "kind"),
        label=("Bezeichnung", "name"),
        late=("verspätet", "late"),
        law=("anwendbares Recht", "applicable law"),
        leans_on=("stützt sich auf", "leans on"),
        leasing=("Arbeitnehmerüberlassung", "temporary agency work"),
        level=("Stufe", "level"),
        limit=("Grenze", "limit"),
        locked=("gesperrt", "locked"),
        lower_applies=("niedrigerer Wert gilt", "lower figure applies"),
        month_items=("Punkte der dritten Stufe", "items of the third step"),
        next_step=("nächster Schritt", "next step"),
        not_included=("nicht enthalten", "not included"),
        number=("Nummer", "number"),
        on_request=("auf Antrag", "on request"),
        open=("offene Wege", "open routes"),
        order=("Reihenfolge", "order"),
        overlays=("Transparenzpflichten", "transparency duties"),
        owed=("geschuldet", "owed"),
        paragraph=("Absatz", "paragraph"),
        party=("verpflichtet", "who is bound"),
        phase=("Stufe", "phase"),
        points=("Punkte", "points"),
        points_needed=("nötige Punkte", "points needed"),
        points_possible=("mögliche Punkte", "points possible"),
        points_sure=("sichere Punkte", "points certain"),
        procedure=("Verfahren", "procedure"),
        qualification_counts_as_proven=("Qualifikation gilt als nachgewiesen", "qualification counts as proven"),
        quota=("Kontingent", "quota"),
        reach=("Reichweite", "reach"),
        regime=("maßgebliche Regeln", "rules that apply"),
        required=("erforderlich", "required"),
        risk=("Risiko", "risk"),
        roles=("Rollen", "roles"),
        route=("Weg", "route"),
        score_max=("Punkte höchstens", "points at most"),
        score_min=("Punkte mindestens", "points at least"),
        see=("siehe Regel", "see rule"),
        size=("Größe der Firma", "size of the firm"),
        structured_required=("E-Rechnung nötig", "e-invoice required"),
        system=("KI-System", "AI system"),
        takes_provider_place=("tritt an die Stelle des Anbieters", "takes the provider's place"),
        taxed_in=("besteuert im Staat", "taxed in the state of"),
        type_code=("Rechnungsart", "type code"),
        unanswered=("offene Fragen", "open questions"),
        vat=("Umsatzsteuer", "VAT"),
        vested=("unverfallbar", "vested"),
        visa_needed=("Visum nötig", "visa needed"),
        **{"class": ("Risikoklasse", "risk class")},
    ),
}
# The same name, read differently by one rule.
_OF_RULE: dict[tuple[str, str], ValueWord] = {
    ("de/social/minijob", "limit"): ValueWord(Text("Geringfügigkeitsgrenze", "marginal limit"), "EUR/month"),
    ("de/social/insurance_duty", "limit"): ValueWord(Text("Jahresarbeitsentgeltgrenze", "annual limit"), "EUR/year"),
    ("de/pension/low_pay_subsidy", "limit"): ValueWord(Text("Lohn bis", "pay up to"), "EUR/month"),
    ("de/works_council/participation", "consent"): ValueWord(Text("Zustimmung nach", "consent under")),
}


def word_of(name: str, rule: str = "") -> ValueWord:
    """The label and unit of a computed value; a name that is not known is shown without underscores."""
    plain = name.replace("_", " ")
    return _OF_RULE.get((rule, name)) or WORDS.get(name) or ValueWord(Text(plain, plain))


_UNITS: dict[str, Text] = {
    "EUR/month": Text("im Monat", "a month"),
    "EUR/year": Text("im Jahr", "a year"),
    "EUR/hour": Text("je Stunde", "an hour"),
    "days": Text("Tage", "days"),
    "days/year": Text("Tage im Jahr", "days a year"),
    "weeks": Text("Wochen", "weeks"),
    "months": Text("Monate", "months"),
    "years": Text("Jahre", "years"),
    "h": Text("Stunden", "hours"),
    "min": Text("Minuten", "minutes"),
}


def unit_text(unit: str) -> Text | None:
    """What follows a number of this unit; nothing where the number says it (``€``, ``%``) or the unit has no word."""
    return _UNITS.get(unit)


def said_value(name: str, value: Value, rule: str = "") -> Text:
    """A computed value in one line: its label, then amount and unit, day, yes or no, or the list as it stands."""
    word = word_of(name, rule)
    amount = said(value, word.unit)
    return Text(f"{word.label.de}: {amount.de}", f"{word.label.en}: {amount.en}")


def said(value: Value, unit: str) -> Text:
    """A value of a verdict or of a pack: number with unit, day, yes or no, word, list; ``–`` where there is none."""
    if value is None:
        return Text("–", "–")
    if isinstance(value, bool):
        return Text("ja", "yes") if value else Text("nein", "no")
    if isinstance(value, tuple):
        listed = [said(item, unit) for item in value]
        return Text(", ".join(item.de for item in listed) or "–", ", ".join(item.en for item in listed) or "–")
    day = read_day(value)
    if day is not None:
        return day_text(day)
    if unit in _WORDS_OF:
        return label_of(str(value))
    if unit in _AS_WRITTEN or not _NUMBER.fullmatch(str(value)):
        return Text(str(value), str(value))
    number, after = figure(Decimal(value), unit), unit_text(unit)
    return Text(f"{number.de} {after.de}", f"{number.en} {after.en}") if after else number
