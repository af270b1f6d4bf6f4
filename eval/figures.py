"""Measure everything that README.md and models/README.md quote, and write it into them.

    python eval/figures.py [DEV_DIR]

The shipped suite is always measured. With DEV_DIR, a folder of JSONL suites (post_edits, translationese, mlqe_et,
mlqe_ro, mlqe_ru, wmt22_zh_ja, fluent), the development sets as well. Tables go between the lines
``<!-- figures: NAME -->`` and ``<!-- end -->`` of the two documents. Systems: ``copy`` is doing nothing, ``rules``
the deterministic rules alone, ``default`` the default model with them.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from pathlib import Path

from refluent.evaluation.evaluate import evaluate
from refluent.evaluation.results import Results
from refluent.evaluation.sources import open_suite
from refluent.evaluation.systems import from_model

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = (ROOT / "README.md", ROOT / "models" / "README.md")
DEV = ("post_edits", "translationese", "mlqe_et", "mlqe_ro", "mlqe_ru", "wmt22_zh_ja", "fluent")
# Column, measure, whether it is a share to be shown as a percentage.
COLUMNS = (
    ("TER", "ter", False),
    ("chrF", "chrf", False),
    ("BLEU", "bleu", False),
    ("distance closed", "distance_closed", True),
    ("improved", "improved", True),
    ("worsened", "worsened", True),
    ("fine text changed", "overcorrection", True),
    ("numbers kept", "numbers_kept", True),
    ("names kept", "names_kept", True),
)


def cell(results: Results, system: str, measure: str, *, is_share: bool) -> str:
    """One figure; a dash where the suite has nothing to measure."""
    score = results.system(system).scores.get(measure)
    if score is None:
        return "-"
    return f"{100 * score.value:.1f} %" if is_share else f"{score.value:.2f}"


def table(named: Sequence[tuple[str, Results]]) -> str:
    """Every system on every suite as a Markdown table, with the significance of the TER difference."""
    head = ["suite", "system", *(name for name, _, _ in COLUMNS), "p (TER)"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, results in named:
        for system in (one.name for one in results.systems):
            cells = [cell(results, system, measure, is_share=share) for _, measure, share in COLUMNS]
            comparison = results.comparison(system, "copy")
            difference = comparison.differences.get("ter") if comparison else None
            chance = "-" if difference is None else f"{difference.p_randomization:.3f}"
            lines.append("| " + " | ".join([name, system, *cells, chance]) + " |")
    return "\n".join(lines)


def insert(path: Path, name: str, text: str) -> None:
    """Replace what stands between the marks of a name, if the document has them."""
    content = path.read_text(encoding="utf-8")
    marked = re.compile(rf"(<!-- figures: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    path.write_text(marked.sub(lambda found: f"{found[1]}{text}\n{found[2]}", content), encoding="utf-8")


def measured(names: Sequence[str]) -> Results:
    """Doing nothing, the rules and the default model on a suite."""
    return evaluate(open_suite(names), [from_model("rules"), from_model(None)])


def main() -> None:
    """Measure, print, and write into the documents."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dev", nargs="?", type=Path, help="folder with the development sets")
    dev = parser.parse_args().dev
    found = {"shipped": table([("shipped", measured(()))])}
    if dev is not None:
        found["dev"] = table([(name, measured([str(dev / f"{name}.jsonl")])) for name in DEV])
    for name, text in found.items():
        print(text, end="\n\n")
        for path in DOCUMENTS:
            insert(path, name, text)


if __name__ == "__main__":
    main()
