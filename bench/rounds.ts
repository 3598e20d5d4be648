// Rounds, interleaved: A B C, A B C, …, so that whatever else the machine does
// falls on all of them alike.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import type { Contestant, Measurement } from './measurement.ts';
import { pinMainThread } from './one-core.ts';

/** Debian's own Python: another may stand before it in PATH and lack the packages. */
const PYTHON = '/usr/bin/python3';
const PEERS = join(import.meta.dirname, 'peers');
const nodeFlags = [
  ...new Set([...process.execArgv, '--expose-gc', '--disable-warning=ExperimentalWarning']),
];
const ROUNDS = 9;
/** Before the first round that counts, so that the optimizing compilers have had their say: at least so many rounds, */
const WARM_UP_ROUNDS = 2;
/** and as many as go into this. */
const WARM_UP_MS = 2000;
/** So long a contestant plays, at its turn, before a round counts. */
const SETTLE_MS = 1000;
const ROUND_TIMEOUT_MS = 120_000;

export interface Outcome {
  readonly contestant: string;
  /** One per round, in their order; empty when it was skipped. */
  readonly figures: readonly number[];
  /** Why there are none. */
  readonly skipped?: string;
}

/** The middle one of `values`; NaN if there are none. */
export function p50(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/**
 * How many times the figures of `base` those of `own` are: the middle one of the rounds' own ratios. Machines that
 * many share change their speed within a minute, by more than what is to be told apart here, so a round is compared
 * with what was measured beside it, and not one's middle with the other's.
 */
export function timesOf(own: Outcome, base: Outcome): number {
  const both = Math.min(own.figures.length, base.figures.length);
  return p50(own.figures.slice(0, both).map((figure, round) => figure / base.figures[round]!));
}

/** A sentence on what is missing for a contestant, or undefined. */
function missing(contestant: Contestant): string | undefined {
  if ('prepare' in contestant) return undefined;
  const { needs } = contestant;
  if (!contestant.peer.endsWith('.py')) {
    if (existsSync(join(PEERS, 'node_modules', needs))) return undefined;
    return 'not installed: node scripts/setup-bench.ts';
  }
  const found = spawnSync(PYTHON, ['-c', `import ${needs}`]);
  if (found.error !== undefined) return `no ${PYTHON}`;
  return found.status === 0 ? undefined : `not installed: apt-get install python3-${needs}`;
}

/** The command line of a contestant's process. */
function commandOf(file: string, index: number, contestant: Contestant): string[] {
  if ('prepare' in contestant) {
    const program = join(import.meta.dirname, 'contestant.ts');
    return [process.execPath, ...nodeFlags, program, file, String(index), contestant.name];
  }
  const program = [join(PEERS, contestant.peer), ...(contestant.args ?? [])];
  return [contestant.peer.endsWith('.py') ? PYTHON : process.execPath, ...program];
}

class Player {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #errors = '';

  constructor(file: string, index: number, contestant: Contestant) {
    const [command, ...args] = commandOf(file, index, contestant);
    this.#child = spawn(command!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#errors += text));
    // A contestant that died is noticed by the missing figure.
    this.#child.stdin!.on('error', () => {});
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  async round(): Promise<number> {
    this.#child.stdin!.write('round\n');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ROUND_TIMEOUT_MS);
    const line = await this.#lines.next();
    clearTimeout(timer);
    const figure = line.done === true ? NaN : Number(line.value);
    if (Number.isNaN(figure)) {
      throw new Error(
        `failed: ${
          this.#errors
            .trim()
            .split('\n')
            .findLast((text) => text !== '') ?? String(line.value)
        }`,
      );
    }
    return figure;
  }

  /**
   * A round after a pause, in which the others had theirs: V8 has made the heap small meanwhile, and the processor's
   * caches are the others'. So rounds are played for a second, and the last one counts.
   */
  async settledRound(): Promise<number> {
    const began = performance.now();
    let figure = await this.round();
    while (performance.now() - began < SETTLE_MS) figure = await this.round();
    return figure;
  }

  pin(): void {
    pinMainThread(this.#child.pid!);
  }

  end(): void {
    this.#child.stdin!.end();
  }
}

/** Gets a contestant to full speed. */
async function warmUp(player: Player): Promise<void> {
  const began = performance.now();
  for (let round = 0; round < WARM_UP_ROUNDS || performance.now() - began < WARM_UP_MS; round++) {
    await player.round();
    if (round === 0) player.pin();
  }
}

/** Measures all contestants of one measurement. */
export async function measure(
  file: string,
  index: number,
  measurement: Measurement,
): Promise<Outcome[]> {
  const { contestants, fresh = false } = measurement;
  const players = new Map<Contestant, Player>();
  const figures = new Map<Contestant, number[]>(contestants.map((one) => [one, []]));
  const skipped = new Map<Contestant, string>();
  for (const one of contestants) {
    const why = missing(one);
    if (why !== undefined) skipped.set(one, why);
    if (why !== undefined || fresh) continue;
    const player = new Player(file, index, one);
    players.set(one, player);
    try {
      await warmUp(player);
    } catch (error) {
      skipped.set(one, (error as Error).message);
    }
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const one of contestants) {
      if (skipped.has(one) || round >= (one.rounds ?? ROUNDS)) continue;
      const player = players.get(one) ?? new Player(file, index, one);
      try {
        figures.get(one)!.push(await (fresh ? player.round() : player.settledRound()));
      } catch (error) {
        skipped.set(one, (error as Error).message);
      }
      if (fresh) player.end();
    }
  }
  for (const player of players.values()) player.end();
  return contestants.map((one) => {
    const why = skipped.get(one);
    return {
      contestant: one.name,
      figures: why === undefined ? figures.get(one)! : [],
      ...(why === undefined ? {} : { skipped: why }),
    };
  });
}
