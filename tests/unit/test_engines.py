"""Engines: batching, presets, model folders, devices, and every seq2seq family on tiny models made here."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tiny_models import FAMILIES, LESSONS, build

from refluent.engines import presets, registry
from refluent.engines.base import Engine
from refluent.engines.batching import BatchedEngine
from refluent.engines.checkpoint import locate, weights_digest
from refluent.engines.copy import CopyEngine
from refluent.engines.torch_engine import TorchEngine
from refluent.errors import ConfigError, DeviceError, ModelError
from refluent.types import Edit, Hypothesis, Span

pytestmark = [
    pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]
SENTENCES = list(LESSONS)


class RecordingEngine(CopyEngine):
    """Appends "!" to every text and remembers its batches."""

    max_pieces = 8

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def rewrite(self, texts: Sequence[str]) -> list[Hypothesis]:
        self.batches.append(list(texts))
        return [Hypothesis(text, (Edit(Span(len(text), len(text)), "", "!"),)) for text in texts]


def test_batching_keeps_the_order_and_rewrites_equal_texts_once():
    inner = RecordingEngine()
    texts = ["a b c", "a", "a b", "a", "a b c d", ""]
    found = BatchedEngine(inner, batch_pieces=6).rewrite(texts)
    assert [hypothesis.source for hypothesis in found] == texts
    assert sorted(text for batch in inner.batches for text in batch) == sorted(set(texts))


def test_batching_counts_padding_against_the_budget():
    inner = RecordingEngine()
    BatchedEngine(inner, batch_pieces=6).rewrite(["a b c", "a", "a b", "b", "a b c d e f g"])
    for batch in inner.batches:
        padded = len(batch) * max(len(text.split()) for text in batch)
        assert padded <= 6 or len(batch) == 1
    assert inner.batches[0] == ["a b c d e f g"]


def test_batching_refuses_a_text_longer_than_the_model_takes():
    with pytest.raises(ValueError, match="9 pieces"):
        BatchedEngine(RecordingEngine(), batch_pieces=100).rewrite(["a b c d e f g h i"])


def test_copy_engine_proposes_nothing():
    assert CopyEngine().rewrite(["He go."]) == [Hypothesis("He go.")]


@pytest.fixture(scope="module", params=FAMILIES)
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> TorchEngine:
    return TorchEngine(build(request.param, tmp_path_factory.mktemp(request.param)))


def changes(hypothesis: Hypothesis) -> list[tuple[str, str]]:
    return [(edit.original.strip(), edit.replacement.strip()) for edit in hypothesis.edits]


def rewritten(hypothesis: Hypothesis) -> str:
    text = hypothesis.source
    for edit in reversed(hypothesis.edits):
        text = text[: edit.span.start] + edit.replacement + text[edit.span.end :]
    return text


def test_torch_engine_writes_what_each_family_learned(engine: TorchEngine):
    assert {h.source: rewritten(h) for h in engine.rewrite(SENTENCES)} == LESSONS


def test_torch_engine_is_sure_of_what_it_learned(engine: TorchEngine):
    confidences = [edit.confidence for hypothesis in engine.rewrite(SENTENCES) for edit in hypothesis.edits]
    assert len(confidences) == 3
    assert all(0.8 < confidence <= 1.0 for confidence in confidences)


def test_torch_engine_gives_the_same_result_alone_and_in_a_batch(engine: TorchEngine):
    together = engine.rewrite(
        [*SENTENCES, "A sentence that nobody taught the model, longer than all the others."]
    )
    for sentence, hypothesis in zip(SENTENCES, together, strict=False):
        alone = engine.rewrite([sentence])[0]
        assert changes(alone) == changes(hypothesis)
        for left, right in zip(alone.edits, hypothesis.edits, strict=True):
            assert left.confidence == pytest.approx(right.confidence, abs=2e-4)


@pytest.fixture(scope="module")
def ct2_engine(engine: TorchEngine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The same checkpoint converted without rounding: in int8, so small a model forgets what it learned."""
    pytest.importorskip("ctranslate2")
    from refluent.engines.ct2_engine import Ct2Engine

    if engine._model.config.model_type == "marian":
        pytest.skip("starts from an embedding that is not zero, see the test below")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield Ct2Engine(engine._folder, quantization="float32")


def test_ct2_engine_agrees_with_the_torch_engine(engine: TorchEngine, ct2_engine: Engine):
    texts = [*SENTENCES, "She is tired of the price of every bus.", "The school has risen."]
    for left, right in zip(engine.rewrite(texts), ct2_engine.rewrite(texts), strict=True):
        assert changes(left) == changes(right)
        for one, other in zip(left.edits, right.edits, strict=True):
            assert one.confidence == pytest.approx(other.confidence, abs=1e-3)


def test_ct2_engine_gives_the_same_result_alone_and_in_a_batch(ct2_engine: Engine):
    texts = [*SENTENCES, "She is tired of the price of every bus."]
    together = ct2_engine.rewrite(texts)
    for text, hypothesis in zip(texts, together, strict=True):
        assert changes(ct2_engine.rewrite([text])[0]) == changes(hypothesis)


def test_ct2_engine_refuses_what_the_model_cannot_take(ct2_engine: Engine):
    with pytest.raises(ValueError, match="pieces"):
        ct2_engine.rewrite(["school " * ct2_engine.max_pieces])


def test_torch_engine_refuses_what_the_model_cannot_take(engine: TorchEngine):
    text = "school " * engine.max_pieces
    assert engine.count_pieces(text) > engine.max_pieces
    with pytest.raises(ValueError, match="pieces"):
        engine.rewrite([text])


