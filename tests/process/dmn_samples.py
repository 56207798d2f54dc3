"""Small decision models for tests."""

from __future__ import annotations

from xml.sax.saxutils import escape

from werkfluss.process.dmn import Model, read

NAMESPACE = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def source(body: str, namespace: str = NAMESPACE) -> bytes:
    return f'<definitions xmlns="{namespace}" name="Probe" namespace="urn:probe">{body}</definitions>'.encode()


def model(body: str) -> Model:
    return read(source(body), "probe.dmn")


def literal(text: str, **attributes: str) -> str:
    more = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<literalExpression{more}><text>{escape(text)}</text></literalExpression>"


def input_data(name: str, type_ref: str = "") -> str:
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<inputData id="{name}" name="{name}"><variable name="{name}"{kind}/></inputData>'


def decision(name: str, logic: str, *requires: str, type_ref: str = "") -> str:
    """``requires``: ids; ``!id`` is knowledge, ``?id`` another decision, else input data."""
    needs = ""
    for one in requires:
        tag, group = {"!": ("requiredKnowledge", "knowledge"), "?": ("requiredDecision", "information")}.get(
            one[0], ("requiredInput", "information")
        )
        needs += f'<{group}Requirement><{tag} href="#{one.lstrip("!?")}"/></{group}Requirement>'
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<decision id="{name}" name="{name}"><variable name="{name}"{kind}/>{needs}{logic}</decision>'


def table(policy: str, inputs: list[str], outputs: list[str], rules: list[str], aggregation: str = "") -> str:
    """``inputs``: ``name``, ``name:type`` or ``name:type:allowed``; ``outputs`` likewise with ``:default`` at the end;
    ``rules``: conditions and outcomes split by ``|``.
    """
    how = f' aggregation="{aggregation}"' if aggregation else ""
    body = f'<decisionTable hitPolicy="{policy}"{how}>'
    for one in inputs:
        name, kind, allowed = [*one.split(":"), "", ""][:3]
        values = f"<inputValues><text>{escape(allowed)}</text></inputValues>" if allowed else ""
        ref = f' typeRef="{kind}"' if kind else ""
        body += f'<input label="{name}"><inputExpression{ref}><text>{name}</text></inputExpression>{values}</input>'
    for one in outputs:
        name, kind, allowed, default = [*one.split(":"), "", "", ""][:4]
        values = f"<outputValues><text>{escape(allowed)}</text></outputValues>" if allowed else ""
        entry = f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>" if default else ""
        ref = f' typeRef="{kind}"' if kind else ""
        body += f'<output name="{name}"{ref}>{values}{entry}</output>'
    for number, rule in enumerate(rules, 1):
        cells = rule.split("|")
        body += f'<rule id="r{number}">'
        for index, cell in enumerate(cells):
            tag = "inputEntry" if index < len(inputs) else "outputEntry"
            body += f"<{tag}><text>{escape(cell)}</text></{tag}>"
        body += "</rule>"
    return body + "</decisionTable>"
