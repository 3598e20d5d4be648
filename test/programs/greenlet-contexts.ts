// Context variables in greenlets; a program, because whether a variable was ever
// made in the thread makes a difference.

import assert from 'node:assert/strict';

import { ContextVar, createTask, currentTask, sleep } from '../../src/public/asyncio.ts';
import { getCurrent, Greenlet, main, spawn, wait } from '../../src/public/index.ts';

const user = new ContextVar<string>('user', { default: 'nobody' });
const seen: string[] = [];

await main(() => {
  const request = (name: string) => (): void => {
    seen.push(`${name} finds ${user.get()}`);
    user.set(name);
    wait(sleep(1));
    const byAsync = wait(
      (async () => {
        await sleep(1);
        return user.get();
      })(),
    );
    seen.push(`${name} has ${user.get()}, its async function ${byAsync}`);
  };
  // All three are made before anything is set.
  const early = ['a', 'b', 'c'].map((name) => spawn(request(name)));
  for (const each of early) each.get();
  seen.push(`main finds ${user.get()}`);

  user.set('main');
  const late = spawn(request('d'));
  user.set('changed');
  late.get();
  seen.push(`main has ${user.get()}`);

  // A greenlet of one's own begins with an empty context, as in Python.
  const raw = new Greenlet(() => {
    seen.push(`raw finds ${user.get()}`);
    user.set('raw');
  }, getCurrent());
  raw.switch();
  seen.push(`main still has ${user.get()}`);
});
assert.equal(user.get(), 'nobody');

// A greenlet that a task starts is not that task, and has a copy of its variables.
await createTask(async () => {
  user.set('task');
  const child = spawn(() => {
    seen.push(`child finds ${user.get()}, in a ${currentTask()?.constructor.name}`);
    user.set('child');
    return user.get();
  });
  seen.push(`child returns ${await child}, task has ${user.get()}`);
});

assert.deepEqual(seen, [
  'a finds nobody',
  'b finds nobody',
  'c finds nobody',
  'a has a, its async function a',
  'b has b, its async function b',
  'c has c, its async function c',
  'main finds nobody',
  'd finds main',
  'd has d, its async function d',
  'main has changed',
  'raw finds nobody',
  'main still has changed',
  'child finds task, in a GreenletTask',
  'child returns child, task has task',
]);
console.log('ok');
