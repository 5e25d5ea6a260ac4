"""Where US laws that look alike part: one set of facts, asked of all of them at once, and different answers."""

import pytest

from corpus.us_profiles import Answer, profile

DAY = "2027-12-01"  # everything named here applies on this day; the text of Colorado of 2024 is asked of its window
WINDOW = "2026-11-21"

# How much the output weighs ---------------------------------------------------------------------------------

EVERYWHERE = """{
  actor_role: [deployer, employer, federal_agency], output_used_in: [US-NYC, US-CT, US-CO, US-CA, US-IL],
  placed_on_market_in: [US-NYC, US-CT, US-CO, US-CA, US-IL], uses_computation: true, processes_personal_data: true,
  consequential_decision: [employment], deployed_date: 2027-10-01, high_impact_effect: [access_to_programs],
  high_impact_purpose: [], anti_bias_testing: false, narrow_procedural_task: false, detects_decision_patterns: false, WEIGHT}"""
BASES = (
    "us/m-25-21/m-25-21:agency",
    "us-co/sb24-205:deployer",
    "us-co/sb26-189:deployer",
    "us-ct/sb5:employer",
    "us-il/hb3773:employer",
    "us-ca/feha-ads:employer",
    "us-ca/ccpa-admt/admt:adm",
    "us-nyc/ll144:tool",
)
TESTS = {
    "NYC": "us-nyc/ll144#aedt",
    "CT": "us-ct/sb5#aerdt",
    "CO": "us-co/sb26-189#covered_admt",
    "CCPA": "us-ca/ccpa-admt#admt",
    "OMB": "us/m-25-21#high_impact",
    "FEHA": "us-ca/feha-ads#ads",
    "IL": "us-il/hb3773#ai_in_employment",
}
JUDGED = ("meaningfully_alters_outcome", "more_than_de_minimis_factor", "principal_basis", "substantial_factor_co_2024")


def decision(weight, more=""):
    """The profile of a hiring tool used everywhere, with the weight of its output and nothing judged in advance."""
    found = profile(*BASES, changes=EVERYWHERE.replace("WEIGHT", f"decision_influence: {weight}{more}"))
    for fact in JUDGED:
        if fact not in more:
            found.entries.pop(fact, None)
    return found


APPLIES, NOT, OPEN = "applies", "not_applicable", "open"
REVIEWED = ", human_involvement_qualifies: true, human_oversight: true"

# What each law makes of the weight, with a reviewer who has all three powers.
WEIGHTS = {
    "minor": {"NYC": NOT, "CT": NOT, "CO": NOT, "OMB": OPEN},
    # One criterion among equals: outside New York City's three limbs; a matter of judgement elsewhere.
    "equal_weight": {"NYC": NOT, "CT": OPEN, "CO": OPEN, "OMB": OPEN},
    # More than de minimis, but it does not meaningfully alter the outcome.
    "nonminimal_factor": {"NYC": NOT, "CT": NOT, "CO": APPLIES, "OMB": OPEN},
    "substantial_factor": {"NYC": NOT, "CT": APPLIES, "CO": APPLIES, "OMB": OPEN},
    "weighted_most": {"NYC": APPLIES, "CT": APPLIES, "CO": APPLIES, "OMB": OPEN},
    "sole_basis": {"NYC": APPLIES, "CT": APPLIES, "CO": APPLIES, "OMB": APPLIES},
    "replaces_human": {"NYC": APPLIES, "CT": APPLIES, "CO": APPLIES, "OMB": APPLIES},
}


@pytest.mark.parametrize("weight", WEIGHTS)
def test_the_weight_of_the_output(corpus, weight):
    found = Answer(corpus, decision(weight, REVIEWED), DAY)
    # A qualified reviewer: outside California's rules on automated decisions, whatever the weight. FEHA asks only
    # whether the tool facilitates the decision, Illinois whether AI is used for it.
    expected = {**WEIGHTS[weight], "CCPA": NOT, "FEHA": APPLIES, "IL": APPLIES}
    assert {law: found.status(rule) for law, rule in TESTS.items()} == expected


@pytest.mark.parametrize(
    ("weight", "expected"),
    [("minor", NOT), ("equal_weight", OPEN), ("nonminimal_factor", OPEN), ("substantial_factor", APPLIES)],
)
def test_the_substantial_factor_of_colorado_2024(corpus, weight, expected):
    # Where the weight does not settle it, it is asked; the text that replaced it takes the third in without asking.
    assert Answer(corpus, decision(weight), WINDOW).status("us-co/sb24-205#high_risk") == expected


