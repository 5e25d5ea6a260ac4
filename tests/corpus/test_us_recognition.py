"""Safe harbours of US law, row by row: that the clause stands in the law, what it does, for what, and when it holds.

A recognition never changes a finding: it says what else counts. What a clause names (a NIST framework, an ISO standard,
another audit) stands in its condition; `fails` says what happens without it.
"""

from datetime import date

import pytest

from corpus.us_profiles import TODAY, Answer, profile

LIVE = "2026-11-21"

# (rule, effect, some of what it is about, pinpoint)
CLAUSES = [
    ("us-tx/traiga#found_under_nist_profile", "deems_satisfied", {"unlawful_discrimination"}, "552.105(e)(2)(D)"),
    ("us-tx/traiga#found_under_iso_42001", "deems_satisfied", {"unlawful_discrimination"}, "552.105(e)(2)(D)"),
    ("us-co/sb24-205#policy_yardstick", "evidence_only", {"risk_management_policy"}, "6-1-1703(2)"),
    ("us-co/sb24-205#affirmative_defence", "deems_satisfied", {"deployer_reasonable_care"}, "6-1-1706(3)"),
    ("us-ca/sb53#standards_incorporated", "evidence_only", {"framework"}, "§ 22757.12(a)"),
    ("us-ny/raise-act#standards_incorporated", "evidence_only", {"framework"}, "§ 1421(1)"),
    ("us-il/sb315#standards_incorporated", "evidence_only", {"framework"}, "s. 10(a)"),
    ("us-ca/feha-ads#anti_bias_testing_evidence", "evidence_only", {"no_discrimination"}, "§ 11009(f)"),
    ("us-ct/sb5#anti_bias_testing_evidence", "evidence_only", {"discrimination_through_aerdt"}, "s. 13"),
    ("us-ca/ccpa-admt#assessment_for_another_law", "substitutes", {"risk_assessment"}, "§ 7156(b)"),
    ("us-ca/ccpa-admt#other_audit", "substitutes", {"cyber_audit_first_band"}, "§ 7123(f)"),
    ("us-ca/sb1119#similar_risk_assessment", "substitutes", {"child_risk_assessment"}, "§ 21812(a)(3)"),
    ("us-ca/sb1119#similar_audit", "substitutes", {"child_safety_audit"}, "§ 21814(a)(2)"),
    ("us-ut/ai-disclosure#clear_disclosure_throughout", "deems_satisfied", {"disclosure_on_request"}, "13-77-104(1)"),
    ("us-ut/mental-health-chatbots#filed_policy_defence", "deems_satisfied", {"unlicensed_practice"}, "§ 58-60-118"),
    ("us/m-25-21#other_processes", "evidence_only", {"predeployment_testing"}, "s. 4(b)"),
]


@pytest.mark.parametrize(("rule", "effect", "about", "at"), CLAUSES, ids=[row[0] for row in CLAUSES])
def test_the_clause_stands_in_the_law(corpus, rule, effect, about, at):
    found = corpus.at(date(2027, 1, 1) if "/raise-act" in rule else TODAY, TODAY).rules[rule]
    assert (found.kind, found.effect) == ("recognition", effect)
    assert about <= set(found.of)
    assert at in found.at
    assert found.fails


FRONTIER = "us-ca/sb53:large"
FEHA, CT = "us-ca/feha-ads:employer", "us-ct/sb5:employer"
CCPA, CYBER = "us-ca/ccpa-admt/risk-assessments:adm", "us-ca/ccpa-admt/cybersecurity-audits:auditee"
CHILD, UTAH, THERAPY = "us-ca/sb1119:companion", "us-ut/ai-disclosure:chat", "us-ut/mental-health-chatbots:bot"
AGENCY = "us/m-25-21/m-25-21:agency"
FOUND = "violation_found_by: internal_review, violation_cured_on: 2026-10-01, violation_notice_date: 2026-09-01"
DUTIES_2024 = ("deployer_reasonable_care", "risk_management_policy", "impact_assessment", "consumer_notice")
NONE = "nist_ai_rmf_followed: false, iso_42001_certified: false, equivalent_risk_framework_followed: false"

