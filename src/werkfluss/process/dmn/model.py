"""A decision model as it is drawn (DMN 1.5, chapters 6 to 8): what was read, nothing evaluated yet.

Ids are those of the file; an element without id gets one from its name. ``type_ref`` is empty where none is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class HitPolicy(Enum):
    """What a decision table does when several rules hit (DMN 1.5, 8.2.8)."""

    UNIQUE = "U"
    ANY = "A"
    PRIORITY = "P"
    FIRST = "F"
    RULE_ORDER = "R"
    OUTPUT_ORDER = "O"
    COLLECT = "C"

    @property
    def several(self) -> bool:
        """Whether the result is a list (of all hits)."""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)


class Aggregation(Enum):
    SUM = "+"
    MIN = "<"
    MAX = ">"
    COUNT = "#"


@dataclass(frozen=True, slots=True)
class Expression:
    """Any boxed expression. ``where`` names its place for a person."""

    where: str
    type_ref: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    """A FEEL text; ``language`` is empty for FEEL, else the foreign language's address."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A named expression: an entry of a context, a binding of an invocation."""

    name: str
    type_ref: str
    value: Expression | None


@dataclass(frozen=True, slots=True)
class Context(Expression):
    """``result`` is the entry without a name, if there is one; then it is the value of the whole."""

    entries: tuple[Entry, ...]
    result: Expression | None


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class FunctionDefinition(Expression):
    """``kind`` is FEEL, JAVA or PMML; only FEEL is evaluated."""

    kind: str
    parameters: tuple[Parameter, ...]
    body: Expression | None


@dataclass(frozen=True, slots=True)
class Invocation(Expression):
    called: Expression | None
    bindings: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class ListOf(Expression):
    items: tuple[Expression | None, ...]


@dataclass(frozen=True, slots=True)
class Relation(Expression):
    columns: tuple[Parameter, ...]
    rows: tuple[tuple[Expression | None, ...], ...]


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    condition: Expression | None
    then: Expression | None
    otherwise: Expression | None


@dataclass(frozen=True, slots=True)
class Iterator(Expression):
    """Boxed ``for``, ``some`` or ``every`` (``kind``): ``body`` is what is returned, or must be satisfied."""

    kind: str
    variable: str
    source: Expression | None
    body: Expression | None


@dataclass(frozen=True, slots=True)
class Filter(Expression):
    source: Expression | None
    match: Expression | None


@dataclass(frozen=True, slots=True)
class InputClause:
    """A column of conditions: ``allowed`` are unary tests, empty if everything is."""

    label: str
    expression: Literal
    type_ref: str
    allowed: str


@dataclass(frozen=True, slots=True)
class OutputClause:
    """A column of outcomes: ``allowed`` are unary tests by priority; ``default`` counts if no rule hits."""

    name: str
    label: str
    type_ref: str
    allowed: str
    default: Literal | None


@dataclass(frozen=True, slots=True)
class Rule:
    """``number`` begins at 1; ``conditions`` are unary tests, one per input. Tools note in ``annotations`` or in the
    ``description`` why a rule is there.
    """

    number: int
    id: str
    conditions: tuple[str, ...]
    outcomes: tuple[Literal, ...]
    annotations: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class DecisionTable(Expression):
    """``annotations`` are the headings of the rules' annotations; ``place`` counts the tables of the file from 0."""

    hit_policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[InputClause, ...]
    outputs: tuple[OutputClause, ...]
    rules: tuple[Rule, ...]
    annotations: tuple[str, ...] = ()
    place: int = 0

    @property
    def notes(self) -> tuple[str, ...]:
        """The heading of every column of annotations; empty where the file gives it none."""
        most = max((len(rule.annotations) for rule in self.rules), default=0)
        return self.annotations + ("",) * (most - len(self.annotations))

    @property
    def described(self) -> bool:
        """Whether the notes of the rules stand (also) in their descriptions."""
        return not self.notes or any(rule.description for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Requirements:
    """Ids of what an element needs; those of other models are ``namespace#id``."""

    decisions: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InputData:
    id: str
    name: str
    type_ref: str


@dataclass(frozen=True, slots=True)
class Decision:
    id: str
    name: str
    type_ref: str
    expression: Expression | None
    requires: Requirements
    question: str = ""
    allowed_answers: str = ""


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """A function that decisions may call."""

    id: str
    name: str
    type_ref: str
    function: FunctionDefinition | None
    requires: Requirements


@dataclass(frozen=True, slots=True)
class DecisionService:
    """Some decisions offered as a function of their inputs (DMN 1.5, 10.4)."""

    id: str
    name: str
    type_ref: str
    outputs: tuple[str, ...]
    encapsulated: tuple[str, ...]
    input_decisions: tuple[str, ...]
    input_data: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ItemDefinition:
    """A type of the model. ``allowed`` constrains each item of a collection, ``constraint`` the collection itself;
    ``parameters`` and ``output_ref`` are the types of what a function takes and gives.
    """

    name: str
    type_ref: str
    is_collection: bool
    allowed: str
    constraint: str
    components: tuple[ItemDefinition, ...] = ()
    is_function: bool = False
    parameters: tuple[Parameter, ...] = ()
    output_ref: str = ""


@dataclass(frozen=True, slots=True)
class Import:
    name: str
    namespace: str
    location: str


@dataclass(frozen=True, slots=True)
class Model:
    """``order`` lists every decision behind those it requires; ``version`` is that of DMN, such as 1.5.

    ``aliases``: for a namespace (empty for the model's own) the names under which it sees the namespaces it imports.
    """

    name: str
    namespace: str
    version: str
    inputs: Mapping[str, InputData]
    decisions: Mapping[str, Decision]
    knowledge: Mapping[str, KnowledgeModel]
    services: Mapping[str, DecisionService]
    types: Mapping[str, ItemDefinition]
    imports: tuple[Import, ...]
    order: tuple[str, ...]
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def decision(self, name: str) -> Decision | None:
        """By name, else by id."""
        by_name = (one for id_, one in self.decisions.items() if one.name == name and "#" not in id_)
        return next(by_name, None) or self.decisions.get(name)
