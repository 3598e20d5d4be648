// What the documents name, exists; and what exists, is named.

import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { root } from '../../scripts/run.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const FILE = /`((?:src|native|scripts|test|docs|bench|examples)\/[\w./-]+\.\w+)`/g;

suite('the documents', () => {
  for (const document of [
    'ARCHITECTURE.md',
    'CONTRIBUTING.md',
    'RELEASING.md',
    ...globSync('docs/**/*.md', { cwd: root }),
  ])
    test(`${document} names only files that exist`, () => {
      const missing = [...read(document).matchAll(FILE)]
        .map(([, file]) => file as string)
        .filter((file) => !existsSync(join(root, file)));
      assert.deepEqual(missing, []);
    });

  test('ARCHITECTURE.md has a row for each layer', () => {
    const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `([\w-]+)` +\|/gm)].map(
      ([, layer]) => layer as string,
    );
    assert.deepEqual(rows.toSorted(), readdirSync(join(root, 'src')).toSorted());
  });

  test('docs/environment.md has every variable that the code reads, and no other', () => {
    const sources = globSync(['{src,scripts,test,bench,bin}/**/*.{ts,js}', 'native/*.cc'], {
      cwd: root,
    });
    const READS = /(?:env\[|env\.|getenv\(|chosen\()\s*['"]?(GREENROOM_[A-Z_]+)/g;
    const read_ = new Set(
      sources.flatMap((file) => [...read(file).matchAll(READS)].map(([, name]) => name)),
    );
    const told = [...read('docs/environment.md').matchAll(/^\| `(GREENROOM_[A-Z_]+)`/gm)].map(
      ([, name]) => name,
    );
    assert.deepEqual(told.toSorted(), [...read_].toSorted());
  });
});