# (rule, base, changes, date, whether it holds)
HOLDS = [
    # Texas: internal review and substantial compliance with the NIST profile or another recognised framework.
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: [nist_ai_600_1]}", LIVE, True),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: [other_recognised]}", LIVE, True),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: [nist_ai_600_1]}", "2025-12-31", False),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: [nist_ai_600_1]}", "2026-01-01", True),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: []}", LIVE, False),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: internal_review}", LIVE, None),
    ("us-tx/traiga#found_under_nist_profile", "us-tx/traiga:violation",
     "{violation_found_by: other, framework_alignment: [nist_ai_600_1]}", LIVE, False),
    ("us-tx/traiga#found_under_iso_42001", "us-tx/traiga:violation",
     "{violation_found_by: internal_review, framework_alignment: [iso_42001]}", LIVE, True),
    # Colorado 2024: not before its day, gone with the Act; nothing comparable in what replaced it.
    ("us-co/sb24-205#policy_yardstick", "us-co/sb24-205:deployer",
     "{framework_alignment: [nist_ai_rmf]}", "2026-06-29", False),
    ("us-co/sb24-205#policy_yardstick", "us-co/sb24-205:deployer",
     "{framework_alignment: [nist_ai_rmf]}", "2027-01-01", False),
    ("us-co/sb24-205#affirmative_defence", "us-co/sb24-205:deployer",
     "{framework_alignment: [iso_42001], " + FOUND + "}", "2027-01-01", False),
    # Frontier statutes: evidence for the topic of standards, from the day of each framework duty.
    ("us-ca/sb53#standards_incorporated", FRONTIER, "{framework_alignment: [nist_ai_rmf]}", LIVE, True),
    ("us-ca/sb53#standards_incorporated", FRONTIER, "{iso_42001_certified: true}", LIVE, True),
    ("us-ca/sb53#standards_incorporated", FRONTIER, "{framework_alignment: [], " + NONE + "}", LIVE, False),
    ("us-ca/sb53#standards_incorporated", FRONTIER, "{}", LIVE, None),
    ("us-ca/sb53#standards_incorporated", FRONTIER, "{framework_alignment: [nist_ai_rmf]}", "2025-12-31", False),
    ("us-ny/raise-act#standards_incorporated", "us-ny/raise-act:large",
     "{framework_alignment: [nist_ai_rmf]}", "2026-12-31", False),
    ("us-ny/raise-act#standards_incorporated", "us-ny/raise-act:large",
     "{framework_alignment: [nist_ai_rmf]}", "2027-01-01", True),
    ("us-il/sb315#standards_incorporated", "us-il/sb315/audit:large",
     "{framework_alignment: [iso_42001]}", "2027-12-31", False),
    ("us-il/sb315#standards_incorporated", "us-il/sb315/audit:large",
     "{framework_alignment: [iso_42001]}", "2028-01-01", True),
    # Anti-bias testing.
    ("us-ca/feha-ads#anti_bias_testing_evidence", FEHA, "{anti_bias_testing: true}", LIVE, True),
    ("us-ca/feha-ads#anti_bias_testing_evidence", FEHA, "{anti_bias_testing: false}", LIVE, False),
    ("us-ct/sb5#anti_bias_testing_evidence", CT, "{anti_bias_testing: true}", "2026-10-01", True),
    ("us-ct/sb5#anti_bias_testing_evidence", CT, "{anti_bias_testing: false}", "2026-10-01", False),
    # Reuse of other assessments and audits.
    ("us-ca/ccpa-admt#assessment_for_another_law", CCPA, "{other_law_assessment_meets_content: true}", LIVE, True),
    ("us-ca/ccpa-admt#assessment_for_another_law", CCPA, "{other_law_assessment_meets_content: false}", LIVE, False),
    ("us-ca/ccpa-admt#assessment_for_another_law", CCPA, "{}", LIVE, None),
    ("us-ca/ccpa-admt#other_audit", CYBER, "{other_cyber_audit_meets_content: true}", LIVE, True),
    ("us-ca/ccpa-admt#other_audit", CYBER, "{other_cyber_audit_meets_content: false}", LIVE, False),
    ("us-ca/sb1119#similar_risk_assessment", CHILD, "{similar_child_risk_assessment_available: true}", LIVE, False),
    ("us-ca/sb1119#similar_risk_assessment", CHILD, "{similar_child_risk_assessment_available: true}", "2027-06-30", False),
    ("us-ca/sb1119#similar_risk_assessment", CHILD, "{similar_child_risk_assessment_available: true}", "2027-07-01", True),
    ("us-ca/sb1119#similar_risk_assessment", CHILD, "{}", "2027-07-01", False),
    ("us-ca/sb1119#similar_audit", CHILD, "{similar_child_safety_audit_available: true}", "2028-12-31", False),
    ("us-ca/sb1119#similar_audit", CHILD, "{similar_child_safety_audit_available: true}", "2029-01-01", True),
    # Utah: disclosure at the outset and throughout; a filed policy.
    ("us-ut/ai-disclosure#clear_disclosure_throughout", UTAH, "{ai_disclosed_at_outset_and_throughout: true}", LIVE, True),
    ("us-ut/ai-disclosure#clear_disclosure_throughout", UTAH, "{ai_disclosed_at_outset_and_throughout: false}", LIVE, False),
    ("us-ut/ai-disclosure#clear_disclosure_throughout", UTAH, "{ai_disclosed_at_outset_and_throughout: true}",
     "2025-05-06", False),
    ("us-ut/mental-health-chatbots#filed_policy_defence", THERAPY, "{mental_health_policy_filed: true}", LIVE, True),
    ("us-ut/mental-health-chatbots#filed_policy_defence", THERAPY, "{mental_health_policy_filed: false}", LIVE, False),
    # Federal agencies may use the processes they have.
    ("us/m-25-21#other_processes", AGENCY, "{}", LIVE, True),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "base", "changes", "day", "expected"), HOLDS, ids=lambda value: str(value)[:60])
