import assert from 'node:assert/strict';
import childProcess, { execFileSync, execSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, suite, test } from 'node:test';
import { GreenletExit } from '../../src/public/greenlet.ts';
import { getOriginal, patchAll } from '../../src/public/monkey.ts';
import { main } from '../../src/hub/main.ts';
import { sleep } from '../../src/hub/sleep.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { parks } from './parks.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'monkey-'));
const at = (name: string): string => path.join(folder, name);
const cell = new Int32Array(new SharedArrayBuffer(4));

before(() => {
  fs.writeFileSync(at('a.txt'), 'a');
  fs.mkdirSync(at('plain/sub'), { recursive: true });
  fs.writeFileSync(at('plain/sub/b.txt'), 'b');
  fs.mkdirSync(at('linked'));
  fs.symlinkSync('../a.txt', at('linked/link'));
  patchAll();
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const CALLS: readonly [string, () => unknown][] = [
  ['Atomics.wait', () => Atomics.wait(cell, 0, 0, 1)],
  ['readFileSync', () => fs.readFileSync(at('a.txt'))],
  ['readFileSync of a descriptor', () => withFile((fd) => fs.readFileSync(fd, 'utf8'))],
  ['readSync', () => withFile((fd) => fs.readSync(fd, Buffer.alloc(1)))],
  ['writeFileSync', () => fs.writeFileSync(at('new'), 'x')],
  ['existsSync', () => fs.existsSync(at('missing'))],
  ['statSync', () => fs.statSync(at('missing'), { throwIfNoEntry: false })],
  ['readdirSync', () => fs.readdirSync(folder, { recursive: true })],
  ['realpathSync.native', () => fs.realpathSync.native(folder)],
  ['rmSync', () => fs.rmSync(at('missing'), { force: true })],
  ['cpSync of files and folders', () => copy('plain', 'plain-copy')],
  ['execSync', () => execSync('exit 0')],
  ['execFileSync', () => execFileSync('true')],
  ['spawnSync', () => spawnSync('true')],
  ['spawnSync, by way of the module', () => childProcess.spawnSync('true')],
];

function withFile(use: (fd: number) => unknown): void {
  const fd = getOriginal<typeof fs.openSync>('fs', 'openSync')(at('a.txt'), 'r');
  try {
    use(fd);
  } finally {
    getOriginal<typeof fs.closeSync>('fs', 'closeSync')(fd);
  }
}

function copy(from: string, to: string): void {
  fs.cpSync(at(from), at(to), { recursive: true });
}

suite('patched calls in a greenlet', () => {
  for (const [name, call] of CALLS) {
    test(`${name} lets others run`, async () => {
      assert.equal(await parks(call), true);
    });
  }

  test('cpSync of a tree with a link in it makes the links that Node makes', async () => {
    copy('linked', 'linked-copy');
    assert.equal(fs.readlinkSync(at('linked-copy/link')), at('a.txt'));
    await main(() => {
      copy('linked', 'linked-again');
    });
    assert.equal(fs.readlinkSync(at('linked-again/link')), at('a.txt'));
  });

  test('ten children run at once', async () => {
    const events: string[] = [];
    await main(() => {
      const runs = Array.from({ length: 10 }, () =>
        spawn(() => {
          events.push('starts');
          execSync('sleep 0.3');
          events.push('ends');
        }),
      );
      for (const run of runs) run.get();
    });
    const all = (event: string): string[] => Array.from({ length: 10 }, () => event);
    assert.deepEqual(events, [...all('starts'), ...all('ends')]);
  });
});

suite('a greenlet that is killed in a patched call', () => {
  test('takes its child process along', async () => {
    const pidFile = at('pid');
    const outcome = await main(() => {
      const run = spawn(() => execSync(`echo $$ > ${pidFile}; exec sleep 60`));
      while (!fs.existsSync(pidFile) || fs.readFileSync(pidFile, 'utf8') === '') sleep(5);
      const pid = Number(fs.readFileSync(pidFile, 'utf8'));
      run.kill();
      while (isAlive(pid)) sleep(5);
      return run.value;
    });
    assert.ok((outcome as unknown) instanceof GreenletExit);
  });

  test('leaves no descriptor open', async () => {
    const count = (): number => fs.readdirSync('/proc/self/fd').length;
    await main(() => {
      const expected = count();
      const run = spawn(() => fs.openSync(at('a.txt'), 'r'));
      sleep(0);
      run.kill();
      sleep(50);
      assert.equal(count(), expected);
    });
  });
});

suite('outside of greenlets', () => {
  test('patched calls are what they were', async () => {
    let ran = false;
    setImmediate(() => {
      ran = true;
    });
    for (const [, call] of CALLS.filter(([name]) => !name.startsWith('cpSync'))) call();
    assert.equal(ran, false);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
