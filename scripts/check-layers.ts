// Holds the layering of src/: a file imports from its own folder and from the
// layers below it, never from one above, and never the package by its name.
//
//   node scripts/check-layers.ts

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.ts';

/** From the bottom up. */
const layers = [
  'errors',
  'addon',
  'stack',
  'loop',
  'future',
  'coroutine',
  'task',
  'greenlet',
  'hub',
  'sync',
  'io',
  'asyncio',
  'gevent',
  'inspect',
  'testing',
  'index.ts',
  'cli',
];

// At the start of a line, so that the examples in doc comments are not taken
// for imports; `[^;]` lets the list of names run over several lines.
const statements = /^\s*(?:import|export)\b(?:[^;'"]*?\bfrom)?\s*['"]([^'"\n]+)['"]/gm;
const dynamic = /^(?!\s*(?:\*|\/\/)).*?\bimport\(\s*['"]([^'"\n]+)['"]/gm;

/** The folder of src/ a file belongs to; a file directly in src/ stands for itself. */
function layerOf(file: string): string {
  return relative(join(root, 'src'), file).split(/[\\/]/)[0]!;
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

function importsOf(text: string): { specifier: string; line: number }[] {
  return [...text.matchAll(statements), ...text.matchAll(dynamic)]
    .map((match) => ({
      specifier: match[1]!,
      line: lineAt(text, match.index + match[0].length),
    }))
    .toSorted((left, right) => left.line - right.line);
}

/** Why the import is not allowed; undefined when it is. */
function objection(file: string, specifier: string): string | undefined {
  if (/^greenroom(\/|$)/.test(specifier)) {
    return `imports the package by its name (${specifier}); use a relative path`;
  }
  if (!specifier.startsWith('.')) return undefined;
  const target = join(dirname(file), specifier);
  if (!target.startsWith(join(root, 'src'))) return `leaves src/ (${specifier})`;
  const [from, to] = [layerOf(file), layerOf(target)];
  if (layers.indexOf(to) === -1) return `imports ${to}, which is no layer`;
  if (layers.indexOf(to) <= layers.indexOf(from)) return undefined;
  return `${from} imports ${to}, a layer above it (${specifier})`;
}

let count = 0;
const problems: string[] = [];
for (const name of globSync('src/**/*.ts', { cwd: root }).toSorted()) {
  const file = join(root, name);
  if (!layers.includes(layerOf(file))) {
    problems.push(
      `${name}:1: ${layerOf(file)} is no layer; the list is in scripts/check-layers.ts`,
    );
    continue;
  }
  for (const { specifier, line } of importsOf(readFileSync(file, 'utf8'))) {
    count += 1;
    const why = objection(file, specifier);
    if (why !== undefined) problems.push(`${name}:${line}: ${why}`);
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`\n${problems.length} imports against the order: ${layers.join(' < ')}`);
  process.exit(1);
}
console.log(`layers: ${count} imports, all downwards`);
