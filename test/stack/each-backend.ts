// Runs programs of test/programs on both back ends: what a program promises, it
// promises on either.

import { suite } from 'node:test';

import {
  type ProgramOptions,
  type ProgramResult,
  programPasses,
  runProgram,
} from '../programs/run-program.ts';

/** Whether programs run at full size, which takes minutes. */
export const heavy: boolean = process.env['GREENROOM_HEAVY'] === '1';

export interface OnBackend {
  readonly backend: 'native' | 'thread';
  run(program: string, options?: ProgramOptions): Promise<ProgramResult>;
  /** Runs it; it has to end with "ok". */
  passes(program: string, options?: ProgramOptions): Promise<void>;
}

/** Makes a suite on native stacks and one on thread stacks. */
export function eachBackend(title: string, body: (on: OnBackend) => void): void {
  for (const backend of ['native', 'thread'] as const) {
    const on = (options: ProgramOptions): ProgramOptions => ({
      timeout: heavy ? 280_000 : 100_000,
      ...options,
      env: { GREENROOM_STACKS: backend, ...options.env },
    });
    suite(`${title}, on ${backend} stacks`, { concurrency: 2 }, () =>
      body({
        backend,
        run: (program, options = {}) => runProgram(program, on(options)),
        passes: (program, options = {}) => programPasses(program, on(options)),
      }),
    );
  }
}
