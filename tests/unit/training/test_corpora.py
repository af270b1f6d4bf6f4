"""What is trained on, and above all what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from refluent.errors import TrainingError
from refluent.training.corpora import CorpusOptions, select
from refluent.training.mining import distance, mine_edited, segment_key
from refluent.training.pairs import HeldOut, Pair, read_pairs

ROOT = Path(__file__).parents[3]
SECRET = "The mayor of the small town opened the new bridge on Tuesday morning in heavy rain."
NOTHING = HeldOut([])


def write(path: Path, *rows: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def chosen(folder: Path, held_out: HeldOut = NOTHING, **options: object) -> list[Pair]:
    return select(CorpusOptions(**options), folder, folder, held_out=held_out, noise=None, seed=1)


def test_held_out_text_is_recognized_in_full_and_nearly():
    held_out = HeldOut([SECRET])
    assert held_out.covers(SECRET)
    assert held_out.covers(SECRET.replace("Tuesday", "Monday").upper())
    assert not held_out.covers("The mayor of the small town closed the old road last year because of snow.")
    assert not held_out.covers("On Tuesday morning it rained.")


def test_held_out_text_never_gets_into_a_corpus(tmp_path: Path):
    rows = [
        {"source": f"The mayor number {n} have opened a road.", "target": f"Mayor {n}."} for n in range(5)
    ]
    write(tmp_path / "a.jsonl", *rows, {"source": "Mayor of town bridge open.", "target": SECRET})
    found = chosen(tmp_path, HeldOut([SECRET]), files="a.jsonl")
    assert len(found) == 5
    assert all(pair.target != SECRET for pair in found)


def test_shipped_training_data_has_no_sentence_of_the_shipped_suites():
    rows = [
        json.loads(line)
        for path in sorted((ROOT / "eval" / "suites").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    held_out = HeldOut(text for row in rows for text in (row["source"], *row["references"]))
    data = sorted((ROOT / "models" / "data").glob("pairs-*.jsonl"))
    assert data
    for path in data:
        for line in path.read_text(encoding="utf-8").splitlines():
            record = json.loads(line)
            assert not held_out.covers(record["source"]), record
            assert not held_out.covers(record["target"]), record


def test_pairs_whose_digits_changed_are_left_out(tmp_path: Path):
    path = write(
        tmp_path / "a.jsonl",
        {"source": "one", "references": ["two", "three"]},
        {"source": "5 apples", "references": ["6 apples"], "digits_kept": False},
    )
    assert [(pair.source, pair.target) for pair in read_pairs(path)] == [("one", "two"), ("one", "three")]


def test_far_pairs_are_left_out(tmp_path: Path):
    write(
        tmp_path / "a.jsonl",
        {"source": "He go home every day.", "target": "He goes home every day."},
        {"source": "He go home every day.", "target": "Nobody knows what really happened there."},
    )
    found = chosen(tmp_path, files="a.jsonl", max_distance=0.3)
    assert [pair.target for pair in found] == ["He goes home every day."]


def test_repeat_takes_whole_copies_and_a_part(tmp_path: Path):
    write(
        tmp_path / "a.jsonl",
        *({"source": f"He go home {n}.", "target": f"He goes home {n}."} for n in range(10)),
    )
    assert len(chosen(tmp_path, files="a.jsonl", repeat=2.5)) == 25
    assert len(chosen(tmp_path, files="a.jsonl", repeat=0.3)) == 3


def test_identity_pairs_leave_the_fluent_side_alone(tmp_path: Path):
    write(tmp_path / "a.jsonl", {"source": "He go home now.", "target": "He goes home now."})
    assert chosen(tmp_path, files="a.jsonl", kind="identity")[0].source == "He goes home now."


def test_mining_takes_other_outputs_of_an_edited_segment_that_are_near():
    row = {"corpus": "wmt", "lang": "zh", "set": "t", "n": 7}
    row |= {"outputs": ["He go home.", "Something else entirely was said there.", "He go home.", ""]}
    edited = {segment_key("wmt:zh:t:system:7"): ["He goes home."]}
    found = list(mine_edited([row, {**row, "n": 8}], edited, max_distance=0.4))
    assert [(pair.source, pair.target) for pair in found] == [("He go home.", "He goes home.")]
    assert distance("He go home.", "He goes home.") == 0.25


@pytest.mark.parametrize(
    "options", [{"files": "none.jsonl"}, {"files": "@none.jsonl"}, {"files": "a.jsonl", "kind": "x"}]
)
def test_unusable_corpus_is_named(tmp_path: Path, options: dict[str, str]):
    with pytest.raises(TrainingError, match=r"none\.jsonl|a\.jsonl"):
        chosen(tmp_path, **options)
