"""The pipeline from text to repair, with engines whose every edit is known."""

from __future__ import annotations

import pytest
from fake_engines import BrokenEngine, TableEngine

from refluent import RepairConfig, Repairer
from refluent.engines.copy import CopyEngine
from refluent.types import Edit, Status

TABLE = {"go": "goes", "strongly": "sharply"}
DOCUMENT = "  He go to school.\r\n\r\nPrices rose strongly. Nobody knows why.\n\n\t- She go home.\n"
REPAIRED = "  He goes to school.\r\n\r\nPrices rose sharply. Nobody knows why.\n\n\t- She goes home.\n"


def repairer(**settings: object) -> Repairer:
    return Repairer(TableEngine(TABLE), RepairConfig.from_mapping(settings))


def test_repair_changes_what_the_engine_says_and_nothing_else():
    assert repairer().repair(DOCUMENT).text == REPAIRED


def test_repair_points_into_the_text_of_the_caller():
    repair = repairer().repair(DOCUMENT)
    assert repair.source == DOCUMENT
    assert [(edit.original, edit.replacement) for edit in repair.accepted] == [
        ("go", "goes"),
        ("strongly", "sharply"),
        ("go", "goes"),
    ]
    for edit in repair.edits:
        assert edit.span.of(DOCUMENT) == edit.original


def test_repair_rejects_edits_below_the_threshold_and_says_so():
    repair = repairer(min_confidence=0.95).repair(DOCUMENT)
    assert repair.text == DOCUMENT
    assert len(repair.rejected) == 3
    assert all(edit.reason for edit in repair.rejected)


def test_repair_uses_the_threshold_of_the_engine_where_none_is_given():
    assert Repairer(TableEngine(TABLE, confidence=0.4)).repair(DOCUMENT).text == DOCUMENT
    assert Repairer(TableEngine(TABLE, confidence=0.6)).repair(DOCUMENT).text == REPAIRED


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n", "...", "\u00a0", "a"])
def test_repair_returns_texts_with_nothing_to_repair(text: str):
    assert repairer().repair(text).text == text


def test_repair_of_a_batch_keeps_order_and_length():
    texts = ["She go home.", "", "Fine.", DOCUMENT, "She go home."]
    repairs = repairer().repair_batch(texts)
    assert [repair.source for repair in repairs] == texts
    assert [repair.text for repair in repairs] == ["She goes home.", "", "Fine.", REPAIRED, "She goes home."]
    assert repairer().repair_batch([]) == []


def test_repair_stream_reads_no_further_than_it_must():
    read: list[int] = []

    def numbers():
        for number in range(10_000):
            read.append(number)
            yield f"Number {number} go."

    stream = repairer().repair_stream(numbers())
    assert next(stream).text == "Number 0 goes."
    assert len(read) < 1000


def test_repair_leaves_a_sentence_alone_that_no_cut_makes_short_enough():
    endless = "go" + " go" * 200
    engine = TableEngine(TABLE, max_pieces=8)
    repair = Repairer(engine).repair(f"He go.\n{endless}\nShe go.")
    assert repair.text.startswith("He goes.\n")
    assert repair.text.endswith("\nShe goes.")
    assert all(engine.count_pieces(text) <= 8 for text in engine.seen)


def test_repair_survives_an_engine_that_fails_on_one_segment():
    engine = BrokenEngine(TABLE)
    repair = Repairer(engine).repair("He go home. This is poison. She go home. They go too.")
    assert repair.text == "He goes home. This is poison. She goes home. They goes too."
    assert len(repair.warnings) == 1
    assert "characters 12-27" in repair.warnings[0]
    assert "out of memory" in repair.warnings[0]


def test_repair_refuses_bytes_and_a_string_for_a_batch():
    with pytest.raises(TypeError, match="decode bytes first"):
        repairer().repair(b"He go.")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="call repair"):
        repairer().repair_batch("He go.")


def test_rules_act_without_a_model():
    repair = Repairer(CopyEngine()).repair("He went home.She stayed.")
    assert repair.text == "He went home. She stayed."
    assert [edit.origin.partition(":")[0] for edit in repair.accepted] == ["rule"]


def test_model_edit_wins_over_a_rule_where_both_meet():
    engine = TableEngine({"the": "a"})
    assert Repairer(CopyEngine()).repair("It is the the end.").text == "It is the end."
    repair = Repairer(engine).repair("It is the the end.")
    assert all(not left.span.overlaps(right.span) for left, right in pairs(repair.accepted))
    assert {edit.origin for edit in repair.accepted} == {"model"}


def test_rule_stands_in_where_the_model_edit_is_rejected():
    engine = TableEngine({"the": "a"}, confidence=0.1)
    repair = Repairer(engine).repair("It is the the end.")
    assert repair.text == "It is the end."
    assert {edit.status for edit in repair.edits if edit.origin == "model"} == {Status.REJECTED}


def test_signature_names_version_threshold_and_engine():
    signature = repairer(min_confidence=0.7).signature()
    assert signature["engine"] == "table"
    assert signature["min_confidence"] == "0.7"
    assert signature["refluent"]


def test_glossary_terms_stay_as_they_are():
    repair = repairer(glossary=["strongly"]).repair("Prices rose strongly.")
    assert repair.text == "Prices rose strongly."
    assert len(repair.rejected) == 1


def pairs(edits: tuple[Edit, ...]):
    return [(left, right) for place, left in enumerate(edits) for right in edits[place + 1 :]]


def test_consistency_fix_makes_what_report_only_finds():
    text = "The U.S. economy grew. Trade with the US fell. U.S. exports rose. The U.S. dollar fell."
    fixed = Repairer(CopyEngine(), RepairConfig(consistency="fix")).repair(text)
    reported = Repairer(CopyEngine(), RepairConfig(consistency="report")).repair(text)
    assert reported.text == text
    assert reported.findings == fixed.findings != ()
    assert fixed.text == text.replace("the US fell", "the U.S. fell")
    assert {edit.origin for edit in fixed.accepted} == {"rule:consistency"}
