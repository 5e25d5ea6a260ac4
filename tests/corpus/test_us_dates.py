"""The date line of US law: on each day one rule of the named law changes, and not on the day before."""

from datetime import date

import pytest

from comity.verbs.law import rule_dates
from corpus.us_profiles import TODAY, Answer, day_before, profile

UP, ON, END, NOT = "upcoming", "applies", "ended", "not_applicable"
TOY = "{toy_for_children: true}"

# (day, rule, profile, changes, status on the day before, status on the day)
LINE = [
    ("2023-01-01", "us-nyc/ll144#bias_audit", "us-nyc/ll144:tool", "{}", UP, ON),
    ("2023-10-30", "us/eo-14110#dual_use_developer", "us/eo-14110:lab", "{}", UP, ON),
    ("2024-12-01", "us/m-24-10#minimum_practices", "us/m-24-10:safety", "{}", UP, ON),
    ("2025-01-20", "us/eo-14110#report_training", "us/eo-14110:lab", "{}", ON, END),
    ("2025-04-03", "us/m-24-10#minimum_practices", "us/m-24-10:safety", "{}", ON, END),
    ("2025-04-03", "us/m-25-21#use_inventory", "us/m-25-21/m-25-21:agency", "{}", UP, ON),
    ("2025-04-03", "us/m-25-22#federal_agency", "us/m-25-22:agency", "{}", UP, ON),
    ("2025-05-07", "us-ut/ai-disclosure#disclosure_on_request", "us-ut/ai-disclosure:chat", "{}", UP, ON),
    ("2025-05-07", "us-ut/mental-health-chatbots#filed_policy", "us-ut/mental-health-chatbots:bot", "{}", UP, ON),
    ("2025-05-19", "us/take-it-down-act#publish_adult", "us/take-it-down-act:adult", "{}", UP, ON),
    ("2025-10-01", "us-ca/feha-ads#no_discrimination", "us-ca/feha-ads:employer", "{}", UP, ON),
    ("2025-11-05", "us-ny/companion#reminder", "us-ny/companion:companion", "{}", UP, ON),
    ("2026-01-01", "us-ca/sb53#framework", "us-ca/sb53:large", "{}", UP, ON),
    ("2026-01-01", "us-ca/sb243#crisis_protocol", "us-ca/sb243:companion", "{}", UP, ON),
    ("2026-01-01", "us-ca/ab2013#training_data_documentation", "us-ca/ab2013:model", "{}", UP, ON),
    ("2026-01-01", "us-ca/ccpa-admt#risk_assessment", "us-ca/ccpa-admt/risk-assessments:adm", "{}", UP, ON),
    ("2026-01-01", "us-tx/traiga#unlawful_discrimination", "us-tx/traiga:violation", "{}", UP, ON),
    ("2026-01-01", "us-il/hb3773#notice", "us-il/hb3773:employer", "{}", UP, ON),
    ("2026-04-03", "us/m-25-21#predeployment_testing", "us/m-25-21/m-25-21:agency", "{}", UP, ON),
    ("2026-05-19", "us/take-it-down-act#removal_process", "us/take-it-down-act:platform", "{}", UP, ON),
    ("2026-06-30", "us-co/sb24-205#impact_assessment", "us-co/sb24-205:deployer", "{}", "open", "disputed"),
    ("2026-08-02", "us-ca/ai-transparency-act#latent_disclosure", "us-ca/ai-transparency-act:provider", "{}", UP, ON),
    ("2026-09-30", "us-ca/ai-transparency-act#detection_tool", "us-ca/ai-transparency-act:provider", "{}", ON, END),
    ("2026-09-30", "us-ca/ai-transparency-act#verification_tool", "us-ca/ai-transparency-act:provider", "{}", UP, ON),
    ("2026-10-01", "us-ct/sb5#discrimination_through_aerdt", "us-ct/sb5:employer", "{}", UP, ON),
    ("2026-10-01", "us-ct/sb5#layoff_ai_statement", "us-ct/sb5:other", "{}", UP, ON),
    ("2026-10-01", "us-ct/pa26-15-frontier#no_retaliation", "us-ct/pa26-15-frontier:large", "{}", UP, ON),
    ("2027-01-01", "us-ny/raise-act#framework", "us-ny/raise-act:large", "{}", UP, ON),
    ("2027-01-01", "us-il/sb315#transparency_report", "us-il/sb315/audit:large", "{}", UP, ON),
    ("2027-01-01", "us-co/sb26-189#notice_before_use", "us-co/sb26-189:deployer", "{}", UP, ON),
    ("2027-01-01", "us-co/sb24-205#impact_assessment", "us-co/sb24-205:deployer", "{}", "disputed", NOT),
    ("2027-01-01", "us-co/hb26-1263#user_disclosure", "us-co/hb26-1263:chat", "{}", UP, ON),
    ("2027-01-01", "us-ca/ccpa-admt#pre_use_notice", "us-ca/ccpa-admt/admt:adm", "{}", UP, ON),
    ("2027-01-01", "us-wa/hb2225#reminder", "us-wa/hb2225:companion", "{}", UP, ON),
    ("2027-01-01", "us-or/sb1546#companion_rules", "us-or/sb1546:companion", "{}", UP, ON),
    ("2027-01-01", "us-ut/provenance#provenance_data", "us-ut/provenance:gen", "{}", UP, ON),
    ("2027-01-01", "us-ca/ai-transparency-act#platform_disclosure", "us-ca/ai-transparency-act:platform", "{}", UP, ON),
    ("2027-01-01", "us-ca/sb1119#age_determination", "us-ca/sb1119:companion", "{}", UP, ON),
    ("2027-02-01", "us-wa/hb1170#latent_provenance", "us-wa/hb1170:provider", "{}", UP, ON),
    ("2027-07-01", "us-ca/sb1119#child_risk_assessment", "us-ca/sb1119:companion", "{}", UP, ON),
    ("2027-07-01", "us-ca/sb947#no_sole_reliance", "us-ca/sb947:discipline", "{}", UP, ON),
    ("2027-07-01", "us-ut/ai-policy-act#mitigation_agreement", "us-ut/ai-policy-act:participant", "{}", ON, END),
    ("2027-07-01", "us-ca/sb243#annual_report", "us-ca/sb243:companion", "{}", UP, ON),
    ("2027-07-01", "us-co/hb26-1263#annual_report", "us-co/hb26-1263:chat", "{}", UP, ON),
    ("2027-10-01", "us-ct/sb5#decision_notice", "us-ct/sb5:employer", "{}", UP, ON),
    ("2027-12-31", "us-ca/ccpa-admt#legacy_risk_assessment", "us-ca/ccpa-admt/risk-assessments:adm",
     "{processing_started: 2025-12-31, processing_continues: true}", UP, ON),
    ("2028-01-01", "us-il/sb315#framework", "us-il/sb315/audit:large", "{}", UP, ON),
    ("2028-01-01", "us-il/sb315#independent_audit", "us-il/sb315/audit:large", "{}", UP, ON),
    ("2028-01-01", "us-ca/ai-transparency-act#capture_device_disclosure", "us-ca/ai-transparency-act:camera", "{}", UP, ON),
    ("2028-04-01", "us-ca/ccpa-admt#risk_assessment_submission", "us-ca/ccpa-admt/risk-assessments:adm", "{}", UP, ON),
    ("2029-01-01", "us-ca/sb1119#child_safety_audit", "us-ca/sb1119:companion", "{}", UP, ON),
    ("2030-01-01", "us-co/sb26-189#cure", "us-co/sb26-189:notice", "{}", ON, END),
    ("2031-01-01", "us-ca/sb243#toy_ban", "us-ca/sb243:companion", TOY, ON, END),
]  # fmt: skip


