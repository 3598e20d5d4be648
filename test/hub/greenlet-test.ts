import { test } from 'node:test';

import type { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { main } from '../../src/hub/main.ts';
import { setErrorReporter } from '../../src/hub/report-error.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';

/** A test whose body runs in a greenlet, in virtual time. */
export function greenletTest(name: string, body: (time: VirtualTime) => void): void {
  test(name, () => withVirtualTime((time) => main(() => body(time))));
}

/** Spawns one whose failure is expected, so that it is not reported. */
export function quietly<T>(fn: () => T): GreenletTask<T> {
  const task = spawn(fn);
  task.quiet = true;
  return task;
}

/** What is reported while `body` runs: error and place. */
export function reportsOf(body: () => void): string[] {
  const reports: string[] = [];
  const before = setErrorReporter(
    (error, where) => void reports.push(`${String(error)} in ${where}`),
  );
  try {
    body();
  } finally {
    setErrorReporter(before);
  }
  return reports;
}
