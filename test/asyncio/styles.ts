import { test } from 'node:test';

import { createTask, type TaskGroup } from '../../src/public/asyncio.ts';
import { isCoroutine } from '../../src/public/coroutine.ts';
import { spawn } from '../../src/hub/spawn.ts';
import { wait } from '../../src/hub/wait.ts';
import { stackInfo } from '../../src/stack/engine.ts';
import type { Awaitable } from '../../src/task/body.ts';
import type { Cancellable } from '../../src/task/cancellable.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';

/** A body in no style yet: it yields what is to be waited for, and gets what came of it. */
type Script<A extends unknown[], T> = (...args: A) => Generator<unknown, T, any>;

export interface Style {
  readonly name: 'generator' | 'async' | 'greenlet';
  /** The script as a function of this style: a generator function, an async function, or one that blocks. */
  fn<A extends unknown[], T>(script: Script<A, T>): (...args: A) => Awaitable<T>;
  /** Runs the script beside the running code: in a task, or in a greenlet. */
  start<T>(script: Script<[], T>): Cancellable<T>;
  /** As `start`, in a group. */
  child<T>(group: TaskGroup, script: Script<[], T>): Cancellable<T>;
}

const generatorStyle: Style = {
  name: 'generator',
  fn: (script) =>
    function* (...args) {
      const steps = script(...args);
      let step = steps.next();
      while (step.done !== true) {
        let value: unknown;
        try {
          value = yield* stepsTo(step.value);
        } catch (error) {
          step = steps.throw(error);
          continue;
        }
        step = steps.next(value);
      }
      return step.value;
    },
  start: (script) => createTask(generatorStyle.fn(script)),
  child: (group, script) => group.createTask(generatorStyle.fn(script)),
};

function* stepsTo(awaitable: any): Generator<unknown, unknown, unknown> {
  if (awaitable === undefined) return yield;
  if (isCoroutine(awaitable) || typeof awaitable[Symbol.iterator] === 'function')
    return yield* awaitable;
  return yield awaitable;
}

const asyncStyle: Style = {
  name: 'async',
  fn:
    (script) =>
    async (...args) => {
      const steps = script(...args);
      let step = steps.next();
      while (step.done !== true) {
        let value: unknown;
        try {
          value = await step.value;
        } catch (error) {
          step = steps.throw(error);
          continue;
        }
        step = steps.next(value);
      }
      return step.value;
    },
  start: (script) => createTask(asyncStyle.fn(script)),
  child: (group, script) => group.createTask(asyncStyle.fn(script)),
};

const greenletStyle: Style = {
  name: 'greenlet',
  fn:
    (script) =>
    (...args): any => {
      const steps = script(...args);
      let step = steps.next();
      while (step.done !== true) {
        let value: unknown;
        try {
          value = wait(step.value as Awaitable<unknown>);
        } catch (error) {
          step = steps.throw(error);
          continue;
        }
        step = steps.next(value);
      }
      return step.value;
    },
  start: (script) => {
    const greenlet = spawn(greenletStyle.fn(script));
    greenlet.quiet = true;
    return greenlet as Cancellable<any>;
  },
  child: (group, script) => group.spawn(greenletStyle.fn(script)) as Cancellable<any>,
};

export const styles: readonly Style[] =
  stackInfo().backend === 'off'
    ? [generatorStyle, asyncStyle]
    : [generatorStyle, asyncStyle, greenletStyle];

/** What a script of `inEachStyle` gets. */
export interface Stage extends Style, VirtualTime {
  /** What happened, in order; `note` adds the time. */
  readonly events: string[];
  note(event: string): void;
}

/** One test for each of the three styles, in virtual time: the same script, run as a task or a greenlet. */
export function inEachStyle(name: string, script: Script<[Stage], void>): void {
  for (const style of styles) {
    test(`${name} (${style.name})`, () =>
      withVirtualTime((time) => {
        const events: string[] = [];
        const note = (event: string): void => {
          events.push(`${event} @${time.now()}`);
        };
        return style.start(() => script({ ...style, ...time, events, note }));
      }));
  }
}

/** The error that `awaitable` ends with; for scripts: `const error = yield* caught(…)`. */
export function* caught(awaitable: unknown): Generator<unknown, any, any> {
  try {
    const value: unknown = yield awaitable;
    throw new Error(`Expected an error, got the value ${String(value)}`);
  } catch (error) {
    return error;
  }
}
