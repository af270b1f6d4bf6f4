"""How often people trip the guards: the share of human edits that each guard would reject.

    python eval/guards.py DEV_DIR [--examples N] [--guard NAME]

Reads the JSON lines in DEV_DIR whose references were written as edits of the source (post_edits, translationese,
mlqe_*), extracts the edits that lead from the source to the first reference, and lets every guard look at each.
A guard that fires is not always wrong: the editors of mlqe_* saw the original and corrected names and numbers.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from refluent import guards
from refluent.edits.extract import extract
from refluent.guards.context import Context
from refluent.types import Edit, Status

FILES = ("post_edits", "translationese", "mlqe_et", "mlqe_ro", "mlqe_ru")


def human_edits(folder: Path) -> Iterator[tuple[str, list[Edit]]]:
    """Each source with the edits that lead to its reference."""
    for name in FILES:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["source"], extract(row["source"], row["references"][0])


def main() -> None:
    """Print the table, and examples where asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DEV_DIR")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="show N edits for each guard")
    parser.add_argument("--guard", choices=sorted(guards.GUARDS), help="show examples of this guard alone")
    arguments = parser.parse_args()

    total, sentences, reviewed = 0, 0, 0
    fired: Counter[str] = Counter()
    examples: dict[str, list[str]] = defaultdict(list)
    for sentence, edits in human_edits(arguments.folder):
        sentences += 1
        total += len(edits)
        for edit in edits:
            for name, check in guards.GUARDS.items():
                if violation := check(edit, sentence, Context()):
                    fired[name] += 1
                    marked = f"{sentence[: edit.span.start]}[{edit.original}->{edit.replacement}]"
                    examples[name].append(f"{violation.message} | {marked}{sentence[edit.span.end :]}")
        reviewed += sum(edit.status is Status.REJECTED for edit in guards.review(sentence, edits, Context()))
    print(f"{total} edits of {sentences} sentences\n\n| guard | fired | of all edits |\n|---|---:|---:|")
    for name in guards.GUARDS:
        print(f"| {name} | {fired[name]} | {fired[name] / total:.2%} |")
    print(f"| rejected by review | {reviewed} | {reviewed / total:.2%} |")
    for name in [arguments.guard] if arguments.guard else guards.GUARDS:
        step = max(1, len(examples[name]) // max(1, arguments.examples))
        for example in examples[name][::step][: arguments.examples]:
            print(f"\n{name}: {example}")


if __name__ == "__main__":
    main()
