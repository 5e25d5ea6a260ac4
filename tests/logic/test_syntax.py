"""The grammar: what binds tighter, what is refused, and where each fault is said to be."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.logic import syntax
from comity.logic.kinds import KINDS
from comity.logic.syntax import ExpressionError, parse
from logic.strategies import Names, conditions, vocabularies


def shape(tree) -> object:
    """A tree without its offsets."""
    match tree:
        case syntax.Name(name, _):
            return name
        case syntax.Param(name, _):
            return f"${name}"
        case syntax.Literal(text, quoted, _):
            return f"'{text}'" if quoted else text
        case syntax.Call(function, args, _):
            return function, *map(shape, args)
        case syntax.Term(factor, operand, _):
            return shape(operand) if factor is None else (factor, "*", shape(operand))
        case syntax.Sum(terms, _):
            return "+", *map(shape, terms)
        case syntax.Compare(op, left, right, _):
            return op, shape(left), shape(right)
        case syntax.Between(operand, low, high, _):
            return "between", shape(operand), shape(low), shape(high)
        case syntax.In(operand, items, negated, _):
            return "not in" if negated else "in", shape(operand), *map(shape, items)
        case syntax.Not(operand, _):
            return "not", shape(operand)
        case syntax.And(parts, _) | syntax.Or(parts, _):
            return "and" if isinstance(tree, syntax.And) else "or", *map(shape, parts)
        case syntax.Any(kind, body, _):
            return "any", kind, shape(body)
    raise AssertionError(tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a OR b AND c", ("or", "a", ("and", "b", "c"))),
        ("a AND b OR c AND d", ("or", ("and", "a", "b"), ("and", "c", "d"))),
        ("(a OR b) AND c", ("and", ("or", "a", "b"), "c")),
        ("a AND b AND c", ("and", "a", "b", "c")),
        ("NOT a AND b", ("and", ("not", "a"), "b")),
        ("NOT a OR b", ("or", ("not", "a"), "b")),
        ("NOT (a OR b)", ("not", ("or", "a", "b"))),
        ("NOT NOT a", "a"),
        ("NOT NOT NOT a", ("not", "a")),
        ("NOT n > $x", ("not", (">", "n", "$x"))),
        ("n + m > $x", (">", ("+", "n", "m"), "$x")),
        ("3 * n >= m + $x", (">=", ("+", ("3", "*", "n")), ("+", "m", "$x"))),
        ("1e26 * n = m", ("=", ("+", ("1e26", "*", "n")), "m")),
        ("n != m", ("<>", "n", "m")),
        ("n BETWEEN $x AND $y AND c", ("and", ("between", "n", "$x", "$y"), "c")),
        ("n BETWEEN $x AND $y OR c", ("or", ("between", "n", "$x", "$y"), "c")),
        ("c IN ('x', 'y')", ("in", "c", "'x'", "'y'")),
        ("c NOT IN ('x') AND a", ("and", ("not in", "c", "'x'"), "a")),
        ("NOT c IN ('x')", ("not", ("in", "c", "'x'"))),
        ("any(model: a OR b) AND c", ("and", ("any", "model", ("or", "a", "b")), "c")),
        ("has(s, 'it''s')", ("has", "s", "'it's'")),
        ("add_days(d, $p) <= as_of", ("<=", ("add_days", "d", "$p"), "as_of")),
        ("a\n  AND\tb", ("and", "a", "b")),
        ("case_number", "case_number"),
        ("is_open AND null_model", ("and", "is_open", "null_model")),
    ],
)
def test_precedence(text: str, expected: object):
    assert shape(parse(text)) == expected


def test_a_tree_keeps_where_each_part_stands():
    tree = parse("a AND 3 * num + other > $limit")
    assert isinstance(tree, syntax.And)
    comparison = tree.parts[1]
    assert isinstance(comparison, syntax.Compare)
    assert isinstance(comparison.left, syntax.Sum)
    assert (comparison.offset, comparison.left.offset, comparison.right.offset) == (22, 6, 24)
    assert [term.operand.offset for term in comparison.left.terms] == [10, 16]


NO_TEST = "unknown cannot be tested; write a presumption or an exception instead"
GUARDED = "write AND/OR, or a `value` rule with guarded cases"
NO_MINUS = "multiply the other side by a constant, or add to it, instead"
LETTER = "remove it, or write the letter that looks like it"
BRACKETS = "check the brackets and the operators"


@pytest.mark.parametrize(
    ("text", "offset", "message", "mend"),
    [
        ("a AND CASE WHEN b", 6, "CASE is not part of the language", GUARDED),
        ("IF a", 0, "IF is not part of the language", GUARDED),
        ("COALESCE(a, b)", 0, "COALESCE is not part of the language",
         "an unknown fact stays unknown; write a cited presumption instead"),
        ("a IS NULL", 2, "IS is not part of the language", NO_TEST),
        ("a = NULL", 4, "NULL is not part of the language", NO_TEST),
        ("c LIKE 'x%'", 2, "LIKE is not part of the language", "compare codes with = or IN"),
        ("EXISTS (a)", 0, "EXISTS is not part of the language", "write any(kind: condition)"),
        ("a = (SELECT b)", 5, "SELECT is not part of the language", "only conditions can be written here"),
        ("n / 2 > $x", 2, "'/' is not part of the language", NO_MINUS),
        ("n - m > $x", 2, "'-' is not part of the language", NO_MINUS),
        ("-1 * n > $x", 0, "'-' is not part of the language", NO_MINUS),
        ("n * 3 > $x", 2, "only a constant may multiply", "write `3 * fact`, the constant first"),
        ("n * m > $x", 2, "only a constant may multiply", "write `3 * fact`, the constant first"),
        ("a and b", 2, "'and' is not a name", "write AND in capitals"),
        ("Not a", 0, "'Not' is not a name", "write NOT in capitals"),
        ("n between $x AND $y", 2, "'between' is not a name", "write BETWEEN in capitals"),
        ("a AND", 5, "a name, parameter or value is expected here, but the expression ends", BRACKETS),
        ("a b", 2, "AND, OR or the end is expected here, not 'b'", BRACKETS),
        ("(a OR b", 7, "')' is expected here, but the expression ends", BRACKETS),
        ("a)", 1, "AND, OR or the end is expected here, not ')'", BRACKETS),
        ("a; b", 1, "AND, OR or the end is expected here, not ';'", BRACKETS),
        ('a = "x"', 4, "a name, parameter or value is expected here, not '\"'", BRACKETS),
        ("a = b = c", 6, "AND, OR or the end is expected here, not '='", BRACKETS),
        ("a || b", 2, "AND, OR or the end is expected here, not '|'", BRACKETS),
        ("n BETWEEN $x", 12, "'AND' is expected here, but the expression ends", BRACKETS),
        ("n NOT BETWEEN $x AND $y", 2, "AND, OR or the end is expected here, not 'NOT'", BRACKETS),
        ("c IN 'x'", 5, "'(' is expected here, not ''x''", BRACKETS),
        ("c IN ()", 6, "a name, parameter or value is expected here, not ')'", BRACKETS),
        ("has()", 4, "a name, parameter or value is expected here, not ')'", BRACKETS),
        ("a AND 'open", 6, "a quote is not closed", "close it with '"),
        ("a AND b?", 7, "the character '?' means nothing here", "remove it"),
        ("a\u00a0AND b", 1, "the character '\\xa0' means nothing here (it holds U+00A0 NO-BREAK SPACE)", LETTER),
        ("a AND \uff42", 6, "the character '\uff42' means nothing here (it holds U+FF42 FULLWIDTH LATIN SMALL LETTER B)", LETTER),
        ("any(a)", 4, "any() needs a kind and a condition", "write any(model: condition)"),
        ("any(", 4, "any() needs a kind and a condition", "write any(model: condition)"),
        ("any(model:)", 10, "a name, parameter or value is expected here, not ')'", BRACKETS),
        ("", 0, "the expression is empty", "leave the key out for 'always'"),
        (" \n ", 0, "the expression is empty", "leave the key out for 'always'"),
        ("a OR " * 4001, 0, "longer than 20000 characters", "split it into rules"),
    ],
)  # fmt: skip
def test_what_is_refused(text: str, offset: int, message: str, mend: str):
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert (error.value.message, error.value.mend, error.value.offset) == (message, mend, offset if text.strip() else 0)


@pytest.mark.parametrize(
    ("opening", "offset"), [("(", 40), ("NOT (", 200), ("any(model: ", 440), ("f(", 80), ("has(a, ", 277)]
)
def test_deep_nesting_is_a_fault_and_no_crash(opening: str, offset: int):
    with pytest.raises(ExpressionError, match="nested deeper than 40") as error:
        parse(opening * 1500 + "a" + ")" * 1500)
    assert error.value.code == "expression.depth"
    assert error.value.offset == offset


def test_nesting_is_counted_down_again():
    assert parse(" AND ".join(["((((a))))", "f(g(h(b)))"] * 30))


@given(st.text(alphabet="abnNOTAR()'$=<>+*,:. 13e-/\n\"\u00a0", max_size=40))
def test_any_text_is_a_tree_or_a_fault_inside_it(text: str):
    with suppress(ExpressionError):
        parse(text)
        return
    with pytest.raises(ExpressionError) as error:
        parse(text)
    assert 0 <= error.value.offset <= len(text)
    assert error.value.message
    assert error.value.mend


@given(st.data())
def test_blanks_and_brackets_change_nothing(data: st.DataObject):
    names = Names(data.draw(vocabularies()), {})
    text = data.draw(conditions(names, data.draw(st.sampled_from(KINDS))))
    assert shape(parse(f"(\n {text.replace(' ', '  ')} )")) == shape(parse(text))