@pytest.mark.parametrize(("day", "rule", "base", "changes", "before", "after"), LINE, ids=lambda value: str(value)[:50])
def test_the_day(corpus, day, rule, base, changes, before, after):
    found = profile(base, changes=changes)
    assert (Answer(corpus, found, day_before(day)).status(rule), Answer(corpus, found, day).status(rule)) == (
        before,
        after,
    )


def test_the_line_is_whole():
    days = {
        "2023-01-01", "2023-07-05", "2023-10-30", "2024-12-01", "2025-01-20", "2025-04-03", "2025-05-07", "2025-05-19",
        "2025-09-30", "2025-10-01", "2025-11-05", "2026-01-01", "2026-04-03", "2026-05-19", "2026-06-30", "2026-08-02",
        "2026-09-30", "2026-10-01", "2027-01-01", "2027-02-01", "2027-07-01", "2027-10-01", "2027-12-31", "2028-01-01",
        "2028-04-01", "2029-01-01", "2030-01-01", "2031-01-01",
    }  # fmt: skip
    assert {row[0] for row in LINE} | {"2023-07-05", "2025-09-30"} == days


def test_new_york_city_was_not_enforced_before(corpus):
    found = [Answer(corpus, profile("us-nyc/ll144:tool"), day).finding("us-nyc/ll144#bias_audit")
             for day in ("2023-07-04", "2023-07-05")]  # fmt: skip
    assert [each.status for each in found] == ["applies", "applies"]
    assert [each.enforcement[0] if each.enforcement else None for each in found] == ["none", "active"]


@pytest.mark.parametrize(("day", "expected"), [("2025-09-29", "not_applicable"), ("2025-09-30", "applies")])
def test_federal_acquisition_goes_by_the_day_of_the_solicitation(corpus, day, expected):
    base = profile("us/m-25-22:agency", changes=f"{{solicitation_date: {day}, option_exercised_date: none}}")
    found = Answer(corpus, base, "2025-12-01")
    rules = [rule for rule in found.evaluation.now.law.rules.values()
             if rule.instrument == "us/m-25-22" and rule.kind == "duty" and "solicitations_from" in rule.applies]  # fmt: skip
    assert expected in {found.status(rule.id) for rule in rules}
    assert {found.status(rule.id) for rule in rules} <= {expected, "not_applicable"}


@pytest.mark.parametrize(
    ("rule", "day"),
    [
        ("us/m-25-22#federal_agency", "2025-04-03"),
        ("us-ca/sb243#toy_ban", "2027-01-01"),
        ("us-ca/ccpa-admt#legacy_risk_assessment", "2027-12-31"),
    ],
)
def test_the_day_of_application(corpus, rule, day):
    law = corpus.at(date(2029, 1, 1), TODAY)
    start, _ = rule_dates(law.rules[rule], law.instruments[rule.partition("#")[0]])
    assert start == date.fromisoformat(day)


def test_the_ban_on_toys_ends_with_2030(corpus):
    law = corpus.at(date(2029, 1, 1), TODAY)
    assert rule_dates(law.rules["us-ca/sb243#toy_ban"], law.instruments["us-ca/sb243"]) == (
        date(2027, 1, 1),
        date(2031, 1, 1),
    )
