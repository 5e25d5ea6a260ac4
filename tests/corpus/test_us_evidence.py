"""One piece of evidence, where it counts: the duties of several US laws that ask for the same thing share an element.

Whoever looks for what a document is good for finds these duties by their elements and by the names of evidence.
"""

from datetime import UTC, date, datetime

import pytest

from corpus.us_profiles import TODAY, Answer, profile

FRONTIER = ("us-ca/sb53", "us-ny/raise-act", "us-il/sb315", "us-ct/pa26-15-frontier")


@pytest.fixture(scope="module")
def duties(corpus):
    """The duties and prohibitions of US law once all of it applies."""
    law = corpus.at(date(2029, 6, 1), TODAY)
    ours = {instrument.id for instrument in law.instruments.values() if instrument.jurisdiction.startswith("US")}
    return [rule for rule in law.rules.values() if rule.kind in ("duty", "prohibition") and rule.instrument in ours]


def sharing(duties, element, within=None, **parameters):
    """The ids of the duties that carry an element with at least these parameters."""
    return {
        rule.id
        for rule in duties
        if within is None or rule.instrument in within
        for found in rule.elements
        if found.name == element and parameters.items() <= dict(found.parameters).items()
    }


def evidenced(duties, *names):
    """The ids of the duties that name a piece of evidence."""
    return {rule.id for rule in duties if set(names) & set(rule.evidence)}


def test_published_frontier_framework(duties):
    row = {"us-ca/sb53#framework", "us-ny/raise-act#framework", "us-il/sb315#framework"}
    assert sharing(duties, "framework-publication", audience="public") == row
    assert evidenced(duties, "published-framework") == row
    # New York asks for more than California: how each topic is handled, in detail.
    (new_york,) = [rule for rule in duties if rule.id == "us-ny/raise-act#framework"]
    assert "in detail" in new_york.what


def test_system_card_at_release(duties):
    cards = {f"{law}#transparency_report" for law in ("us-ca/sb53", "us-ny/raise-act", "us-il/sb315")}
    summaries = {f"{law}#risk_summaries" for law in ("us-ca/sb53", "us-ny/raise-act", "us-il/sb315")}
    assert sharing(duties, "risk-assessment-summary", audience="public") == summaries
    assert evidenced(duties, "transparency-report") == cards | summaries
    # The vendor's artefacts for federal buyers are a card too, which nobody has to publish.
    assert evidenced(duties, "model-card") == {*cards, "us/m-26-04#vendor_artefacts"}
    # The report on an audit is published as well: the same element, another document.
    audits = {"us-il/sb315#audit_publication", "us-ca/sb1119#public_audit_summary"}
    assert sharing(duties, "transparency-report", audience="public") == cards | audits


def test_independent_audit_of_the_framework(duties):
    row = {
        f"us-il/sb315#{name}"
        for name in (
            "independent_audit", "interested_auditor", "auditor_report",  # IL315-5, IL315-6
            "audit_report_retention", "audit_publication", "audit_transmission",  # IL315-7
        )
    }  # fmt: skip
    assert sharing(duties, "independent-audit", within=FRONTIER) == row
    # California and New York ask for none: there an audit is evidence for a topic of the framework.
    others = {
        *(f"us-ca/ccpa-admt#cyber_audit_{band}" for band in ("first_band", "second_band", "third_band", "yearly")),
        "us-ca/sb1119#child_safety_audit",
        "us/accord-super-intelligence#external_auditors",  # a pledge
    }
    assert sharing(duties, "independent-audit") == row | others


