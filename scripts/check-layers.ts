// Holds the structure of src/:
//
//  - A file imports from its own layer and from the layers below it, never from one above, and never the package by
//    its name.
//  - From another layer it imports through the door, that layer's index.ts. A door exports what other layers import,
//    and no more.
//  - What is public stands in src/public/, one list for each subpath of the package. No layer imports from there; the
//    command line does.
//
//   node scripts/check-layers.ts

import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.ts';

/** From the bottom up. */
const layers = [
  'errors',
  'node-internals',
  'addon',
  'stack',
  'loop',
  'kernel',
  'context',
  'future',
  'coroutine',
  'task',
  'greenlet',
  'hub',
  'sync',
  'io',
  'abort',
  'ends',
  'scopes',
  'combine',
  'threads',
  'inspect',
  'asyncio',
  'gevent',
  'monkey',
  'testing',
  'public',
  'cli',
];

/** Files that are loaded for their effect, or on demand. */
const sideDoors = ['inspect/debug/mode.ts'];

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

interface Statement {
  readonly names: readonly string[];
  readonly target: string;
}

const named = /^\s*(?:import|export)\b[^;'"{]*\{([^}]*)\}\s*from\s*['"]([^'"\n]+)['"]/gm;

/** The statements of `file` that import or re-export names from other files of src/. */
function namedImports(file: string, text: string): Statement[] {
  return [...text.matchAll(named)].map((match) => ({
    names: match[1]!
      .split(',')
      .map((name) =>
        name
          .trim()
          .replace(/^type /, '')
          .split(' as ')[0]!
          .trim(),
      )
      .filter((name) => name !== ''),
    target: join(dirname(file), match[2]!),
  }));
}

function isDoor(file: string): boolean {
  return (
    /^[^\\/]+[\\/]index\.ts$/.test(relative(join(root, 'src'), file)) && layerOf(file) !== 'public'
  );
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
  if (layers.indexOf(to) > layers.indexOf(from))
    return `${from} imports ${to}, a layer above it (${specifier})`;
  if (from === to) {
    return isDoor(target) ? `imports its own door (${specifier}); name the file` : undefined;
  }
  if (to === 'public' || isDoor(target) || sideDoors.includes(relative(join(root, 'src'), target)))
    return undefined;
  return `goes past the door of ${to} (${specifier}); import from ${to}/index.ts`;
}

let count = 0;
const problems: string[] = [];
/** What is imported through each door. */
const used = new Map<string, Set<string>>();
const doors: string[] = [];
for (const name of globSync('src/**/*.ts', { cwd: root }).toSorted()) {
  const file = join(root, name);
  if (!layers.includes(layerOf(file))) {
    problems.push(
      `${name}:1: ${layerOf(file)} is no layer; the list is in scripts/check-layers.ts`,
    );
    continue;
  }
  const text = readFileSync(file, 'utf8');
  if (isDoor(file)) doors.push(file);
  for (const { specifier, line } of importsOf(text)) {
    count += 1;
    const why = objection(file, specifier);
    if (why !== undefined && !(isDoor(file) && specifier.startsWith('./')))
      problems.push(`${name}:${line}: ${why}`);
  }
  for (const { names, target } of namedImports(file, text)) {
    if (!isDoor(target)) continue;
    const through = used.get(target) ?? new Set();
    used.set(target, through);
    for (const each of names) through.add(each);
  }
}
for (const door of doors) {
  const text = readFileSync(door, 'utf8');
  for (const { names } of namedImports(door, text)) {
    for (const each of names) {
      if (used.get(door)?.has(each) === true) continue;
      problems.push(`${relative(root, door)}:1: exports ${each}, which no other layer imports`);
    }
  }
}
if (problems.length > 0) {
  console.error(problems.join('\n'));
  console.error(`\n${problems.length} breaches of the structure; layers: ${layers.join(' < ')}`);
  process.exit(1);
}
console.log(`layers: ${count} imports, all downwards and through ${doors.length} doors`);
