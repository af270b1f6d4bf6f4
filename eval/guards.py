"""How often human edits trip the guards: the share of them that each guard, and the review as a whole, would reject.

    python eval/guards.py DEV_DIR [--examples N] [--rejected N]

Reads the JSON lines in DEV_DIR whose references were written as edits of the source, extracts the edits that lead
from the source to the first reference, lets every guard look at each alone, and reviews each sentence with all its
edits. Two groups are counted apart: editors who saw the English only, and editors who saw the original and so
corrected names and numbers, which a guard must stop.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from refluent import guards
from refluent.edits.extract import extract
from refluent.guards.context import Context
from refluent.types import Category, Edit, Status

GROUPS = {
    "saw English only": ("post_edits", "translationese"),
    "saw the original": ("mlqe_et", "mlqe_ro", "mlqe_ru"),
}
REVIEW = "rejected by the review"


def human_edits(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, list[Edit]]]:
    """Each source with the edits that lead to its reference."""
    for name in names:
        for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield row["source"], extract(row["source"], row["references"][0])


def marked(edit: Edit, sentence: str, reason: str) -> str:
    """The edit in its surroundings, after the reason against it."""
    start, end = edit.span.start, edit.span.end
    change = f"[{edit.original}->{edit.replacement}]"
    return f"{reason} | {sentence[max(0, start - 60) : start]}{change}{sentence[end : end + 60]}"


def measure(folder: Path, names: tuple[str, ...], examples: dict[str, list[str]]) -> Counter[str]:
    """Edits that trip each guard, that the review rejects, by category, and in all; fills ``examples``."""
    fired: Counter[str] = Counter()
    for sentence, edits in human_edits(folder, names):
        fired["edits"] += len(edits)
        for edit in edits:
            for name, check in guards.GUARDS.items():
                if violation := check(edit, sentence, Context()):
                    fired[name] += 1
                    examples[name].append(marked(edit, sentence, str(violation)))
        for edit in guards.review(sentence, edits, Context()):
            fired[f"{edit.category.value}: edits"] += 1
            if edit.status is Status.REJECTED:
                fired[REVIEW] += 1
                fired[f"{edit.category.value}: rejected"] += 1
                examples[REVIEW].append(marked(edit, sentence, edit.reason))
    return fired


def main() -> None:
    """Print a table for both groups, and examples where asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path, metavar="DEV_DIR")
    parser.add_argument("--examples", type=int, default=0, metavar="N", help="show N edits for each guard")
    parser.add_argument(
        "--rejected", type=int, default=0, metavar="N", help="show N edits the review rejects"
    )
    arguments = parser.parse_args()

    counts: dict[str, Counter[str]] = {}
    examples: dict[str, dict[str, list[str]]] = {}
    for group, names in GROUPS.items():
        examples[group] = defaultdict(list)
        counts[group] = measure(arguments.folder, names, examples[group])

    headings = [f"{group}: of {counts[group]['edits']} edits" for group in GROUPS]
    print(f"| guard | {' | '.join(headings)} |")
    print("|---|---:|---:|")
    for name in (*guards.GUARDS, REVIEW):
        cells = [
            f"{counts[group][name]} ({counts[group][name] / counts[group]['edits']:.1%})" for group in GROUPS
        ]
        print(f"| {name} | {' | '.join(cells)} |")

    print("\n| rejected, by category | " + " | ".join(GROUPS) + " |\n|---|---:|---:|")
    for category in Category:
        numbers = [
            f"{found[f'{category.value}: rejected']} of {found[f'{category.value}: edits']}"
            for found in counts.values()
        ]
        print(f"| {category.value} | {' | '.join(numbers)} |")

    for group in GROUPS:
        wanted = {**dict.fromkeys(guards.GUARDS, arguments.examples), REVIEW: arguments.rejected}
        for name, number in wanted.items():
            found = examples[group][name]
            # The same sample every time, so that a reading can be repeated.
            for text in random.Random(1).sample(found, min(number, len(found))):
                print(f"\n{group}, {text}")


if __name__ == "__main__":
    main()
