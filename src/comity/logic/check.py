"""From syntax to typed IR: every name resolved, every comparison typed, or a fault with its column.

The checker knows nothing about law: it is given `Symbols` (facts with their types, rules with their kinds,
parameters with their values) and returns nodes of `comity.logic.ir`.
"""

from __future__ import annotations

from collections.abc import Callable

from comity.logic import ir, syntax
from comity.logic.check_values import ValueChecker
from comity.logic.kinds import KINDS, kind_tree_text, sees
from comity.logic.symbols import FactType, Parameter, Symbols
from comity.logic.syntax import ExpressionError

__all__ = ["FactType", "Parameter", "Symbols", "check"]

_FUNCTIONS = (
    "has",
    "overlaps",
    "nonempty",
    "happened",
    "add_days",
    "add_months",
    "within",
    "rule",
    "event",
    "party",
    "reading",
    "any",
)


class _Checker(ValueChecker):
    def __init__(self, symbols: Symbols, kind: str, lift: Callable[[str, ir.Node], str]) -> None:
        super().__init__(symbols, kind)
        self.lift = lift
        self.inside_any = False

    # Booleans -----------------------------------------------------------------------------------------------

    def boolean(self, tree: syntax.Expression) -> ir.Node:
        match tree:
            case syntax.And(parts, _):
                return ir.AllOf(tuple(self.boolean(part) for part in parts))
            case syntax.Or(parts, _):
                return ir.AnyOf(tuple(self.boolean(part) for part in parts))
            case syntax.Not(operand, _):
                return ir.Negation(self.boolean(operand))
            case syntax.Name():
                return self.named(tree)
            case syntax.Call():
                return self.call(tree)
            case syntax.Any():
                return self.quantified(tree)
            case syntax.Compare(op, left, right, offset):
                return self.compare(op, left, right, offset)
            case syntax.Between(operand, low, high, offset):
                return ir.AllOf((self.compare(">=", operand, low, offset), self.compare("<=", operand, high, offset)))
            case syntax.In():
                return self.membership(tree)
            case syntax.Literal() | syntax.Param() | syntax.Sum() | syntax.Term():
                raise ExpressionError(
                    "expression.not-condition",
                    tree.offset,
                    "this is a value, not a condition",
                    "compare it with something",
                )

    def named(self, tree: syntax.Name) -> ir.Node:
        if tree.name in ("true", "false"):
            return ir.Constant(tree.name == "true")
        if tree.name in self.symbols.rules:
            return self.reference(*self.symbols.rules[tree.name], tree.offset)
        fact = self.fact(tree)
        if fact.type != "bool":
            mend = {
                "set": f"write nonempty({fact.name}) or has({fact.name}, 'code')",
                "code": f"write {fact.name} = 'code'",
            }
            raise ExpressionError(
                "expression.not-condition",
                tree.offset,
                f"{fact.name} is a {fact.type}, not a condition",
                mend.get(fact.type, "compare it with a parameter"),
            )
        return ir.AtomRef(ir.Bool(fact.name))

    def reference(self, rule: str, kind: str, offset: int) -> ir.Node:
        if not sees(self.kind, kind):
            raise ExpressionError(
                "expression.kind",
                offset,
                f"rule {rule} is about {kind}, which a rule about {self.kind} does not see",
                f"write any({kind}: …); {kind_tree_text()}",
            )
        return ir.RuleRef(rule)

    def quantified(self, tree: syntax.Any) -> ir.Node:
        if self.inside_any:
            raise ExpressionError(
                "expression.nested-any", tree.offset, "any() inside any()", "name the inner part as a rule"
            )
        if tree.kind not in KINDS:
            raise ExpressionError(
                "expression.any",
                tree.offset,
                f"'{tree.kind}' is not a kind of record",
                f"use one of {', '.join(KINDS)}",
            )
        inner = _Checker(self.symbols, tree.kind, self.lift)
        inner.inside_any = True
        return ir.Exists(tree.kind, self.lift(tree.kind, inner.boolean(tree.body)))

    def call(self, tree: syntax.Call) -> ir.Node:
        name, args = tree.function, tree.args
        self.count_arguments(tree)
        if name in ("has", "overlaps"):
            fact = self.fact_argument(tree, 0, {"set", "jurisdictions"})
            codes = tuple(self.text_argument(tree, i) for i in range(1, len(args)))
            if not codes:
                raise ExpressionError(
                    "expression.arguments", tree.offset, f"{name}() needs its codes", "write has(set, 'code')"
                )
            for code, arg in zip(codes, args[1:], strict=True):
                self.known_code(fact, code, arg.offset)
            return ir.AtomRef(ir.Has(fact.name, codes))
        if name == "nonempty":
            return ir.AtomRef(ir.Nonempty(self.fact_argument(tree, 0, {"set", "jurisdictions"}).name))
        if name == "within":
            fact = self.fact_argument(tree, 0, {"jurisdiction", "jurisdictions"})
            region = self.text_argument(tree, 1)
            self.known_region(region, args[1].offset)
            return ir.AtomRef(ir.Within(fact.name, region))
        if name == "happened":
            return ir.AtomRef(ir.Dates(self.day(args[0]), "<=", ir.DateTerm(as_of=True)))
        if name == "rule":
            target = self.symbols.foreign(self.text_argument(tree, 0))
            if target is None:
                raise ExpressionError(
                    "expression.rule",
                    tree.offset,
                    f"there is no rule '{self.text_argument(tree, 0)}'",
                    "write 'instrument#rule'",
                )
            return self.reference(*target, tree.offset)
        if name == "party":
            # States by their code; organisations and companies by the code of a fact that names them.
            fact = self.fact_argument(tree, 0, {"jurisdiction", "jurisdictions", "code", "set"})
            return ir.AtomRef(ir.Party(self.text_argument(tree, 1), fact.name))
        if name == "reading":
            reading = self.text_argument(tree, 0)
            if reading not in self.symbols.readings:
                raise ExpressionError(
                    "expression.reading",
                    tree.offset,
                    f"the reading '{reading}' is not declared",
                    "declare it under readings",
                )
            return ir.AtomRef(ir.Reading(self.symbols.readings[reading]))
        if name in ("add_days", "add_months", "event"):
            raise ExpressionError(
                "expression.not-condition", tree.offset, f"{name}() is a date", "compare it with a date"
            )
        raise ExpressionError(
            "expression.function",
            tree.offset,
            f"there is no function {name}()",
            self.symbols.suggest(name, list(_FUNCTIONS)) or f"use one of {', '.join(_FUNCTIONS)}",
        )

    def membership(self, tree: syntax.In) -> ir.Node:
        fact = self.code_fact(tree.operand)
        codes: list[str] = []
        for item in tree.items:
            if not (isinstance(item, syntax.Literal) and item.quoted):
                raise ExpressionError("expression.code", item.offset, "a code in quotes is expected", "write 'code'")
            self.known_code(fact, item.text, item.offset)
            codes.append(item.text)
        node = ir.AtomRef(ir.Code(fact.name, tuple(codes)))
        return ir.Negation(node) if tree.negated else node

    # Comparisons --------------------------------------------------------------------------------------------

    def compare(self, op: str, left: syntax.Expression, right: syntax.Expression, offset: int) -> ir.Node:
        kind = self.value_type(left) or self.value_type(right)
        other = self.value_type(right) or kind
        if kind == "code":
            if op not in ("=", "<>") or not (isinstance(right, syntax.Literal) and right.quoted):
                raise ExpressionError(
                    "expression.compare", offset, "a code is compared with = 'code'", "write fact = 'code'"
                )
            return self.membership(syntax.In(left, (right,), op == "<>", offset))
        if kind == "date" and other == "date":
            return ir.AtomRef(ir.Dates(self.day(left), op, self.day(right)))
        if kind == "number" and other == "number":
            return ir.AtomRef(self.linear(op, left, right, offset))
        if kind == "bool":
            raise ExpressionError(
                "expression.compare", offset, "a yes-or-no fact is not compared", "write `fact` or `NOT fact`"
            )
        raise ExpressionError(
            "expression.types",
            offset,
            f"a {kind or 'value'} cannot be compared with a {other or 'value'}",
            "compare numbers with numbers of the same unit, dates with dates",
        )


def check(text: str, symbols: Symbols, kind: str, lift: Callable[[str, ir.Node], str]) -> ir.Node:
    """The typed node of an expression in a rule about `kind`.

    `lift(kind, node)` names the body of an `any` as a rule of its own and returns its id.
    Raises ExpressionError with the offset of the first fault.
    """
    tree = syntax.parse(text)
    return _Checker(symbols, kind, lift).boolean(tree)
