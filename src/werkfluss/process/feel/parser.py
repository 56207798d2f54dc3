"""FEEL expressions and unary tests to a syntax tree, by precedence climbing."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from werkfluss.kernel.text import Text

from . import syntax as s
from .errors import FeelError
from .lexer import Lexeme, unescaped
from .reader import KEYWORDS, MAX_DEPTH, Reader
from .types import Type
from .values import DECIMAL

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_LITERALS = {"true": True, "false": False, "null": None}
_OR, _AND, _COMPARISON, _SUM, _PRODUCT, _POWER = range(1, 7)
_CHAINS = {_SUM: ("+", "-"), _PRODUCT: ("*", "/"), _POWER: ("**",)}
_EXPRESSION = Text("Ein Ausdruck.", "An expression.")


class _Parser(Reader):
    # Expressions

    def expression_(self) -> s.Node:
        self.enter()
        node = self.open_range() if self.sees(*_COMPARISONS) else self.binary(_OR)
        self.depth -= 1
        return node

    def open_range(self) -> s.Node:
        """``(< 10)`` where a value is expected: the range of all values below 10."""
        lexeme = self.take()
        if lexeme.text == "!=":
            cause = Text("„!=“ ergibt keinen Bereich.", "“!=” does not make a range.")
            raise FeelError(self.expression, lexeme.at, cause, _EXPRESSION)
        end = self.chain(_SUM)
        included = lexeme.text in ("<=", ">=", "=")
        low = end if lexeme.text in (">", ">=", "=") else None
        high = end if lexeme.text in ("<", "<=", "=") else None
        return s.RangeOf(lexeme.at, low, high, included and low is not None, included and high is not None)

    def binary(self, level: int) -> s.Node:
        if level in (_OR, _AND):
            word = "or" if level == _OR else "and"
            at = self.current.at
            parts = [self.binary(level + 1)]
            while self.accept(word):
                parts.append(self.binary(level + 1))
            return parts[0] if len(parts) == 1 else s.Logic(at, word, tuple(parts))
        if level == _COMPARISON:
            return self.comparison()
        return self.chain(level)

    def comparison(self) -> s.Node:
        left = self.chain(_SUM)
        while True:
            at = self.current.at
            if self.sees(*_COMPARISONS):
                left = s.Compare(at, self.take().text, left, self.chain(_SUM))
            elif self.accept("between"):
                low = self.chain(_SUM)
                self.expect("and")
                left = s.Between(at, left, low, self.chain(_SUM))
            elif self.accept("in"):
                left = s.In(at, left, self.in_tests())
            else:
                return left

    def chain(self, level: int) -> s.Node:
        at = self.current.at
        inner = self.unary if level == _POWER else lambda: self.chain(level + 1)
        first = inner()
        rest: list[tuple[str, s.Node]] = []
        while self.sees(*_CHAINS[level]):
            operator = self.take().text
            rest.append((operator, inner()))
        return s.Chain(at, first, tuple(rest)) if rest else first

    def unary(self) -> s.Node:
        at, negations = self.current.at, 0
        while self.accept("-"):
            negations += 1
        node = self.postfix(self.primary())
        if self.sees("instance"):
            self.take()
            self.expect("of")
            node = s.InstanceOf(at, node, self.type_())
        return s.Negate(at, node) if negations % 2 else (s.Negate(at, s.Negate(at, node)) if negations else node)

    def postfix(self, node: s.Node) -> s.Node:
        for _ in range(MAX_DEPTH):
            at = self.current.at
            if self.accept("."):
                name = self.known_name()
                if name is None:
                    if self.current.kind != "name":
                        self.fail(Text("Ein Name nach dem Punkt.", "A name after the point."))
                    name = self.take().text
                node = s.Path(at, node, name)
            elif self.sees("[") and not self.closes_range():
                self.take()
                node = s.Filter(at, node, self.expression_())
                self.expect("]")
            elif self.sees("("):
                node = self.call(node)
            else:
                return node
        return self.fail(Text(f"Höchstens {MAX_DEPTH} Glieder.", f"At most {MAX_DEPTH} parts."))

    def closes_range(self) -> bool:
        """``..5[``: the bracket ends an open range if nothing that could be a filter follows."""
        behind = self.lexemes[self.index + 1]
        return behind.kind == "end" or behind.text in (
            ")",
            ",",
            "]",
            "}",
            "and",
            "or",
            "then",
            "else",
            "return",
            "satisfies",
        )

    def call(self, function: s.Node) -> s.Node:
        at = self.take().at
        positional: list[s.Node] = []
        named: list[tuple[str, s.Node]] = []
        while not self.sees(")"):
            if self.names_argument():
                name = self.words_until(":")
                self.take()
                named.append((name, self.expression_()))
            else:
                positional.append(self.expression_())
            if not self.accept(","):
                break
        self.expect(")")
        return s.Call(function.at if isinstance(function, s.Name) else at, function, tuple(positional), tuple(named))

    def names_argument(self) -> bool:
        index = self.index
        while self.lexemes[index].kind == "name":
            index += 1
        return index > self.index and self.lexemes[index].text == ":"

    def primary(self) -> s.Node:
        lexeme = self.current
        if lexeme.kind == "number":
            self.take()
            return s.Literal(lexeme.at, self.number(lexeme))
        if lexeme.kind == "string":
            self.take()
            if lexeme.text.startswith("@"):
                text = s.Literal(lexeme.at, unescaped(lexeme.text[1:]))
                return s.Call(lexeme.at, s.Name(lexeme.at, "@"), (text,), ())
            return s.Literal(lexeme.at, unescaped(lexeme.text))
        if lexeme.kind == "name":
            return self.name_or_keyword()
        if self.sees("(", "[", "]"):
            return self.brackets()
        if self.sees("{"):
            return self.context()
        return self.fail(_EXPRESSION)

    def number(self, lexeme: Lexeme) -> Decimal:
        try:
            return DECIMAL.create_decimal(lexeme.text)
        except ArithmeticError:
            cause = Text("Die Zahl ist zu groß.", "The number is too large.")
            raise FeelError(self.expression, lexeme.at, cause, Text("Höchstens 1E6144.", "At most 1E6144.")) from None

    def name_or_keyword(self) -> s.Node:
        lexeme = self.current
        if (known := self.known_name()) is not None:
            return s.Name(lexeme.at, known)
        if lexeme.text in _LITERALS:
            self.take()
            return s.Literal(lexeme.at, _LITERALS[lexeme.text])
        if lexeme.text == "if":
            return self.if_()
        if lexeme.text == "for":
            return self.for_()
        if lexeme.text in ("some", "every"):
            return self.quantified()
        if lexeme.text == "function" and self.lexemes[self.index + 1].text == "(":
            return self.lambda_()
        if lexeme.text in KEYWORDS:
            self.fail(_EXPRESSION)
        self.take()
        return s.Name(lexeme.at, lexeme.text)

    def if_(self) -> s.Node:
        at = self.take().at
        condition = self.expression_()
        self.expect("then")
        then = self.expression_()
        self.expect("else")
        return s.If(at, condition, then, self.expression_())

    def bindings(self, *stops: str) -> tuple[s.Binding, ...]:
        found: list[s.Binding] = []
        while True:
            at = self.current.at
            name = self.words_until("in")
            self.expect("in")
            self.know(name)
            source = self.expression_()
            end = self.expression_() if self.accept("..") else None
            found.append(s.Binding(at, name, source, end))
            if not self.accept(","):
                break
        self.expect(stops[0])
        return tuple(found)

    def for_(self) -> s.Node:
        at = self.take().at
        bindings = self.bindings("return")
        return s.For(at, bindings, self.expression_())

    def quantified(self) -> s.Node:
        lexeme = self.take()
        bindings = self.bindings("satisfies")
        return s.Quantified(lexeme.at, lexeme.text, bindings, self.expression_())

    def lambda_(self) -> s.Node:
        at = self.take().at
        self.expect("(")
        parameters: list[str] = []
        types: list[Type | None] = []
        while not self.sees(")"):
            name = self.words_until(",", ")", ":")
            parameters.append(name)
            self.know(name)
            types.append(self.type_() if self.accept(":") else None)
            if not self.accept(","):
                break
        self.expect(")")
        return s.Lambda(at, tuple(parameters), tuple(types), self.expression_())

    def brackets(self) -> s.Node:
        """A list, a range, or an expression in parentheses."""
        opening = self.take()
        if opening.text == "[" and self.accept("]"):
            return s.ListOf(opening.at, ())
        first = self.expression_()
        if self.accept(".."):
            high = self.expression_()
            if not self.sees("]", ")", "["):
                self.fail(Text("„]“, „)“ oder „[“ am Ende des Bereichs.", "“]”, “)” or “[” at the end of the range."))
            return s.RangeOf(opening.at, first, high, opening.text == "[", self.take().text == "]")
        if opening.text == "(":
            self.expect(")")
            return first
        if opening.text == "]":
            self.fail(Text("„..“ eines Bereichs.", "“..” of a range."))
        items = [first]
        while self.accept(","):
            items.append(self.expression_())
        self.expect("]")
        return s.ListOf(opening.at, tuple(items))

    def context(self) -> s.Node:
        at = self.take().at
        entries: list[tuple[str, s.Node]] = []
        while not self.sees("}"):
            quoted = self.current.kind == "string"
            key = unescaped(self.take().text) if quoted else self.words_until(":", ",", "}")
            self.expect(":")
            value = self.expression_()
            self.know(key)
            entries.append((key, value))
            if not self.accept(","):
                break
        self.expect("}")
        return s.ContextOf(at, tuple(entries))

    # Unary tests

    def in_tests(self) -> s.Tests:
        """Behind ``in``: tests in parentheses, or one test."""
        at, start = self.current.at, self.index
        if self.accept("("):
            depth = self.depth
            try:
                tests = self.test_list()
                self.expect(")")
                return s.Tests(at, tests)
            except FeelError:
                # Not a list of tests: a range such as (1..5], or an expression in parentheses.
                self.index, self.depth = start, depth
        return s.Tests(at, (self.test(whole=False),))

    def test_list(self) -> tuple[s.Node, ...]:
        tests = [self.test(whole=True)]
        while self.accept(","):
            tests.append(self.test(whole=True))
        return tuple(tests)

    def test(self, *, whole: bool) -> s.Node:
        """``whole`` is false where an ``and`` behind the test belongs to the outer expression."""
        at = self.current.at
        if self.sees(*_COMPARISONS):
            return s.Test(at, self.take().text, self.chain(_SUM))
        operand = self.expression_() if whole else self.chain(_SUM)
        return s.Test(at, "", operand, s.uses(operand, "?"))

    def unary_tests(self) -> s.Tests:
        at = self.current.at
        if self.sees("-") and self.lexemes[self.index + 1].kind == "end":
            self.take()
            return s.Tests(at, ())
        if self.sees("not") and self.lexemes[self.index + 1].text == "(":
            start = self.index
            self.index += 2
            tests = self.test_list()
            if self.accept(")") and self.current.kind == "end":
                return s.Tests(at, tests, negated=True)
            self.index = start
        return s.Tests(at, self.test_list())

    def end(self) -> None:
        if self.current.kind != "end":
            self.fail(Text("Das Ende des Ausdrucks.", "The end of the expression."))


@lru_cache(maxsize=4096)
def parse_expression(expression: str, names: frozenset[str] = frozenset()) -> s.Node:
    """``names`` are the names of several words that the context knows.

    Raises:
        FeelError: not a FEEL expression.
    """
    parser = _Parser(expression, names)
    node = parser.expression_()
    parser.end()
    return node


@lru_cache(maxsize=4096)
def parse_unary_tests(expression: str, names: frozenset[str] = frozenset()) -> s.Tests:
    """Raises FeelError if the text is not a list of unary tests."""
    parser = _Parser(expression, names)
    node = parser.unary_tests()
    parser.end()
    return node
