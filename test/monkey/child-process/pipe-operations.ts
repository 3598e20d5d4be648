/** What goes into children and comes out of them: `input`, `stdio`, `encoding`; and what stops them. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { Readable } from 'node:stream';
import { listOperations, type Operation, titleOf } from '../operation.ts';

const call = spawnSync as (...args: unknown[]) => unknown;

function sh(script: string, options: unknown = {}): unknown {
  return call('/bin/sh', ['-c', script], options);
}

export const PIPE_OPERATIONS: readonly Operation[] = listOperations((op) => {
  for (const input of [
    'text',
    'ä',
    '',
    Buffer.from('bytes'),
    Buffer.alloc(0),
    new Uint8Array([65, 66]),
    new Uint16Array([0x4142, 0x4344]),
    new Uint8Array([65, 66, 67, 68]).subarray(1, 3),
    new DataView(new ArrayBuffer(3)),
    new ArrayBuffer(2),
    5,
    0,
    null,
    undefined,
    false,
    true,
    {},
    ['x'],
    () => {},
  ]) {
    op(`input ${titleOf(input)}`, () => call('cat', { input }));
    op(`input ${titleOf(input)}, stdin ignored`, () => call('cat', { input, stdio: 'ignore' }));
    op(`input ${titleOf(input)}, stdin inherited`, () =>
      sh('echo a', { input, stdio: ['inherit', 'pipe', 'pipe'] }),
    );
  }
  for (const encoding of [
    'utf8',
    'UTF-8',
    'hex',
    'latin1',
    'base64',
    'buffer',
    'nonsense',
    '',
    null,
    undefined,
    5,
    {},
  ]) {
    op(`encoding ${titleOf(encoding)}`, () => sh('printf "\\303\\244"; echo e >&2', { encoding }));
    op(`encoding ${titleOf(encoding)} of an input`, () => call('cat', { input: 'c3a4', encoding }));
    op(`encoding ${titleOf(encoding)} without pipes`, () =>
      sh('exit 3', { encoding, stdio: 'ignore' }),
    );
    op(`encoding ${titleOf(encoding)} of a file that is missing`, () =>
      call('no-such', { encoding }),
    );
  }
  const big = Buffer.alloc(1_500_000, 'x');
  op('much input, all of it echoed', () => call('cat', { input: big, maxBuffer: Infinity }));
  op('much input, none of it read', () => sh('exit 0', { input: big }));
  op('much input, some of it read', () => sh('head -c 5', { input: big }));
  op('much input, none of it read by one that fails', () => sh('exit 3', { input: big }));

  for (const stdio of [
    'pipe',
    'ignore',
    'nonsense',
    '',
    5,
    null,
    undefined,
    {},
    true,
    [],
    [null],
    [undefined, 'pipe'],
    ['pipe', 'ignore'],
    ['pipe', 'ignore', 'pipe'],
    ['ignore', 'pipe', 'ignore'],
    ['pipe', 'pipe', 'pipe', 'pipe'],
    ['pipe', 'pipe', 'pipe', null, 'pipe'],
    ['pipe', 'pipe', 'pipe', 'ipc'],
    ['pipe', 'nonsense'],
    ['pipe', -1],
    ['pipe', 1.5],
    ['pipe', 9999],
    ['pipe', {}],
    ['pipe', true],
    ['pipe', ''],
    ['pipe', 'pipe', 2],
    ['pipe', 'pipe', 'inherit'],
    ['pipe', 'pipe', process.stderr],
    ['pipe', 'pipe', 'pipe', { fd: 0 }],
  ]) {
    const title = Array.isArray(stdio) ? `[${stdio.map(titleOf).join()}]` : titleOf(stdio);
    op(`stdio ${title}`, () => sh('echo a', { stdio }));
    op(`stdio ${title}, as text, with an input`, () =>
      sh('cat', { stdio, encoding: 'utf8', input: 'in' }),
    );
  }
  // No child that reads: the stdin of these tests may never end.
  for (const stdin of ['inherit', 0, process.stdin, { fd: 0 }]) {
    const title = stdin === process.stdin ? 'process.stdin' : titleOf(stdin);
    for (const input of [undefined, 'in'])
      op(`stdin ${title}, input ${titleOf(input)}`, () =>
        sh('echo a', { stdio: [stdin, 'pipe', 'pipe'], input }),
      );
  }
  op('stdio with a stream of no descriptor', () => sh('echo a', { stdio: [new Readable()] }));
  op('stdio to a file', (f) => {
    const fd = fs.openSync(`${f}/out`, 'w');
    try {
      return sh('echo a; echo b >&2', { stdio: ['pipe', fd, fd] });
    } finally {
      fs.closeSync(fd);
    }
  });
  op('stdio from a file', (f) => {
    const fd = fs.openSync(`${f}/a.txt`, 'r');
    try {
      return sh('cat', { stdio: [fd, 'pipe', 'pipe'] });
    } finally {
      fs.closeSync(fd);
    }
  });
  op('output on a fourth pipe', () =>
    sh('echo a >&3', { stdio: ['pipe', 'pipe', 'pipe', 'pipe'] }),
  );
  op('output on a fourth pipe, as text', () =>
    sh('echo a >&3', { stdio: ['pipe', 'pipe', 'pipe', 'pipe'], encoding: 'utf8' }),
  );

  for (const maxBuffer of [10, 11, Infinity, 0, -1, NaN, 'x', null, undefined, {}])
    op(`maxBuffer ${titleOf(maxBuffer)} is enough, or wrong`, () =>
      sh('echo abcd; echo efgh >&2', { maxBuffer, encoding: 'utf8' }),
    );
  // Children that live on until they are killed: else their end may come first.
  for (const maxBuffer of [1, 1.5, 4]) {
    op(`maxBuffer ${maxBuffer} is too little`, () => sh('echo abcd; exec sleep 20', { maxBuffer }));
    op(`maxBuffer ${maxBuffer} is too little for text`, () =>
      sh('echo äöü; exec sleep 20', { maxBuffer, encoding: 'utf8' }),
    );
  }
  op('maxBuffer is for all pipes together', () =>
    sh('echo abcd; sleep 0.1; echo efgh >&2; exec sleep 20', { maxBuffer: 9 }),
  );
  // How much has come when the limit is noticed, is chance: the output is left out.
  const overrun = (file: string, args: string[], options: object): unknown => {
    const { error, status, signal, stdout } = spawnSync(file, args, options);
    return { error, status, signal, overrun: stdout.length >= 1000 };
  };
  op('maxBuffer by default', () =>
    overrun('/bin/sh', ['-c', 'head -c 1100000 /dev/zero; exec sleep 20'], {}),
  );
  op('maxBuffer overrun by one that would go on', () => overrun('yes', [], { maxBuffer: 1000 }));
  op('maxBuffer and killSignal', () =>
    overrun('yes', [], { maxBuffer: 1000, killSignal: 'SIGKILL' }),
  );

  for (const timeout of [0, -1, NaN, 1.5, Infinity, 2 ** 40, 'x', null, undefined, {}, 20_000])
    op(`timeout ${titleOf(timeout)}, not reached`, () => sh('echo a', { timeout }));
  for (const killSignal of [
    'SIGKILL',
    'SIGINT',
    'sigterm',
    9,
    0,
    'nonsense',
    '',
    99,
    -1,
    null,
    undefined,
    {},
  ]) {
    op(`killSignal ${titleOf(killSignal)}, not needed`, () => sh('echo a', { killSignal }));
    if (killSignal === 0 || killSignal === '') continue;
    op(`killSignal ${titleOf(killSignal)} after a timeout`, () =>
      sh('exec sleep 20', { timeout: 60, killSignal }),
    );
  }
  // Long enough for a child to get so far on a busy machine.
  op('timeout of a child that was writing', () =>
    sh('echo a; echo b >&2; exec sleep 20', { timeout: 1500, encoding: 'utf8' }),
  );
  op('timeout of a child that does not die of the signal', () =>
    sh('trap "" TERM; sleep 2; exit 5', { timeout: 1500, stdio: 'ignore' }),
  );
  op('timeout of a child that exits as it likes', () =>
    sh('trap "exit 7" TERM; while :; do sleep 0.02; done', { timeout: 1500 }),
  );
  op('timeout while only a grandchild holds the pipes', () =>
    sh('sleep 2.5 & echo a', { timeout: 1500, encoding: 'utf8' }),
  );
  op('timeout of a file that is missing', () => call('no-such', { timeout: 60 }));
});
