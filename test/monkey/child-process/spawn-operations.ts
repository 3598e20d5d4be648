/** `spawnSync`: its overloads, what it checks, and how its children end. */
import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import { listOperations, type Operation, titleOf } from '../operation.ts';

const call = spawnSync as (...args: unknown[]) => unknown;

/** Runs a script of the shell's. */
function sh(script: string, options: unknown = {}): unknown {
  return call('/bin/sh', ['-c', script], options);
}

export const SPAWN_OPERATIONS: readonly Operation[] = listOperations((op) => {
  // Overloads.
  for (const rest of [
    [],
    [undefined],
    [null],
    [[]],
    [['a', 'b c']],
    [['a'], undefined],
    [['a'], null],
    [['a'], { encoding: 'utf8' }],
    [{ encoding: 'utf8' }],
    [undefined, { encoding: 'utf8' }],
    [null, { encoding: 'utf8' }],
    ['a'],
    [5],
    [true],
    [() => {}],
    [['a'], 'utf8'],
    [['a'], 5],
    [['a'], []],
    [['a'], () => {}],
    [[1, true]],
    [[null]],
    [[{}]],
    [['a\0b']],
    [['']],
    [['a'], { encoding: 'utf8' }, { encoding: 'hex' }],
  ]) {
    op(`echo with ${titleOf(rest)}`, () => call('echo', ...rest));
  }
  for (const file of [
    undefined,
    null,
    5,
    {},
    [],
    '',
    'a\0b',
    'no-such-command',
    './no-such-command',
    '/',
    '.',
    Buffer.from('echo'),
    pathToFileURL('/bin/echo'),
    'x'.repeat(5000),
  ]) {
    op(`file ${titleOf(file)}`, () => call(file, ['a']));
    op(`file ${titleOf(file)} with a shell`, () => call(file, { shell: true }));
  }
  op('a file that is not executable', (f) => call(`${f}/a.txt`));
  op('arguments that are changed later', () => {
    const args = ['a'];
    const result = call('echo', args);
    args.push('b');
    return [result, args];
  });
  op('options are left as they are', () => {
    const options = { encoding: 'utf8', stdio: ['pipe'], env: { A: 'b' } };
    sh('exit 0', options);
    return options;
  });
  op('inherited options do not count', () => sh('echo a', Object.create({ encoding: 'utf8' })));
  op('an argument list that is too long', () => call('echo', ['x'.repeat(200_000)]));

  // How they end.
  for (const script of [
    'exit 0',
    'exit 1',
    'exit 255',
    'no-such-command',
    'kill -9 $$',
    'kill -TERM $$',
    'kill -USR1 $$',
    'echo out; echo err >&2; exit 4',
    'exec >&-; exec 2>&-; sleep 0.02; exit 2',
    '(sleep 0.05; echo late) & echo early',
    'printf "\\303\\244\\377"',
    'head -c 300000 /dev/zero | tr "\\0" x',
    'cat',
    'echo $0 $# "$@"',
    'pwd; printenv HOME',
  ]) {
    op(`sh -c ${script}`, () => sh(script));
    op(`sh -c ${script}, as text`, () => sh(script, { encoding: 'utf8' }));
    op(`sh -c ${script}, no pipes`, () => sh(script, { stdio: 'ignore' }));
  }

  // Where and as whom.
  for (const cwd of [
    '/',
    '/nowhere',
    '',
    5,
    null,
    'a\0b',
    {},
    pathToFileURL('/usr/'),
    new URL('http://a.b/'),
  ])
    op(`cwd ${titleOf(cwd)}`, () => sh('pwd', { cwd }));
  op('cwd is a file', (f) => sh('pwd', { cwd: `${f}/a.txt` }));
  op('a relative file and cwd', () => call('./sh', ['-c', 'pwd'], { cwd: '/bin' }));
  for (const env of [
    {},
    { A: 'ä' },
    { A: 5, B: true, C: null, D: undefined },
    { A: {} },
    { A: 'x\0y' },
    { 'A\0': 'x' },
    { A: Symbol('s') },
    Object.create({ A: 'inherited' }),
    null,
    'A=b',
    5,
    [['A', 'b']],
  ])
    op(`env ${titleOf(env)}`, () => call('/usr/bin/env', [], { env }));
  op('a command found by the PATH in env', () =>
    call('sh', ['-c', 'echo a'], { env: { PATH: '/bin' } }),
  );
  op('a command not found by the PATH in env', () =>
    call('sh', ['-c', 'echo a'], { env: { PATH: '/nowhere' } }),
  );
  for (const argv0 of ['other', '', 5, null, {}, 'a\0b'])
    op(`argv0 ${titleOf(argv0)}`, () => sh('tr "\\0" " " </proc/$$/cmdline', { argv0 }));
  for (const id of [0, 65534, -1, 1.5, 2 ** 40, 'x', null, {}]) {
    op(`uid ${titleOf(id)}`, () => sh('id -u', { uid: id }));
    op(`gid ${titleOf(id)}`, () => sh('id -g', { gid: id }));
  }
  for (const value of [true, false, null, undefined, 1, 'x', {}]) {
    op(`detached ${titleOf(value)}`, () => sh('echo a', { detached: value }));
    op(`windowsHide ${titleOf(value)}`, () => sh('echo a', { windowsHide: value }));
    op(`windowsVerbatimArguments ${titleOf(value)}`, () =>
      sh('echo a', { windowsVerbatimArguments: value }),
    );
  }
  for (const shell of [
    true,
    false,
    '/bin/sh',
    '/bin/bash',
    'no-such-shell',
    '',
    5,
    null,
    {},
    'a\0b',
  ]) {
    op(`shell ${titleOf(shell)}`, () => call('echo $0', { shell }));
    op(`shell ${titleOf(shell)} and arguments`, () => call('echo', ['"$0"', '>&2'], { shell }));
    op(`shell ${titleOf(shell)} and nothing to run`, () => call('no-such-command', { shell }));
  }
  op('shell and argv0', () => call('echo $0', { shell: true, argv0: 'other' }));
  for (const signal of [AbortSignal.abort(), new AbortController().signal, 5, {}])
    op(`signal ${titleOf(signal)}`, () => sh('echo a', { signal }));
});
