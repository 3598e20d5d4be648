import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { after, suite, test } from 'node:test';
import { patchAll } from '../../src/public/monkey.ts';
import { main } from '../../src/hub/main.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { parks } from './parks.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'monkey-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
/** Under another name: what is required here is written by the tests. */
const load = createRequire(path.join(folder, 'x.js'));

function write(name: string, ...lines: string[]): void {
  fs.writeFileSync(path.join(folder, name), lines.join('\n'));
}

patchAll();

suite('the module loader', () => {
  test('reads by itself: nobody else runs while it looks for a module', async () => {
    write('part.cjs', 'exports.part = 1;');
    write('esm.mjs', "import './other.mjs'; export const esm = 2;");
    write('other.mjs', 'export default 3;');
    assert.equal(await parks(() => load('./part.cjs')), false);
    assert.equal(await parks(() => load('./esm.mjs')), false);
    assert.equal(await parks(() => assert.throws(() => load('./missing.cjs'))), false);
  });

  test('lets the body of a module block: others run meanwhile', async () => {
    write('reads.cjs', "exports.text = require('fs').readFileSync(__filename, 'utf8');");
    assert.equal(await parks(() => load('./reads.cjs')), true);
  });

  test('gives nobody a module whose body has not ended', async () => {
    write(
      'slow.cjs',
      "require('fs').readFileSync(__filename);",
      'exports.loads = (globalThis.loads = (globalThis.loads ?? 0) + 1);',
    );
    const loadSlow = (): unknown => (load('./slow.cjs') as { loads?: number }).loads;
    const loads = await main(() => [1, 2, 3].map(() => spawn(loadSlow)).map((task) => task.get()));
    assert.deepEqual(loads, [1, 1, 1]);
  });

  test('gives a cycle the unfinished module, as ever', async () => {
    write('a.cjs', "require('fs').readFileSync(__filename); exports.b = require('./b.cjs');");
    write('b.cjs', "require('fs').readFileSync(__filename); exports.a = require('./a.cjs');");
    const both = await main(() =>
      ['./a.cjs', './b.cjs'].map((name) => spawn(() => load(name) as object)).map((t) => t.get()),
    );
    assert.deepEqual(both.map(Object.keys), [['b'], ['a']]);
  });
});
