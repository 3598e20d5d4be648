// Runs programs of test/programs on both back ends, and on native stacks with
// both hand-overs: what a program promises, it promises on each.

import { suite } from 'node:test';

import {
  type ProgramOptions,
  programPasses,
  type ProgramResult,
  runProgram,
} from '../programs/run-program.ts';

/** Whether programs run at full size, which takes minutes. */
export const heavy: boolean = process.env['GREENROOM_HEAVY'] === '1';

export interface OnBackend {
  readonly backend: 'native' | 'thread';
  /** Whether V8's state is handed over directly. */
  readonly direct: boolean;
  run(program: string, options?: ProgramOptions): Promise<ProgramResult>;
  /** Runs it; it has to end with "ok". */
  passes(program: string, options?: ProgramOptions): Promise<void>;
}

const variants = [
  {
    name: 'native stacks',
    backend: 'native',
    env: { GREENROOM_STACKS: 'native', GREENROOM_HAND_OVER: 'direct' },
  },
  {
    name: "native stacks by V8's lock",
    backend: 'native',
    env: { GREENROOM_STACKS: 'native', GREENROOM_HAND_OVER: 'locker' },
  },
  { name: 'thread stacks', backend: 'thread', env: { GREENROOM_STACKS: 'thread' } },
] as const;

/** Makes a suite for each of them; without V8's lock where the way of handing over makes no difference. */
export function eachBackend(
  title: string,
  body: (on: OnBackend) => void,
  { byLock = true } = {},
): void {
  for (const { name, backend, env } of variants) {
    if (!byLock && 'GREENROOM_HAND_OVER' in env && env.GREENROOM_HAND_OVER === 'locker') continue;
    const on = (options: ProgramOptions): ProgramOptions => ({
      timeout: heavy ? 280_000 : 100_000,
      ...options,
      env: { ...env, ...options.env },
    });
    suite(`${title}, on ${name}`, { concurrency: 2 }, () =>
      body({
        backend,
        direct: name === 'native stacks',
        run: (program, options = {}) => runProgram(program, on(options)),
        passes: (program, options = {}) => programPasses(program, on(options)),
      }),
    );
  }
}