def test_incident_report(duties):
    row = {
        "us-ca/sb53#incident_reporting": "us-ca/oes",
        "us-ca/sb53#incident_report": "us-ca/oes",
        "us-ca/sb53#imminent_danger": "authority-able-to-act",
        "us-ny/raise-act#incident_reporting": "us-ny/dfs",
        "us-ny/raise-act#incident_report": "us-ny/dfs",
        "us-ny/raise-act#imminent_danger": "authority-able-to-act",
        "us-ny/raise-act#federal_report_copies": "us-ny/dfs",
        "us-il/sb315#incident_reporting": "us-il/agency-and-attorney-general",
        "us-il/sb315#incident_report_agency": "us-il/iema-ohs",
        "us-il/sb315#incident_report_attorney_general": "us-il/attorney-general",
        "us-il/sb315#imminent_danger": "authority-able-to-act",
    }
    assert sharing(duties, "incident-report", within=FRONTIER, audience="authority") == set(row)
    assert {rule.id: rule.recipient for rule in duties if rule.id in row} == row


def test_adverse_impact_test(duties):
    california = {
        f"us-ca/feha-ads#{name}"
        for name in ("no_discrimination", "unjustified_adverse_impact", "disability_screen_out")
    }
    row = {*california, "us-il/hb3773#no_discriminatory_effect", "us-ct/sb5#discrimination_through_aerdt"}
    assert evidenced(duties, "adverse-impact-test", "anti-bias-test-results") == row
    assert row <= sharing(duties, "non-discrimination")
    # Texas bans discrimination too, but by intent: a test of effects is not what it asks for.
    texas = "us-tx/traiga#unlawful_discrimination"
    assert texas in sharing(duties, "non-discrimination", standard="intent")
    assert texas not in evidenced(duties, "adverse-impact-test", "anti-bias-test-results")
    # New York City asks for an audit by a method of its own, which another test does not replace.
    audits = sharing(duties, "bias-audit")
    assert {rule.partition("#")[0] for rule in audits} == {"us-nyc/ll144"}
    assert not audits & row


def test_the_law_against_discrimination_of_colorado_stays_outside(corpus):
    catalogue = corpus.at(date(2027, 1, 1), TODAY).instruments["us-co/sb26-189"].provisions
    (liability,) = [entry for entry in catalogue if entry.at == "6-1-1707"]
    assert liability.state == "no_duty"


def test_notice_before_the_decision(duties):
    row = {
        "us-ca/ccpa-admt#pre_use_notice",
        "us-nyc/ll144#candidate_notice",
        "us-ct/sb5#decision_notice",
        "us-co/sb26-189#notice_before_use",
    }
    # Illinois' law on video interviews and on therapy ask for something before use as well.
    others = {"us-il/aivia#interview_notice", "us-il/wopr#support_consent"}
    assert sharing(duties, "person-notice", timing="before_use") == row | others
    # The Human Rights Act of Illinois says neither when nor how: a notice, without a time.
    (notice,) = [rule for rule in duties if rule.id == "us-il/hb3773#notice"]
    (element,) = [found for found in notice.elements if found.name == "person-notice"]
    assert "timing" not in dict(element.parameters)


# The strictest clock of a developer under all three statutes ------------------------------------------------

EVENT = """{
  federal_standard_designated: false, federal_equivalence_declared_il: false, materialised_catastrophic_risk: true,
  weights_exfiltrated: false, imminent_risk_death_or_serious_injury: true,
  incident_discovered_at: "2027-03-01T16:00:00Z", incident_determined_at: "2027-03-01T16:00:00Z",
  incident_reasonable_belief_at: "2027-03-01T16:00:00Z", REPORTS}"""
NOTHING = (
    "incident_reported_at: none, incident_reported_ny_at: none, incident_reported_il_agency_at: none, "
    "incident_reported_il_ag_at: none, imminent_danger_disclosed_at: none"
)
REPORTS = {
    "us-ca/sb53#imminent_danger": "2027-03-02T16:00:00",
    "us-ny/raise-act#imminent_danger": "2027-03-02T16:00:00",
    "us-il/sb315#imminent_danger": "2027-03-02T16:00:00",
    "us-ny/raise-act#incident_report": "2027-03-04T16:00:00",
    "us-il/sb315#incident_report_agency": "2027-03-04T16:00:00",
    "us-il/sb315#incident_report_attorney_general": "2027-03-04T16:00:00",
}


