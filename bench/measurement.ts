// What a file of measurements consists of. `run.ts` reads the files in its own
// process and starts one child per contestant (`contestant.ts`), so nothing of
// one contestant's heap or stacks weighs on another's.

/** One who is measured: a round of ours, or a program that speaks the same protocol. */
export type Contestant = {
  readonly name: string;
  /** How many rounds at most, for slow ones. */
  readonly rounds?: number;
} & (
  | {
      /** Prepares, and returns the function that runs one round and returns its figure. */
      readonly prepare: () => Round | Promise<Round>;
    }
  | {
      /** A program under bench/peers: .py for Debian's Python, .js for this Node. */
      readonly peer: string;
      readonly args?: readonly string[];
      /** The package it needs, of Python or of npm. */
      readonly needs: string;
    }
);

export type Round = () => number | Promise<number>;

export interface Measurement {
  readonly title: string;
  /** Of the figure that a round returns. */
  readonly unit: 'per second' | 'microseconds' | 'milliseconds' | 'kilobytes';
  readonly contestants: readonly Contestant[];
  /** A process of its own for every round, for what cannot be taken back. */
  readonly fresh?: boolean;
  /** What Greenroom has to reach. */
  readonly targets?: readonly Target[];
}

export interface Target {
  readonly contestant: string;
  /** Compared with this contestant, round by round; without it `factor` is what the p50 has to be. */
  readonly against?: string;
  readonly is: 'at least' | 'at most';
  readonly factor: number;
}
