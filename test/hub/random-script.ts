// Random scripts for greenlets on the hub. They are performed twice: on the real stage, where a step blocks, and on
// that of a model, where it yields. Both times the same events must come, at the same times and in the same order.

import fc from 'fast-check';

/** Numbers pick a greenlet, a future or a script among those there are, modulo. */
type Step =
  | { do: 'sleep'; ms: number }
  | { do: 'wait'; future: number; timeout: number | null }
  | { do: 'set'; future: number }
  | { do: 'spawn'; script: number; ms: number | null }
  | { do: 'kill'; target: number; block: boolean }
  | { do: 'join'; target: number; timeout: number | null }
  | { do: 'joinAll'; targets: number[]; timeout: number | null; count: number | null }
  | { do: 'link'; target: number }
  | { do: 'fail' };

export interface Play {
  scripts: Step[][];
  /** Of the order within a turn; null: first in, first out. */
  seed: number | null;
}

const pick = fc.nat(20);
const ms = fc.nat(6);
const timeout = fc.option(ms);
const kind = <K extends Step['do']>(name: K): fc.Arbitrary<K> => fc.constant(name);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: kind('sleep'), ms }) },
  { weight: 4, arbitrary: fc.record({ do: kind('wait'), future: pick, timeout }) },
  { weight: 3, arbitrary: fc.record({ do: kind('set'), future: pick }) },
  { weight: 5, arbitrary: fc.record({ do: kind('spawn'), script: pick, ms: fc.option(ms) }) },
  { weight: 3, arbitrary: fc.record({ do: kind('kill'), target: pick, block: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: kind('join'), target: pick, timeout }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: kind('joinAll'),
      targets: fc.array(pick, { maxLength: 4 }),
      timeout,
      count: fc.option(fc.nat(3)),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: kind('link'), target: pick }) },
  { weight: 1, arbitrary: fc.record({ do: kind('fail') }) },
);

export const play: fc.Arbitrary<Play> = fc.record({
  scripts: fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 5 }),
  seed: fc.option(fc.nat(1000)),
});

export type Scene<T> = Generator<undefined, T, undefined>;

/** What a script can do, by blocking or by yielding. Greenlets and futures go by numbers. */
export interface Stage {
  readonly events: string[];
  now(): number;
  spawn(body: (self: number) => Scene<void>, ms: number | null): void;
  greenlets(): number;
  done(greenlet: number): boolean;
  sleep(ms: number): Scene<void>;
  /** False: the time was up. */
  wait(future: number, timeout: number | null): Scene<boolean>;
  set(future: number): void;
  kill(target: number, block: boolean): Scene<void>;
  killAll(): Scene<void>;
  join(target: number, timeout: number | null): Scene<boolean>;
  joinAll(targets: number[], timeout: number | null, count: number | null): Scene<number[]>;
  link(target: number, callback: () => void): void;
}

export const FUTURES = 4;
const MOST_GREENLETS = 12;
/** By then all that can end has. */
const CURTAIN_MS = 500;

/** The whole play: the first script, and at the end whoever still waits is killed. */
export function* perform(stage: Stage, { scripts }: Play): Scene<void> {
  stage.spawn((self) => act(stage, scripts, self, scripts[0]!), null);
  yield* stage.sleep(CURTAIN_MS);
  stage.events.push('curtain');
  yield* stage.killAll();
  stage.events.push(`the end @${stage.now()}`);
}

function* act(stage: Stage, scripts: Step[][], self: number, steps: Step[]): Scene<void> {
  const tell = (what: string): void => void stage.events.push(`${self} ${what} @${stage.now()}`);
  tell('begins');
  let reason = 'having done all';
  try {
    for (const one of steps) {
      reason = `during ${one.do}`;
      tell(`${one.do}: ${yield* take(stage, scripts, self, one)}`);
    }
    reason = 'having done all';
  } finally {
    tell(`ends ${reason}`);
  }
}

function* take(stage: Stage, scripts: Step[][], self: number, one: Step): Scene<string> {
  switch (one.do) {
    case 'sleep':
      yield* stage.sleep(one.ms);
      return 'slept';
    case 'wait':
      return (yield* stage.wait(one.future % FUTURES, one.timeout)) ? 'set' : 'too late';
    case 'set':
      stage.set(one.future % FUTURES);
      return 'set';
    case 'spawn': {
      if (stage.greenlets() >= MOST_GREENLETS) return 'too many';
      const script = scripts[one.script % scripts.length]!;
      stage.spawn((number) => act(stage, scripts, number, script), one.ms);
      return `number ${stage.greenlets() - 1}`;
    }
    case 'kill':
      yield* stage.kill(one.target % stage.greenlets(), one.block);
      return 'killed';
    case 'join': {
      const target = one.target % stage.greenlets();
      if (target === self) return 'itself';
      return String(yield* stage.join(target, one.timeout));
    }
    case 'joinAll': {
      const targets = one.targets.map((target) => target % stage.greenlets());
      return String(yield* stage.joinAll(targets, one.timeout, one.count));
    }
    case 'link': {
      const target = one.target % stage.greenlets();
      stage.link(
        target,
        () => void stage.events.push(`link of ${self} to ${target} @${stage.now()}`),
      );
      return String(target);
    }
    case 'fail':
      throw new Error(`failure of ${self}`);
  }
}
