// docs/how-it-works.md lists what no public header promises. Node's part of the list is src/node-internals/.

import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { suite, test } from 'node:test';

import { root } from '../../scripts/run.ts';

const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const files = globSync('src/node-internals/*.ts', { cwd: root })
  .filter((name) => basename(name) !== 'index.ts')
  .toSorted();
const list = /^## What is relied on$([\s\S]*?)^## /m.exec(read('docs/how-it-works.md'))![1]!;

/** The code of a file, without comments. */
function codeOf(name: string): string {
  return read(name).replace(/\/\*[\s\S]*?\*\/|(?<![:\\])\/\/.*/g, '');
}

suite('the list of what no public header promises', () => {
  test('has each file of src/node-internals/ once, and no other', () => {
    const linked = [...list.matchAll(/\]\(\.\.\/(src\/node-internals\/[^)]*)\)/g)];
    assert.deepEqual(linked.map(([, name]) => name!).toSorted(), files);
  });

  test('each file says what is lost without its internal, and exports what looks for it', () => {
    for (const name of files) {
      const text = read(name);
      assert.match(text, /^ \* Without (?:it|them|these) /m, name);
      assert.match(text, /^export function find\w+\(/m, name);
      const tested = read('test/node-internals/without.test.ts');
      assert.ok(tested.includes(`'${basename(name, '.ts')}'`), `${name} is never taken away`);
    }
  });

  test('whoever touches an internal has it from there', () => {
    const touched =
      /\b_(?:handle|parent|load|resolveFilename|cache|unrefTimer|events)\b|\bprocess\.binding\b|\bSymbol\.species\b/;
    for (const name of globSync('src/**/*.ts', { cwd: root })) {
      const code = codeOf(name);
      if (name.startsWith('src/node-internals/') || code.includes('/node-internals/index.ts'))
        continue;
      assert.doesNotMatch(code, touched, name);
    }
  });
});