def test_torch_engine_never_blames_the_writer_for_its_own_vocabulary(tmp_path: Path):
    for edit in TorchEngine(build("t5", tmp_path)).rewrite(["He go to {school} every day."])[0].edits:
        assert "{" not in edit.original
        assert "}" not in edit.original


def test_torch_engine_signs_with_digest_device_and_decoding(engine: TorchEngine):
    signature = engine.signature()
    assert len(signature["model"]) == 64
    assert signature["device"] == "cpu"
    assert signature["decoding"] == "greedy"


def test_preset_prefix_reaches_the_model(tmp_path: Path):
    prefix = presets.find(Path("coedit-large")).prefix
    folder = build("bart", tmp_path, prefix=prefix)
    taught = folder.rename(tmp_path / "coedit-large")
    assert {h.source: rewritten(h) for h in TorchEngine(taught).rewrite(SENTENCES)} == LESSONS


def test_preset_beams_reach_the_model(tmp_path: Path):
    folder = build("bart", tmp_path, prefix="grammar: ").rename(tmp_path / "t5-base-grammar-correction")
    engine = TorchEngine(folder)
    assert engine.signature()["decoding"] == "beam5"
    assert {h.source: rewritten(h) for h in engine.rewrite(SENTENCES)} == LESSONS


@pytest.mark.parametrize(
    ("folder", "prefix"),
    [
        ("models/coedit-xl", "Fix grammatical errors in this sentence: "),
        (
            "hub/models--grammarly--coedit-large/snapshots/0ed2393",
            "Fix grammatical errors in this sentence: ",
        ),
        ("hub/models--vennify--t5-base-grammar-correction/snapshots/9e4", "grammar: "),
        ("grammar_error_correcter_v1", "gec: "),
        ("models/my-own-model", ""),
    ],
)
def test_preset_is_found_by_name(folder: str, prefix: str):
    assert presets.find(Path(folder)).prefix == prefix


def test_registry_opens_a_folder_of_any_family(tmp_path: Path):
    assert isinstance(registry.load(build("bart", tmp_path), device="cpu"), TorchEngine)
    assert isinstance(registry.load("copy"), CopyEngine)


def test_registry_names_a_missing_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/no-such-model: .*hub.*; check the name"):
        registry.load("nobody/no-such-model")
    with pytest.raises(ModelError, match="neither a folder nor a hub id"):
        registry.load("not a/model/../name")


def test_registry_names_a_folder_that_is_no_seq2seq_model(tmp_path: Path):
    with pytest.raises(ModelError, match=r"has no config\.json"):
        registry.load(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}), encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        registry.load(tmp_path, device="cpu")
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be used"):
        registry.load(tmp_path)


@pytest.mark.parametrize(("name", "data"), [("tokenizer.json", None), ("model.safetensors", b"damaged")])
def test_registry_refuses_an_incomplete_or_damaged_model(tmp_path: Path, name: str, data: bytes | None):
    file = build("bart", tmp_path) / name
    file.unlink()
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(ModelError, match=r"cannot be loaded .*; is the folder complete"):
        registry.load(file.parent, device="cpu")


def test_registry_names_a_missing_device(tmp_path: Path):
    folder = build("bart", tmp_path)
    with pytest.raises(DeviceError, match="cuda:99: there is no such device here; use one of"):
        registry.load(folder, device="cuda:99")


def test_ct2_engine_converts_once_for_each_set_of_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    pytest.importorskip("ctranslate2")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = build("bart", tmp_path)
    engine = registry.load(folder, device="cpu", engine="ctranslate2")
    assert {h.source: rewritten(h) for h in engine.rewrite(SENTENCES)} == LESSONS
    assert engine.signature()["quantization"] == "int8"
    (made,) = (tmp_path / "cache" / "refluent" / "ctranslate2").iterdir()
    assert weights_digest(folder)[:32] in made.name
    before = (made / "model.bin").stat().st_mtime_ns
    registry.load(folder, device="cpu", engine="ctranslate2")
    assert (made / "model.bin").stat().st_mtime_ns == before


def test_ct2_engine_refuses_a_marian_checkpoint_that_does_not_start_from_zeros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    pytest.importorskip("ctranslate2")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match="would start from zeros"):
        registry.load(build("marian", tmp_path), device="cpu", engine="ctranslate2")
    assert not [*(tmp_path / "cache").rglob("model.bin")]


def test_registry_explains_an_engine_that_cannot_be_had(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "refluent"}), encoding="utf-8")
    with pytest.raises(ConfigError, match="magic: there is no such engine; use auto, torch, ctranslate2"):
        registry.load(tmp_path, engine="magic")
    with pytest.raises(ConfigError, match="torch: does not run the default model"):
        registry.load(tmp_path, engine="torch")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bart"}), encoding="utf-8")
    monkeypatch.setattr("refluent.engines.registry.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=r'is not installed; pip install "refluent\[ct2\]"'):
        registry.load(tmp_path, engine="ctranslate2", device="cpu")


def test_weights_digest_depends_on_the_weights_alone(tmp_path: Path):
    (tmp_path / "model.safetensors").write_bytes(b"one")
    first = weights_digest(tmp_path)
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    assert weights_digest(tmp_path) == first
    (tmp_path / "model.safetensors").write_bytes(b"two")
    assert weights_digest(tmp_path) != first


def test_locate_takes_a_folder_as_it_is(tmp_path: Path):
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    assert locate(tmp_path) == tmp_path
    assert locate(str(tmp_path)) == tmp_path
