/** `execSync` and `execFileSync`: the same children, with failures thrown. */
import { execFileSync, execSync } from 'node:child_process';
import { listOperations, type Operation, titleOf } from '../operation.ts';

const exec = execSync as (...args: unknown[]) => unknown;
const execFile = execFileSync as (...args: unknown[]) => unknown;

export const EXEC_OPERATIONS: readonly Operation[] = listOperations((op) => {
  for (const command of [
    'echo a',
    'echo a; echo b >&2',
    'echo a; echo b >&2; exit 4',
    'exit 1',
    'no-such-command',
    'kill -9 $$',
    'kill -USR1 $$; sleep 1',
    'printf "\\303\\244"',
    'cat',
    'echo "$0"',
    '',
    ' ',
    'a\0b',
    undefined,
    null,
    5,
    {},
    ['echo', 'a'],
  ]) {
    const title = titleOf(command);
    op(`execSync ${title}`, () => exec(command));
    for (const options of [
      undefined,
      null,
      {},
      { encoding: 'utf8' },
      { encoding: 'buffer' },
      { stdio: 'pipe' },
      { stdio: 'ignore' },
      { stdio: ['pipe', 'pipe', 'ignore'], encoding: 'utf8' },
      { stdio: [] },
      { shell: '/bin/bash', encoding: 'utf8' },
    ])
      op(`execSync ${title} with ${titleOf(options)}`, () => exec(command, options));
  }
  // To one that reads it: else the pipe may break or not.
  for (const options of [
    { input: 'in' },
    { input: 'c3a4', encoding: 'hex' },
    { input: Buffer.from('in') },
  ]) {
    op(`execSync cat with ${titleOf(options)}`, () => exec('cat; exit 3', options));
    op(`execFileSync cat with ${titleOf(options)}`, () => execFile('cat', options));
  }
  for (const options of [
    'utf8',
    5,
    true,
    [],
    () => {},
    { encoding: 'nonsense' },
    { encoding: 5 },
    { shell: false },
    { shell: 5 },
    { shell: '' },
    { shell: 'no-such-shell' },
    { shell: null },
    { cwd: '/' },
    { cwd: '/nowhere' },
    { env: { A: 'b' } },
    { env: null },
    { argv0: 'other' },
    { timeout: -1 },
    { maxBuffer: -1 },
    { killSignal: 'nonsense' },
    { uid: 'x' },
    { input: {} },
    { stdio: 'nonsense' },
    { stdio: ['pipe', 'pipe', 'pipe', 'ipc'] },
    { windowsHide: 5 },
    Object.create({ encoding: 'utf8', cwd: '/' }),
  ])
    op(`execSync with ${titleOf(options)}`, () => exec('echo "$A"; pwd', options));
  op('execSync, timed out, of a child that was writing', () =>
    exec('echo a; echo b >&2; exec sleep 20', { timeout: 1500 }),
  );
  for (const options of [
    { timeout: 60 },
    { timeout: 60, killSignal: 'SIGKILL', encoding: 'utf8' },
    { timeout: 60, stdio: 'ignore' },
    { timeout: 60, stdio: 'pipe' },
    { timeout: 60, input: 'in', argv0: 'other' },
  ]) {
    op(`execSync ${titleOf(options)}`, () => exec('exec sleep 20', options));
    op(`execFileSync ${titleOf(options)}`, () => execFile('sleep', ['20'], options));
  }
  for (const maxBuffer of [4, 5, Infinity])
    op(`execSync maxBuffer ${maxBuffer}`, () => exec('echo abc', { maxBuffer, encoding: 'utf8' }));
  op('execSync maxBuffer too little', () => exec('echo abc; exec sleep 20', { maxBuffer: 3 }));

  for (const rest of [
    [],
    [undefined],
    [null],
    [[]],
    [['a', 'b']],
    [['a'], undefined],
    [['a'], null],
    [['a'], { encoding: 'utf8' }],
    [{ encoding: 'utf8' }],
    [undefined, { encoding: 'utf8' }],
    [null, { encoding: 'utf8' }],
    ['a'],
    [5],
    [() => {}],
    [['a'], 'utf8'],
    [['a'], []],
    [['a'], () => {}],
    [['a\0b']],
    [['a'], { shell: true }],
    [{ shell: '/bin/bash', encoding: 'utf8' }],
    [['a'], { argv0: 'other' }],
    [['a'], { cwd: '/nowhere' }],
    [['a'], { stdio: 'ignore' }],
    [['a'], { maxBuffer: 2 }],
    [['a'], Object.create({ encoding: 'utf8' })],
  ])
    for (const file of ['echo', 'false', 'no-such-command', '', 5, undefined])
      op(`execFileSync ${titleOf(file)} with ${titleOf(rest)}`, () => execFile(file, ...rest));
  for (const script of [
    'echo a; echo b >&2; exit 4',
    'kill -9 $$',
    'echo b >&2',
    'cat',
    'printf "\\303\\244" >&2; exit 1',
  ]) {
    for (const options of [
      {},
      { encoding: 'utf8' },
      { stdio: 'pipe' },
      { argv0: 'other' },
      { stdio: ['ignore', 'ignore', 'pipe'] },
    ])
      op(`execFileSync sh -c ${script} ${titleOf(options)}`, () =>
        execFile('/bin/sh', ['-c', script], options),
      );
  }
});