def incident(reports=NOTHING):
    bases = ("us-ca/sb53:incident", "us-ny/raise-act:incident", "us-il/sb315/incidents:incident")
    return profile(*bases, changes=EVENT.replace("REPORTS", reports))


def last_moment(due):
    return datetime.fromisoformat(due).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def test_the_clocks_of_one_incident(corpus):
    found = Answer(corpus, incident(), "2027-03-01", known_at="2026-11-21")
    for rule, moment in REPORTS.items():
        (due,) = found.finding(rule).dues
        assert (rule, last_moment(due.due)) == (rule, moment)
    # Fifteen days to the Office of Emergency Services, to the end of the day in California.
    (due,) = found.finding("us-ca/sb53#incident_report").dues
    assert due.due.startswith("2027-03-16")


def test_before_2027_only_california_has_a_clock(corpus):
    found = Answer(corpus, incident(), "2026-12-31")
    assert found.status("us-ca/sb53#incident_report") == "applies"
    for rule in REPORTS:
        if not rule.startswith("us-ca/"):
            assert found.status(rule) == "upcoming"


def test_seventy_two_hours_keep_the_time_of_california_but_not_its_addressee(corpus):
    # Reported to New York and Illinois on the third day: in time for California, and still not told to it.
    reports = NOTHING.replace(
        "incident_reported_ny_at: none, incident_reported_il_agency_at: none, incident_reported_il_ag_at: none",
        'incident_reported_ny_at: "2027-03-04T15:00:00Z", incident_reported_il_agency_at: "2027-03-04T15:00:00Z", '
        'incident_reported_il_ag_at: "2027-03-04T15:00:00Z"',
    )

    def state(text, rule, day="2027-03-20"):
        (due,) = Answer(corpus, incident(text), day, known_at="2026-11-21").finding(rule).dues
        return due.state

    for rule in ("us-ny/raise-act#incident_report", "us-il/sb315#incident_report_agency",
                 "us-il/sb315#incident_report_attorney_general"):  # fmt: skip
        assert state(reports, rule) == "met"
    assert state(reports, "us-ca/sb53#incident_report") == "late"
    assert state(reports, "us-ca/sb53#incident_report", "2027-03-05") == "pending"
    told = reports.replace("incident_reported_at: none", 'incident_reported_at: "2027-03-04T15:00:00Z"')
    assert state(told, "us-ca/sb53#incident_report") == "met"
    # The Agency alone is not enough in Illinois.
    half = reports.replace('incident_reported_il_ag_at: "2027-03-04T15:00:00Z"', "incident_reported_il_ag_at: none")
    assert state(half, "us-il/sb315#incident_report_agency") == "met"
    assert state(half, "us-il/sb315#incident_report_attorney_general") == "late"


def test_a_report_on_the_tenth_day_is_in_time_in_california_only(corpus):
    reports = ", ".join(f'{name}: "2027-03-11T15:00:00Z"' for name in (
        "incident_reported_at", "incident_reported_ny_at", "incident_reported_il_agency_at", "incident_reported_il_ag_at",
    )) + ", imminent_danger_disclosed_at: none"  # fmt: skip
    found = Answer(corpus, incident(reports), "2027-03-20", known_at="2026-11-21")
    states = {rule: due.state for rule in (*REPORTS, "us-ca/sb53#incident_report")
              if "imminent" not in rule for due in found.finding(rule).dues}  # fmt: skip
    assert states == {
        "us-ny/raise-act#incident_report": "late",
        "us-il/sb315#incident_report_agency": "late",
        "us-il/sb315#incident_report_attorney_general": "late",
        "us-ca/sb53#incident_report": "met",
    }