@pytest.mark.parametrize("weight", ["substantial_factor", "weighted_most", "sole_basis"])
def test_a_qualified_reviewer_leads_out_of_california_only(corpus, weight):
    more = ", principal_basis: true, human_involvement_qualifies: "
    reviewed, alone = (Answer(corpus, decision(weight, more + value), DAY) for value in ("true", "false"))
    assert reviewed.status(TESTS["CCPA"]) == NOT
    assert alone.status(TESTS["CCPA"]) == APPLIES
    assert reviewed.status("us-ca/ccpa-admt#pre_use_notice") == NOT
    assert alone.status("us-ca/ccpa-admt#pre_use_notice") == APPLIES
    for law in ("CO", "OMB", "CT", "FEHA", "IL"):
        assert (reviewed.status(TESTS[law]), alone.status(TESTS[law])) == (APPLIES, APPLIES), law


@pytest.mark.parametrize("oversight", ["true", "false"])
def test_oversight_does_not_change_a_principal_basis(corpus, oversight):
    more = f", principal_basis: true, human_oversight: {oversight}"
    assert Answer(corpus, decision("weighted_most", more), DAY).status(TESTS["OMB"]) == APPLIES


def test_overruling_a_human_is_the_third_limb_of_new_york_city(corpus):
    found = Answer(corpus, decision("equal_weight", ", overrides_human: true"), DAY)
    assert found.status(TESTS["NYC"]) == APPLIES


# Minors -----------------------------------------------------------------------------------------------------

CHAT = (
    "us-ny/companion:companion", "us-ct/sb5:companion", "us-co/hb26-1263:chat", "us-wa/hb2225:companion",
    "us-ca/sb243:companion",
)  # fmt: skip
STATES = "[US-CA, US-NY, US-WA, US-CT, US-CO]"


def chat(known, believed, age, directed):
    return profile(
        *CHAT,
        changes=f"{{placed_on_market_in: {STATES}, output_used_in: {STATES}, user_known_minor: {known}, "
        f"user_reason_to_believe_minor: {believed}, estimated_age: {age}, directed_to_minors: {directed}}}",
    )


MINORS = {
    "CA": "us-ca/sb243#minor_reminder",
    "CT": "us-ct/sb5#minor_user_ct",
    "CO": "us-co/hb26-1263#minor_user",
    "WA": "us-wa/hb2225#minor_user_wa",
}


@pytest.mark.parametrize(
    ("facts", "states"),
    [
        (("true", "true", "15", "false"), {"CA", "CT", "CO", "WA"}),
        (("false", "true", "30", "false"), {"CT"}),  # reason to believe
        (("false", "false", "17", "false"), {"CO"}),  # an estimate is knowledge
        (("false", "false", "18", "false"), set()),
        (("false", "false", "30", "true"), {"WA"}),  # directed to minors
        (("false", "false", "30", "false"), set()),
    ],
)
def test_what_counts_as_knowing_a_minor(corpus, facts, states):
    # California's law of 2025 as it stood in 2026: actual knowledge.
    found = {state: Answer(corpus, chat(*facts), WINDOW if state == "CA" else DAY).status(rule)
             for state, rule in MINORS.items()}  # fmt: skip
    assert {state for state, status in found.items() if status == APPLIES} == states
    assert {found[state] for state in set(MINORS) - states} <= {NOT}


REMINDERS = {
    "us-ca/sb243#minor_reminder": (3, "minors"),
    "us-ny/companion#reminder": (3, "all"),
    "us-wa/hb2225#reminder": (3, "all"),
    "us-wa/hb2225#reminder_minors": (1, "minors"),
    "us-ct/sb5#reminder": (3, "all"),
    "us-ct/sb5#reminder_minors": (1, "minors"),
    "us-co/hb26-1263#user_disclosure": (3, "all"),
    "us-co/hb26-1263#minor_disclosure": (3, "minors"),
}


def test_the_reminder_clocks(corpus):
    child, adult = chat("true", "true", "15", "true"), chat("false", "false", "30", "false")
    for rule, (hours, whom) in REMINDERS.items():
        day = WINDOW if rule.startswith("us-ca/") else DAY
        asked, other = Answer(corpus, child, day), Answer(corpus, adult, day)
        (clock,) = asked.rule(rule).clocks
        assert (rule, clock.within.value, clock.within.unit) == (rule, hours, "hours")
        assert asked.status(rule) == APPLIES, rule
        assert other.status(rule) == (APPLIES if whom == "all" else NOT), rule


