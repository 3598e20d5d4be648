import assert from 'node:assert/strict';
import childProcess from 'node:child_process';
import fs, { readFileSync } from 'node:fs';
import * as everything from 'node:fs';
import { createRequire } from 'node:module';
import { afterEach, suite, test } from 'node:test';
import { InvalidArgumentError } from '../../src/errors/invalid-argument.ts';
import { getOriginal, isPatched, patchAll, unpatch } from '../../src/public/monkey.ts';
import { parks } from './parks.ts';

// All of these are evaluated before anything is patched.
const { readFileSync: takenOut } = createRequire(import.meta.url)('fs') as typeof fs;
const { readFileSync: original } = fs;
const file = import.meta.filename;

afterEach(unpatch);

suite('import order: what was imported before patchAll()', () => {
  const imports: [string, () => unknown][] = [
    ['a named import', () => readFileSync(file)],
    ['the default import', () => fs.readFileSync(file)],
    ['the namespace', () => everything.readFileSync(file)],
  ];
  for (const [what, call] of imports) {
    test(`${what} is cooperative`, async () => {
      assert.equal(await parks(call), false);
      patchAll();
      assert.equal(await parks(call), true);
      unpatch();
      assert.equal(await parks(call), false);
    });
  }

  test('what CommonJS code has taken out of the module stays as it was: the limit', async () => {
    patchAll();
    assert.equal(takenOut, original);
    assert.equal(await parks(() => takenOut(file)), false);
  });

  test('what is required afterwards is cooperative', async () => {
    patchAll();
    const late = createRequire(import.meta.url)('fs') as typeof fs;
    assert.equal(await parks(() => late.readFileSync(file)), true);
  });
});

suite('patchAll', () => {
  test('leaves out what it is told to', async () => {
    patchAll({ fs: false });
    assert.deepEqual(
      ['atomics', 'fs', 'childProcess', 'modules'].map((kind) => isPatched(kind)),
      [true, false, true, true],
    );
    assert.equal(fs.readFileSync, original);
    assert.equal(await parks(() => fs.readFileSync(file)), false);
  });

  test('adds what is missing when it is called again, and changes nothing else', () => {
    patchAll({ fs: false, atomics: false });
    const { execSync } = childProcess;
    patchAll();
    assert.equal(childProcess.execSync, execSync);
    assert.ok(isPatched('fs') && isPatched('atomics'));
  });

  test('of nothing patches nothing', () => {
    patchAll({ fs: false, atomics: false, childProcess: false });
    assert.equal(isPatched(), false);
  });

  test('replacements keep names, lengths and properties', () => {
    const names = ['readFileSync', 'statSync', 'realpathSync'] as const;
    const faces = (): unknown[] =>
      names.map((name) => [fs[name].name, fs[name].length, Object.keys(fs[name])]);
    const expected = faces();
    patchAll();
    assert.deepEqual(faces(), expected);
  });
});

suite('isPatched and getOriginal', () => {
  test('tell of anything, a kind, a module, a function', () => {
    const asked = (): boolean[] => [
      isPatched(),
      isPatched('fs'),
      isPatched('node:fs'),
      isPatched('node:child_process'),
      isPatched('Atomics', 'wait'),
      isPatched('fs', 'readFileSync'),
      isPatched('fs', 'realpathSync.native'),
    ];
    assert.ok(asked().every((answer) => !answer));
    patchAll();
    assert.ok(asked().every((answer) => answer));
    assert.equal(isPatched('fs', 'readFile'), false);
    assert.equal(isPatched('http'), false);
  });

  test('getOriginal gives what Node made, patched or not', () => {
    const { native } = fs.realpathSync;
    patchAll();
    assert.notEqual(fs.readFileSync, original);
    assert.equal(getOriginal('fs', 'readFileSync'), original);
    assert.equal(getOriginal('node:fs', 'realpathSync.native'), native);
    assert.equal(getOriginal('fs', 'readFile'), fs.readFile);
    unpatch();
    assert.equal(getOriginal('fs', 'readFileSync'), original);
  });

  test('patchAll quotes what there is not', () => {
    const call = patchAll as (options: unknown) => void;
    assert.throws(() => call({ childprocess: false }), isWrong(/got "childprocess"/));
    assert.throws(() => call({ fs: 'x' }), isWrong(/`fs` to be true or false, got "x"/));
    for (const options of [null, 5]) assert.throws(() => call(options), isWrong(/got (null|5)/));
  });

  test('getOriginal quotes what there is not', () => {
    assert.throws(() => getOriginal('nothing', 'x'), isWrong(/`module`.*got "nothing"/));
    assert.throws(
      () => getOriginal('fs', 'fly'),
      isWrong(/`name` to be a function of fs, got "fly"/),
    );
  });
});

suite('unpatch', () => {
  test('puts back what was there; a reference to a replacement becomes a pass-through', async () => {
    patchAll();
    const replacement = fs.readFileSync;
    unpatch();
    assert.equal(fs.readFileSync, original);
    assert.equal(await parks(() => replacement(file)), false);
    assert.equal(isPatched(), false);
  });

  test('leaves alone what somebody else has wrapped meanwhile', async () => {
    patchAll();
    const replacement = fs.readFileSync;
    const wrapped = ((...args: Parameters<typeof readFileSync>) =>
      replacement(...args)) as typeof readFileSync;
    fs.readFileSync = wrapped;
    unpatch();
    assert.equal(fs.readFileSync, wrapped);
    assert.equal(await parks(() => fs.readFileSync(file)), false);
    fs.readFileSync = original;
  });

  test('without a patch does nothing', () => {
    unpatch();
    assert.equal(fs.readFileSync, original);
  });
});

function isWrong(message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof InvalidArgumentError && message.test(error.message);
}
