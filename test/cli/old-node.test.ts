// bin/greenroom.js on a Node that is too old: a copy of it, on a Node that calls itself 20.

import assert from 'node:assert/strict';
import { chmodSync, copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { program, startProcess } from './command.ts';

const OLD =
  'data:text/javascript,' +
  encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });",
  );

/** A checkout of nothing but the command. */
function checkout(name: string): string {
  const folder = dirname(program(`${name}/package.json`, '{ "type": "module" }'));
  program(`${name}/bin/greenroom.js`);
  copyFileSync('bin/greenroom.js', join(folder, 'bin/greenroom.js'));
  return folder;
}

function greenroomOnOldNode(folder: string, ...args: string[]): ReturnType<typeof startProcess> {
  return startProcess(process.execPath, [
    `--import=${OLD}`,
    join(folder, 'bin/greenroom.js'),
    ...args,
  ]);
}

/** Puts a script in the place of the checkout's own Node. */
function giveOwnNode(name: string, ...script: string[]): void {
  chmodSync(program(`${name}/node_modules/node/bin/node`, '#!/bin/sh', ...script), 0o755);
}

suite('on an old Node', () => {
  test('the command says in one line what to do', async () => {
    const { code, stdout, stderr } = await greenroomOnOldNode(checkout('bare'), 'doctor').ended;
    assert.deepEqual([code, stdout], [1, '']);
    assert.match(stderr, /^greenroom needs Node 22\.15 or newer, this is Node 20\.1\.0: .*\n$/);
  });

  test("in a checkout it goes on with the checkout's own Node, with all arguments", async () => {
    const folder = checkout('whole');
    giveOwnNode('whole', 'shift; printf "%s\\n" "$@"; exit 5');
    const { code, stdout } = await greenroomOnOldNode(folder, 'run', 'a b', '--x').ended;
    assert.deepEqual([code, stdout], [5, `${folder}/bin/greenroom.js\nrun\na b\n--x\n`]);
  });

  test('a signal is handed on, and its end is ours', async () => {
    const folder = checkout('signalled');
    giveOwnNode('signalled', 'echo ready; exec sleep 60');
    const { child, printed, ended } = greenroomOnOldNode(folder, 'tour');
    await printed('ready');
    child.kill('SIGTERM');
    assert.equal((await ended).signal, 'SIGTERM');
  });
});
