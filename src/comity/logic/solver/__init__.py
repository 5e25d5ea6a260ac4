"""The exact back end: z3 over the same IR, for what is settled whatever the missing facts turn out to be.

Kleene's logic treats each open fact as if it could differ from one place to the next, so `r OR NOT r` is open.
This back end gives every open fact one variable. It also finds completions, the facts that matter, and those
that alone could settle an answer. z3 is imported when a `Solver` is made, never before.
"""

from comity.logic.solver.prover import RLIMIT, Cases, Decision, Settling, Solver
from comity.logic.solver.terms import need
from comity.logic.solver.unknowns import Asked, Held, Owner, Unknown, Witness, World

__all__ = [
    "RLIMIT",
    "Asked",
    "Cases",
    "Decision",
    "Held",
    "Owner",
    "Settling",
    "Solver",
    "Unknown",
    "Witness",
    "World",
    "need",
]
