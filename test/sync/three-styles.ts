import { test } from 'node:test';

import { sleep } from '../../src/public/asyncio.ts';
import type { Future } from '../../src/future/future.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import type { Cancellable } from '../../src/task/cancellable.ts';
import type { Operation } from '../../src/task/operation/operation.ts';
import { Task } from '../../src/task/task.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';

/**
 * What an actor does, written once for all styles. It yields what it waits for; the `yield` results in what comes of
 * that, or raises it.
 */
export type Script<T = unknown> = () => Generator<Operation<unknown> | Future, T, any>;

/** An actor on stage: done when its script is at its end. */
export type Actor<T = unknown> = Cancellable<T>;

export type StyleName = 'generator' | 'async' | 'greenlet';

/** How code of each style goes through a script: it does nothing but wait, in its own way, for what is yielded. */
const readers: Record<StyleName, <T>(script: Script<T>) => Actor<T>> = {
  generator: (script) =>
    new Task(function* () {
      const lines = script();
      let line = lines.next();
      while (line.done !== true) {
        let value: unknown;
        try {
          value = yield* line.value as Operation<unknown>;
        } catch (error) {
          line = lines.throw(error);
          continue;
        }
        line = lines.next(value);
      }
      return line.value;
    }),
  async: (script) =>
    new Task(async () => {
      const lines = script();
      let line = lines.next();
      while (line.done !== true) {
        let value: unknown;
        try {
          value = await line.value;
        } catch (error) {
          line = lines.throw(error);
          continue;
        }
        line = lines.next(value);
      }
      return line.value;
    }),
  greenlet: (script) => {
    const task = spawn(() => {
      const lines = script();
      let line = lines.next();
      while (line.done !== true) {
        let value: unknown;
        try {
          value = wait(line.value as Operation<unknown>);
        } catch (error) {
          line = lines.throw(error);
          continue;
        }
        line = lines.next(value);
      }
      return line.value;
    });
    task.quiet = true;
    return task;
  },
};

export class Stage {
  readonly style: StyleName;
  readonly time: VirtualTime;
  /** What happened, in order. */
  readonly events: unknown[] = [];
  readonly #cast: Actor[] = [];

  constructor(style: StyleName, time: VirtualTime) {
    this.style = style;
    this.time = time;
  }

  /** Sends on an actor; its script begins in the next turn. */
  enter<T>(script: Script<T>): Actor<T> {
    const actor = readers[this.style](script);
    this.#cast.push(actor);
    return actor;
  }

  /** Lets everything that is ready run `count` times. */
  async turns(count: number = 1): Promise<void> {
    for (let i = 0; i < count; i++) await sleep(0);
  }

  /** Waits until all actors are at their ends. */
  async exeunt(): Promise<void> {
    await Promise.allSettled(this.#cast);
  }
}

/** The styles that there are: without stacks there are no greenlets. */
export const styles: readonly StyleName[] =
  stackInfo().backend === 'off' ? ['generator', 'async'] : ['generator', 'async', 'greenlet'];

/** A test that holds in every style. `play` itself is an async function; the actors are in the style. */
export function inEachStyle(name: string, play: (stage: Stage) => Promise<void>): void {
  for (const style of styles) {
    test(`${name} (${style})`, () => withVirtualTime((time) => play(new Stage(style, time))));
  }
}
