// What CPython's asyncio did in random programs (record.py), done by ours: the same, turn by turn.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite } from 'node:test';

import { sleep } from '../../../src/public/asyncio.ts';
import { CancelledError } from '../../../src/errors/cancelled-error.ts';
import { Condition, Event, Lock, Queue, Semaphore } from '../../../src/public/sync.ts';
import { Task } from '../../../src/task/task.ts';
import { inEachStyle, type Script, type Stage } from '../three-styles.ts';

type Scene = ReturnType<Script<void>>;

interface Recorded {
  readonly kind: 'lock' | 'semaphore' | 'event' | 'condition' | 'queue';
  readonly actors: [what: number, n: number][][];
  readonly cancels: [turn: number, actor: number][];
  readonly log: string;
}

const TURNS = 20;
const programs = readFileSync(new URL('programs.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function* turns(count: number): Scene {
  for (let i = 0; i < count; i++) yield sleep(0);
}

/** One step of an actor. */
type Do = (i: number, what: number, n: number) => Scene;

function holding(log: string[], thing: Lock | Semaphore | Condition): Do {
  return function* (i, what, n) {
    yield thing.acquire();
    log.push(`${i} has it`);
    try {
      yield* turns(n);
      if (!(thing instanceof Condition)) return;
      if (what % 2 === 0) yield thing.wait();
      else thing.notify(n);
    } finally {
      log.push(`${i} releases it`);
      thing.release();
    }
  };
}

function withEvent(event: Event): Do {
  return function* (_i, what, n) {
    yield* turns(n);
    if (what % 3 === 0) event.set();
    else if (what % 3 === 1) event.clear();
    else yield event.wait();
  };
}

function withQueue(log: string[], queue: Queue<number>): Do {
  return function* (i, what, n) {
    yield* turns(n);
    if (what === 0) {
      const item: number = yield queue.get();
      log.push(`${i} got ${item}`);
    } else yield queue.put(log.length);
  };
}

const make: Record<Recorded['kind'], (log: string[]) => Do> = {
  lock: (log) => holding(log, new Lock()),
  semaphore: (log) => holding(log, new Semaphore(2)),
  condition: (log) => holding(log, new Condition()),
  event: () => withEvent(new Event()),
  queue: (log) => withQueue(log, new Queue(2)),
};

async function play(stage: Stage, { kind, actors, cancels }: Recorded): Promise<string> {
  const log: string[] = [];
  const perform = make[kind](log);
  const act = (i: number, steps: [number, number][]): Script =>
    function* () {
      for (const [what, n] of steps) {
        log.push(`${i} begins ${what}`);
        try {
          yield* perform(i, what, n);
        } catch (error) {
          if (error instanceof CancelledError) log.push(`${i} was cancelled`);
          throw error;
        }
        log.push(`${i} did ${what}`);
      }
    };
  // Begun in the step of a task, as there: so actors and director keep the order of their turns.
  await new Task(function* () {
    const cast = actors.map((steps, i) => stage.enter(act(i, steps)));
    for (let turn = 0; turn < TURNS; turn++) {
      for (const [when, who] of cancels) if (when === turn) cast[who % cast.length]!.cancel();
      log.push('-');
      yield;
    }
    for (const actor of cast) actor.cancel();
  });
  await stage.exeunt();
  return log.join();
}

suite('in the programs that asyncio was recorded with', () => {
  for (const kind of Object.keys(make) as Recorded['kind'][]) {
    inEachStyle(`the same happens in the same turns: ${kind}`, async (stage) => {
      for (const program of programs.filter((one) => one.kind === kind)) {
        assert.equal(await play(stage, program), program.log, JSON.stringify(program));
      }
    });
  }
});
