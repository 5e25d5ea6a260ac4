"""`comity diff` on the command line."""

import pytest

PATCH = "examples/patches/us-hr9925/ca-sb53.yaml"


@pytest.fixture(autouse=True)
def _there(root, monkeypatch):
    monkeypatch.chdir(root)


def test_a_patch_in_words(comity):
    ran = comity("diff", "--patch", PATCH)
    assert ran.code == 0, ran.err
    assert "(hypothetical), in force 2027-07-01" in ran.out
    assert "us-ca/sb53#framework " in ran.out
    assert "[loosened]" in ran.out
    assert "true before, false after" in ran.out
    assert "comity is not legal advice." in ran.out


def test_texts_alone(comity):
    found = comity("diff", "sb53", "--patch", PATCH, "--no-proof", "--json").json
    assert found["proved"] is False
    assert {each["can_change"] for each in found["conclusions"]} == {None}
    assert {each["witness"] for each in found["conclusions"]} == {None}
    # What suspension does can be told from the texts: a condition more.
    assert {each["direction"] for each in found["conclusions"] if each["kind"] == "duty" and each["own"]} == {
        "loosened"
    }


def test_without_a_solver_it_says_so(comity, monkeypatch):
    monkeypatch.setattr("comity.change.effect._installed", lambda: False)
    ran = comity("diff", "sb53", "--patch", PATCH)
    assert ran.code == 0
    assert 'pip install "comity[solver]"' in ran.out.replace("\n", " ")


def test_two_dates_of_knowledge(comity):
    found = comity(
        "diff", "--to", "2026-08-02", "--known-from", "2026-07-23", "--known-to", "2026-07-24", "--no-proof", "--json"
    ).json
    assert found["from"]["patches"] != found["to"]["patches"] == [*found["from"]["patches"], "eu/omnibus-2026"]
    dates = {
        c["what"]: (c["before"]["value"], c["after"]["value"], c["direction"])
        for i in found["instruments"]
        for c in i["dates"]
        if c["before"]
    }
    assert dates["annex_iii_applies"] == ("2026-08-02", "2027-12-02", "later")


def test_dates_that_come_between(comity):
    found = comity(
        "diff", "eu/ai-act", "--from", "2027-11-01", "--to", "2027-12-31", "--known-to", "2026-11-21", "--json"
    ).json
    assert [each["date"] for each in found["coming"]] == ["2027-12-02"]
    assert found["counts"]["can"] == 0


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ((), "nothing to compare"),
        (("--from", "2026-12-01", "--to", "2026-01-01"), "is after"),
        (("nope", "--from", "2026-01-01"), "there is no instrument 'nope'"),
        (("--corpus-from", "examples"), "holds no corpus"),
    ],
)
def test_wrong_use(comity, args, said):
    ran = comity("diff", *args)
    assert ran.code == 2
    assert said in ran.err
