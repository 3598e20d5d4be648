// greenroom run examples/wordcount.ts [folder]
// Smoke: src/errors
//
// Counts the words of all text files in a folder, one greenlet for each file.
// countWords() is blocking code; `greenroom run` lets the reads overlap. With
// `greenroom run --no-patch` they come one after the other: the same numbers.

import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { joinAll, spawn } from 'greenroom';

const TEXT = new Set(['.md', '.txt', '.ts', '.js', '.cc', '.h', '.json']);

function countWords(file: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of readFileSync(file, 'utf8').match(/\p{L}{4,}/gu) ?? []) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return counts;
}

const folder = process.argv[2] ?? '.';
const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && TEXT.has(extname(entry.name)))
  .map((entry) => join(entry.parentPath, entry.name));

const total = new Map<string, number>();
for (const task of joinAll(
  files.map((file) => spawn(countWords, file)),
  { raiseError: true },
)) {
  for (const [word, count] of task.get()) total.set(word, (total.get(word) ?? 0) + count);
}

console.log(`${files.length} files, ${total.size} different words`);
for (const [word, count] of [...total].toSorted((a, b) => b[1] - a[1]).slice(0, 10)) {
  console.log(String(count).padStart(7), word);
}
