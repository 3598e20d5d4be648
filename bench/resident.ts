/** Resident memory of this process after a garbage collection, in KB. */
export function resident(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss() / 1024;
}

/**
 * Makes V8's young generation as large as it gets, by garbage. It grows once in a process, by tens of megabytes and
 * whatever is allocated; a figure for each of a hundred thousand small things should not be a third of that.
 */
export function growYoungGeneration(): void {
  let survivors: unknown[] = [];
  for (let i = 0; i < 3_000_000; i++) {
    survivors.push([{ i }]);
    if (survivors.length === 10_000) survivors = [];
  }
}