def test_whether_it_holds(corpus, rule, base, changes, day, expected):
    assert Answer(corpus, profile(base, changes=changes), day).holds(rule) is expected


def test_colorado_2024_counts_for_a_disputed_duty_at_most_and_is_gone_after_the_window(corpus):
    # The duties of the Act are disputed from 2026-06-30 to the end of the year: its clauses can help with nothing else.
    base = profile("us-co/sb24-205:deployer", changes="{framework_alignment: [nist_ai_rmf], " + FOUND + "}")
    window, after = Answer(corpus, base, LIVE), Answer(corpus, base, "2027-01-01")
    for name in ("policy_yardstick", "affirmative_defence"):
        rule = f"us-co/sb24-205#{name}"
        assert window.holds(rule) is True
        assert {window.status(f"us-co/sb24-205#{duty}") for duty in DUTIES_2024} == {"disputed"}
        assert after.rule(rule) is None
    # What replaced it names no framework: its recognitions are those of sectors with notices of their own.
    replaced = {rule.name for rule in after.evaluation.now.law.rules.values()
                if rule.instrument == "us-co/sb26-189" and rule.kind == "recognition"}  # fmt: skip
    assert replaced == {"creditor_notice", "ferpa_notices", "ferpa_rights", "insurers_deemed_compliant"}


def test_the_defence_of_texas_does_not_make_the_conduct_lawful(corpus):
    found = Answer(
        corpus,
        profile("us-tx/traiga:violation",
                changes="{violation_found_by: internal_review, framework_alignment: [nist_ai_600_1]}"),
        LIVE,
    )  # fmt: skip
    assert found.holds("us-tx/traiga#found_under_nist_profile") is True
    assert found.status("us-tx/traiga#unlawful_discrimination") == "applies"


def test_testing_is_no_immunity(corpus):
    changes = "{anti_bias_testing: true, adverse_impact: true, job_related: false}"
    for as_of, base, rule in (
        (LIVE, FEHA, "us-ca/feha-ads#unjustified_adverse_impact"),
        (LIVE, CT, "us-ct/sb5#discrimination_through_aerdt"),
    ):
        assert Answer(corpus, profile(base, changes=changes), as_of).status(rule) == "applies"


def test_utah_needs_disclosure_at_the_outset_and_throughout(corpus):
    # One fact carries both halves, and the duty stays a duty beside the harbour.
    harbour = corpus.at(TODAY, TODAY).rules["us-ut/ai-disclosure#clear_disclosure_throughout"]
    assert set(harbour.of) == {"disclosure_on_request", "regulated_occupation_disclosure"}
    found = Answer(corpus, profile(UTAH, changes="{ai_disclosed_at_outset_and_throughout: true}"), LIVE)
    assert found.status("us-ut/ai-disclosure#disclosure_on_request") == "applies"


def test_the_therapy_defence_is_for_unlicensed_practice_only(corpus):
    assert corpus.at(TODAY, TODAY).rules["us-ut/mental-health-chatbots#filed_policy_defence"].of == (
        "unlicensed_practice",
    )


def test_no_framework_is_a_safe_harbour_of_a_frontier_statute(corpus):
    # What is deemed satisfied there needs a federal text that an authority has designated, never a standard.
    law = corpus.at(date(2028, 1, 1), TODAY)
    for instrument in ("us-ca/sb53", "us-ny/raise-act", "us-il/sb315"):
        deemed = {rule.name for rule in law.rules.values()
                  if rule.instrument == instrument and rule.effect == "deems_satisfied"}  # fmt: skip
        assert deemed == {"federal_equivalence"}
