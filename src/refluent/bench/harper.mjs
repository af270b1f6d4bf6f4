// One JSON string a line in and out: the text with each first suggestion of Harper made, last one first, so that
// the places of the others stay right; of suggestions that overlap the one that begins first counts.
import { createInterface } from 'node:readline';
import { binary } from 'harper.js/binary';
import { LocalLinter } from 'harper.js';

const linter = new LocalLinter({ binary });
await linter.setup();
for await (const line of createInterface({ input: process.stdin })) {
  let text = JSON.parse(line);
  const lints = (await linter.lint(text, { language: 'plaintext' })).filter((lint) => lint.suggestion_count() > 0);
  lints.sort((one, other) => one.span().start - other.span().start);
  const chosen = [];
  let end = -1;
  for (const lint of lints) {
    if (lint.span().start >= end) {
      chosen.push(lint);
      end = Math.max(lint.span().end, lint.span().start + 1);
    }
  }
  for (const lint of chosen.reverse()) text = await linter.applySuggestion(text, lint, lint.suggestions()[0]);
  process.stdout.write(JSON.stringify(text) + '\n');
}
