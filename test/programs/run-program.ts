// Starts the programs of this folder: what might crash, hang or end the process
// is tried in a process of its own.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { root, sourceFlags } from '../../scripts/run.ts';

export interface ProgramOptions {
  /** Further flags of Node. */
  flags?: readonly string[];
  args?: readonly string[];
  env?: Record<string, string>;
  /** What `ulimit` shall set first, for example `-v 900000`. */
  limit?: string;
  /** Milliseconds after which it counts as hanging. */
  timeout?: number;
}

export interface ProgramResult {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

/** Runs the program `name`.ts of this folder to its end. */
export function runProgram(name: string, options: ProgramOptions = {}): Promise<ProgramResult> {
  const file = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const node = [
    process.execPath,
    ...sourceFlags,
    '--expose-gc',
    ...(options.flags ?? []),
    file,
    ...(options.args ?? []),
  ];
  const command =
    options.limit === undefined
      ? node
      : ['/bin/sh', '-c', `ulimit ${options.limit}; exec "$@"`, 'sh', ...node];
  const child = spawn(command[0]!, command.slice(1), {
    env: {
      ...process.env,
      NODE_TEST_CONTEXT: undefined,
      // Stripping the types is most of what a small program costs.
      NODE_COMPILE_CACHE: `${root}/.cache/compiled`,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const result: ProgramResult = { code: null, signal: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
  const timer = setTimeout(() => {
    result.stderr += '\n(still running; killed)';
    child.kill('SIGKILL');
  }, options.timeout ?? 60_000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ ...result, code, signal });
    });
  });
}

/** As above; the program must end by itself, with exit code 0, and its last line must be "ok". */
export async function programPasses(name: string, options: ProgramOptions = {}): Promise<void> {
  const result = await runProgram(name, options);
  assert.deepEqual(
    { code: result.code, signal: result.signal, end: result.stdout.trimEnd().split('\n').at(-1) },
    { code: 0, signal: null, end: 'ok' },
    `${name} ${(options.flags ?? []).join(' ')} ${(options.args ?? []).join(' ')}\n${result.stdout}${result.stderr}`,
  );
}
