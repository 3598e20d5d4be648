/** A claim and the measurement that confirms or refutes it. */
export interface Claim {
  readonly says: string;
  readonly measure: () => Verdict | Promise<Verdict>;
}

export interface Verdict {
  readonly holds: boolean;
  /** The figures, with their units, in the words of one line. */
  readonly figures: string;
}

/** Milliseconds that `work` takes. */
export async function timed(work: () => unknown): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The middle of an odd number of runs of `work`, which returns a figure. */
export async function middle(runs: number, work: () => number | Promise<number>): Promise<number> {
  const figures: number[] = [];
  for (let i = 0; i < runs; i++) figures.push(await work());
  return figures.toSorted((a, b) => a - b)[runs >> 1]!;
}