def test_the_reminder_of_california_ends_with_2026(corpus):
    # Deleted from 2027, when the protection of all child users takes its place.
    child = chat("true", "true", "15", "true")
    assert Answer(corpus, child, "2026-12-31").status(MINORS["CA"]) == APPLIES
    assert Answer(corpus, child, "2027-01-01").holds(MINORS["CA"]) is False


# Provenance -------------------------------------------------------------------------------------------------

PROVENANCE = ("us-ca/ai-transparency-act:provider", "us-ut/provenance:gen", "us-wa/hb1170:provider")
LABELS = {
    "CA": "us-ca/ai-transparency-act#covered_provider",
    "UT": "us-ut/provenance#covered_provider",
    "WA": "us-wa/hb1170#covered_provider_wa",
}


def generator(users, more=""):
    return profile(
        *PROVENANCE,
        changes="{placed_on_market_in: [US-CA, US-UT, US-WA], output_used_in: [US-CA, US-UT, US-WA], "
        f"monthly_users: {users}{more}}}",
    )


@pytest.mark.parametrize(
    ("users", "states"),
    [("900000", {"CA"}), ("1000000", {"CA"}), ("1000001", {"CA", "UT", "WA"}), ("0", {"CA"})],
)
def test_how_many_users_make_a_covered_provider(corpus, users, states):
    found = Answer(corpus, generator(users), DAY)
    assert {state for state, rule in LABELS.items() if found.status(rule) == APPLIES} == states
    assert {found.status(rule) for state, rule in LABELS.items() if state not in states} <= {NOT}


@pytest.mark.parametrize(
    ("users", "day", "expected"),
    [
        ("900000", "2026-09-29", False), ("1000000", "2026-09-29", False), ("1000001", "2026-09-29", True),
        ("900000", "2026-09-30", True), ("1000001", "2026-09-30", True),
    ],
)  # fmt: skip
def test_california_dropped_its_threshold(corpus, users, day, expected):
    assert Answer(corpus, generator(users), day).holds(LABELS["CA"]) is expected


# Discrimination ---------------------------------------------------------------------------------------------


def test_the_standard_of_discrimination(corpus):
    states = "[US-TX, US-IL, US-CA]"

    def found(facts):
        bases = ("us-tx/traiga:private", "us-il/hb3773:employer", "us-ca/feha-ads:employer")
        changes = (
            f"{{actor_role: [deployer, employer], placed_on_market_in: {states}, output_used_in: {states}, {facts}}}"
        )
        answer = Answer(corpus, profile(*bases, changes=changes), "2026-11-21")
        return tuple(answer.status(rule) == APPLIES for rule in (
            "us-tx/traiga#unlawful_discrimination", "us-il/hb3773#no_discriminatory_effect",
            "us-ca/feha-ads#unjustified_adverse_impact",
        ))  # fmt: skip

    none = "discriminatory_intent: false, discriminatory_effect: false, disparate_impact: false, adverse_impact: false"
    effect = "discriminatory_intent: false, discriminatory_effect: true, disparate_impact: true, adverse_impact: true"
    intent = none.replace("discriminatory_intent: false", "discriminatory_intent: true")
    less = "job_related: false, less_discriminatory_alternative: false"
    shown = "job_related: true, less_discriminatory_alternative: false"
    assert found(f"{none}, {less}") == (False, False, False)
    assert found(f"{effect}, {less}") == (False, True, True)
    assert found(f"{effect}, {shown}") == (False, True, False)  # the defence of California
    assert found(f"{intent}, {less}") == (True, False, False)


def test_the_standards_stand_beside_each_other_in_the_catalogue(corpus):
    law = Answer(corpus, profile(), "2026-11-21").evaluation.now.law
    standards = {
        rule: dict(element.parameters).get("standard")
        for rule in ("us-tx/traiga#unlawful_discrimination", "us-il/hb3773#no_discriminatory_effect",
                     "us-ca/feha-ads#unjustified_adverse_impact")
        for element in law.rules[rule].elements if element.name == "non-discrimination"
    }  # fmt: skip
    assert list(standards.values()) == ["intent", "effect", "adverse_impact"]
