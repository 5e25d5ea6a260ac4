"""The expression language: text to a syntax tree with offsets. A small whitelist of SQL's grammar.

The grammar is closed: what it does not name cannot be written, so CASE, COALESCE, IS NULL, division and
subtraction (which break three-valued logic or exactness) are refused here, each with its own way to mend.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from comity.errors import strange

__all__ = [
    "And",
    "Any",
    "Between",
    "Call",
    "Compare",
    "Expression",
    "ExpressionError",
    "In",
    "Literal",
    "Name",
    "Not",
    "Or",
    "Param",
    "Sum",
    "Term",
    "parse",
]

MAX_DEPTH = 40
MAX_LENGTH = 20_000
MAX_WORD = 200


class ExpressionError(Exception):
    """A fault in an expression: `offset` counts characters from 0; `mend` says what to write."""

    def __init__(self, code: str, offset: int, message: str, mend: str) -> None:
        super().__init__(message)
        self.code, self.offset, self.message, self.mend = code, offset, message, mend


@dataclass(frozen=True, slots=True)
class Name:
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Param:
    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Literal:
    """A quoted text, or a number kept as written."""

    text: str
    quoted: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    function: str
    args: tuple[Expression, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Term:
    factor: str | None
    operand: Expression
    offset: int


@dataclass(frozen=True, slots=True)
class Sum:
    terms: tuple[Term, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Compare:
    op: str
    left: Expression
    right: Expression
    offset: int


@dataclass(frozen=True, slots=True)
class Between:
    operand: Expression
    low: Expression
    high: Expression
    offset: int


@dataclass(frozen=True, slots=True)
class In:
    operand: Expression
    items: tuple[Expression, ...]
    negated: bool
    offset: int


@dataclass(frozen=True, slots=True)
class Not:
    operand: Expression
    offset: int


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple[Expression, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple[Expression, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Any:
    kind: str
    body: Expression
    offset: int


Expression = Name | Param | Literal | Call | Term | Sum | Compare | Between | In | Not | And | Or | Any

_TOKEN = re.compile(
    r"""(?:(?P<string>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<param>\$[A-Za-z_]\w*)
    |(?P<name>[A-Za-z_]\w*)|(?P<op><>|!=|<=|>=|[<>=+*(),:/|&;"\[\].-]))""",
    re.VERBOSE | re.ASCII,
)
_BLANK = re.compile(r"\s*", re.ASCII)
_REFUSED = {
    "CASE": "write AND/OR, or a `value` rule with guarded cases",
    "COALESCE": "an unknown fact stays unknown; write a cited presumption instead",
    "IS": "unknown cannot be tested; write a presumption or an exception instead",
    "NULL": "unknown cannot be tested; write a presumption or an exception instead",
    "LIKE": "compare codes with = or IN",
    "EXISTS": "write any(kind: condition)",
    "SELECT": "only conditions can be written here",
    "IF": "write AND/OR, or a `value` rule with guarded cases",
}
_KEYWORDS = {"AND", "OR", "NOT", "IN", "BETWEEN"}


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


def _after_blank(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return at if match is None else match.end()


def _tokens(text: str) -> list[_Token]:
    found: list[_Token] = []
    start = _after_blank(text, 0)
    while start < len(text):
        match = _TOKEN.match(text, start)
        if match is None or match.lastgroup is None:
            if text[start] == "'":
                raise ExpressionError("expression.string", start, "a quote is not closed", "close it with '")
            raise ExpressionError(
                "expression.character",
                start,
                f"the character {text[start]!r} means nothing here{strange(text[start])}",
                "remove it" if text[start].isascii() else "remove it, or write the letter that looks like it",
            )
        kind, word = match.lastgroup, match.group(match.lastgroup)
        if len(word) > MAX_WORD:
            raise ExpressionError(
                "expression.length", start, f"a word of more than {MAX_WORD} characters", "write a shorter one"
            )
        upper = word.upper()
        if kind == "name" and upper in _REFUSED and word == upper:
            raise ExpressionError("expression.refused", start, f"{word} is not part of the language", _REFUSED[upper])
        if kind == "name" and word in _KEYWORDS:
            kind = "keyword"
        elif kind == "name" and upper in _KEYWORDS:
            raise ExpressionError("expression.case", start, f"'{word}' is not a name", f"write {upper} in capitals")
        found.append(_Token(kind, word, start))
        start = _after_blank(text, match.end())
    found.append(_Token("end", "", len(text)))
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.index = 0
        self.depth = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.index]

    def take(self) -> _Token:
        token = self.tokens[self.index]
        self.index += 1
        return token

    def accept(self, *texts: str) -> _Token | None:
        if self.now.kind in ("op", "keyword") and self.now.text in texts:
            return self.take()
        return None

    def expect(self, text: str) -> _Token:
        token = self.accept(text)
        if token is None:
            raise self.unexpected(f"'{text}' is expected")
        return token

    def unexpected(self, wanted: str) -> ExpressionError:
        seen = f"not '{self.now.text}'" if self.now.kind != "end" else "but the expression ends"
        mend = "check the brackets and the operators"
        if self.now.text in ("/", "-"):
            return ExpressionError(
                "expression.refused",
                self.now.offset,
                f"'{self.now.text}' is not part of the language",
                "multiply the other side by a constant, or add to it, instead",
            )
        return ExpressionError("expression.syntax", self.now.offset, f"{wanted} here, {seen}", mend)

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError(
                "expression.depth",
                self.now.offset,
                f"nested deeper than {MAX_DEPTH}",
                "name a part as a rule of its own",
            )

    def either(self) -> Expression:
        self.deeper()
        start = self.now.offset
        parts = [self.both()]
        while self.accept("OR"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Or(tuple(parts), start)

    def both(self) -> Expression:
        start = self.now.offset
        parts = [self.negation()]
        while self.accept("AND"):
            parts.append(self.negation())
        return parts[0] if len(parts) == 1 else And(tuple(parts), start)

    def negation(self) -> Expression:
        count, start = 0, self.now.offset
        while self.accept("NOT"):
            count += 1
        inner = self.predicate()
        return Not(inner, start) if count % 2 else inner

    def predicate(self) -> Expression:
        if self.accept("("):
            inner = self.either()
            self.expect(")")
            return inner
        left = self.sum()
        start = self.now.offset
        op = self.accept("=", "<>", "!=", "<", "<=", ">", ">=")
        if op is not None:
            return Compare("<>" if op.text == "!=" else op.text, left, self.sum(), start)
        if self.accept("BETWEEN"):
            low = self.sum()
            self.expect("AND")
            return Between(left, low, self.sum(), start)
        negated = self.now.text == "NOT" and self.tokens[self.index + 1].text == "IN"
        if negated:
            self.take()
        if self.accept("IN"):
            self.expect("(")
            items = [self.primary()]
            while self.accept(","):
                items.append(self.primary())
            self.expect(")")
            return In(left, tuple(items), negated, start)
        return left

    def sum(self) -> Expression:
        start = self.now.offset
        terms = [self.term()]
        while self.accept("+"):
            terms.append(self.term())
        if len(terms) == 1 and terms[0].factor is None:
            return terms[0].operand
        return Sum(tuple(terms), start)

    def term(self) -> Term:
        start = self.now.offset
        if self.now.kind == "number" and self.tokens[self.index + 1].text == "*":
            factor = self.take().text
            self.take()
            return Term(factor, self.primary(), start)
        operand = self.primary()
        if self.now.text == "*":
            raise ExpressionError(
                "expression.product",
                self.now.offset,
                "only a constant may multiply",
                "write `3 * fact`, the constant first",
            )
        return Term(None, operand, start)

    def primary(self) -> Expression:
        token = self.now
        if token.kind == "string":
            self.take()
            return Literal(token.text[1:-1].replace("''", "'"), True, token.offset)
        if token.kind == "number":
            self.take()
            return Literal(token.text, False, token.offset)
        if token.kind == "param":
            self.take()
            return Param(token.text[1:], token.offset)
        if token.kind != "name":
            raise self.unexpected("a name, parameter or value is expected")
        self.take()
        if not self.accept("("):
            return Name(token.text, token.offset)
        if token.text == "any":
            kind = self.take()
            if kind.kind != "name" or not self.accept(":"):
                raise ExpressionError(
                    "expression.any", kind.offset, "any() needs a kind and a condition", "write any(model: condition)"
                )
            body = self.either()
            self.expect(")")
            return Any(kind.text, body, token.offset)
        self.deeper()
        args = [self.sum()]
        while self.accept(","):
            args.append(self.sum())
        self.expect(")")
        self.depth -= 1
        return Call(token.text, tuple(args), token.offset)


def parse(text: str) -> Expression:
    """The syntax tree of an expression, or an ExpressionError at the first thing that is not one."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError("expression.length", 0, f"longer than {MAX_LENGTH} characters", "split it into rules")
    parser = _Parser(text)
    if parser.now.kind == "end":
        raise ExpressionError("expression.empty", 0, "the expression is empty", "leave the key out for 'always'")
    tree = parser.either()
    if parser.now.kind != "end":
        raise parser.unexpected("AND, OR or the end is expected")
    return tree
