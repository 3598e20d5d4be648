import {
  ALL_COMPLETED,
  asCompleted,
  Barrier,
  CancelledError,
  Condition,
  createTask,
  currentTask,
  Event,
  ExceptionGroup,
  FIRST_COMPLETED,
  FIRST_EXCEPTION,
  Future,
  gather,
  getEventLoop,
  LifoQueue,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  shield,
  sleep,
  TaskGroup,
  timeout,
  type Timeout,
  wait,
  waitFor,
} from '../../src/public/asyncio.ts';
import type { Awaitable } from '../../src/task/body.ts';
import type { Cancellable } from '../../src/task/cancellable.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';
import type { Style } from '../asyncio/styles.ts';
import {
  type Body,
  type Child,
  FUTURES,
  type Instruction,
  type Primitive,
  type Program,
  WATCHDOG,
} from './program.ts';

class Boom extends Error {}

function told(error: unknown): string {
  if (error instanceof ExceptionGroup) return `Group(${error.errors.map(told).join(', ')})`;
  if (error instanceof Boom) return `Boom(${error.message})`;
  const { name, message } = error as Error;
  // The default text stands for no message.
  if (error instanceof CancelledError && message !== new CancelledError().message)
    return `${name}(${message})`;
  return name;
}

const MODES = { FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED } as const;

const KINDS = { fifo: Queue, lifo: LifoQueue, priority: PriorityQueue } as const;

/** Which style each task is written in, and each body of a limit or a group in a task. */
export interface StyleMix {
  readonly name: string;
  task(number: number): Style;
  /** That of the `nth` body of all that are begun. */
  body(owner: number, nth: number): Style;
}

type Script<T = unknown> = Generator<unknown, T, any>;

/** Runs a program in one style; the counterpart of interpreter.py. */
export class Interpreter {
  readonly trace: string[] = [];
  readonly #mix: StyleMix;
  #bodies = 0;
  readonly #time: VirtualTime;
  readonly #tasks = new Map<number, Cancellable<any>>();
  readonly #locks: Lock[];
  readonly #semaphores: Semaphore[];
  readonly #events: Event[];
  readonly #queues: Queue<number>[];
  readonly #futures: Future<number>[];
  /** By task, the limits and the groups that it stands in, the innermost last. */
  readonly #limits = new Map<number, Timeout[]>();
  readonly #groups = new Map<number, TaskGroup[]>();
  readonly #barriers: Barrier[];
  readonly #conditions: Condition[];
  /** The last one that was made. */
  #handle: { cancel(): void } | undefined;

  constructor(program: Program, mix: StyleMix, time: VirtualTime) {
    this.#mix = mix;
    this.#time = time;
    this.#locks = Array.from({ length: program.locks }, () => new Lock());
    this.#semaphores = program.semaphores.map((value) => new Semaphore(value));
    this.#events = Array.from({ length: program.events }, () => new Event());
    this.#queues = program.queues.map(([kind, maxsize]) => new KINDS[kind]<number>(maxsize));
    this.#futures = Array.from({ length: program.futures }, () => new Future<number>());
    this.#conditions = Array.from({ length: program.conditions }, () => new Condition());
    this.#barriers = program.barriers.map((parties) => new Barrier(parties));
  }

  static async play(program: Program, mix: StyleMix): Promise<string[]> {
    try {
      return await Interpreter.#playOut(program, mix);
    } catch (error) {
      // Something held out against all its cancellations.
      if ((error as { code?: unknown }).code === 'ERR_STALLED') return ['deadlock'];
      throw error;
    }
  }

  static #playOut(program: Program, mix: StyleMix): Promise<string[]> {
    return withVirtualTime((time) => {
      // What fails and is seen by nobody is of no interest, as on CPython's side.
      getEventLoop().setExceptionHandler(() => {});
      const interpreter = new Interpreter(program, mix, time);
      return mix.task(0).start(() => interpreter.#play(program));
    });
  }

  *#play(program: Program): Script<string[]> {
    const tasks = this.#tasks;
    tasks.set(
      0,
      this.#mix.task(0).start(() => this.#task(0, program.main)),
    );
    const bark = (): void => {
      for (const number of [...tasks.keys()].toSorted((a, b) => a - b)) tasks.get(number)!.cancel();
    };
    const dogs = Array.from({ length: WATCHDOG.times }, (_, i) =>
      this.#time.loop.callLater(WATCHDOG.first + i * WATCHDOG.every, bark),
    );
    for (;;) {
      const pending = [...tasks.values()].filter((task) => !task.done());
      if (pending.length === 0) break;
      yield wait(pending);
    }
    for (const dog of dogs) dog.cancel();
    for (const number of [...tasks.keys()].toSorted((a, b) => a - b))
      this.trace.push(ending(number, tasks.get(number)!));
    // What was set for later may still come.
    return [...this.trace];
  }

  #note(number: number, text: string): void {
    this.trace.push(`${this.#time.now()} ${number} ${text}`);
  }

  *#task(number: number, body: Body): Script<number> {
    this.#note(number, 'begins');
    try {
      yield* this.#run(number, body);
    } catch (error) {
      this.#note(number, `ends with ${told(error)}`);
      throw error;
    }
    this.#note(number, 'ends');
    return number;
  }

  *#run(number: number, body: Body): Script<void> {
    for (const instruction of body) yield* this.#do(number, instruction);
  }

  #thing(number: number): Future<any> | undefined {
    return number >= FUTURES ? this.#futures[number - FUTURES] : this.#tasks.get(number);
  }

  #known(others: readonly number[]): Future<any>[] {
    return others.map((other) => this.#thing(other)).filter((thing) => thing !== undefined);
  }

  #cancel(number: number, other: number, message: string | null): void {
    const thing = this.#thing(other);
    if (thing === undefined) return;
    this.#note(number, `cancel ${other} ${thing.cancel(message ?? undefined)}`);
  }

  #operation([kind, index]: Primitive): Awaitable<unknown> {
    switch (kind) {
      case 'get':
        return this.#queues[index]!.get();
      case 'put':
        return this.#queues[index]!.put(7);
      case 'event':
        return this.#events[index]!.wait();
      case 'lock':
        return this.#locks[index]!.acquire();
      case 'semaphore':
        return this.#semaphores[index]!.acquire();
      case 'barrier':
        return this.#barriers[index]!.wait();
      case 'sleep':
        return sleep(index, 'slept');
    }
  }

  *#gather(
    number: number,
    things: readonly Awaitable<unknown>[],
    returnExceptions: boolean,
  ): Script<void> {
    const results: unknown[] = yield gather(things, { returnExceptions });
    const texts = results.map((one) => (one instanceof Error ? told(one) : shown(one)));
    this.#note(number, `gathered ${texts.join(' ')}`.toLowerCase());
  }

  /** Runs a body, or part of one, with `thing` noted as the innermost of `all`. */
  *#within<T>(all: Map<number, T[]>, number: number, thing: T, body: Body): Script<void> {
    const stack = all.get(number) ?? [];
    all.set(number, stack);
    stack.push(thing);
    try {
      yield* this.#run(number, body);
    } finally {
      stack.pop();
    }
  }

  #startIn(group: TaskGroup, [child, body, eager]: Child): void {
    const script = (): Script<number> => this.#task(child, body);
    const style = this.#mix.task(child);
    const task = eager
      ? group.createTask(style.fn(script), { eagerStart: true })
      : style.child(group, script);
    this.#tasks.set(child, task);
  }

  *#do(number: number, instruction: Instruction): Script<void> {
    const note = (text: string): void => this.#note(number, text);
    switch (instruction[0]) {
      case 'log':
        note(instruction[1]);
        return;
      case 'sleep':
        yield sleep(instruction[1]);
        note('slept');
        return;
      case 'spawn': {
        const [, child, body, eager] = instruction;
        const script = (): Script<number> => this.#task(child, body);
        const style = this.#mix.task(child);
        const task = eager
          ? createTask(style.fn(script), { eagerStart: true })
          : style.start(script);
        this.#tasks.set(child, task);
        return;
      }
      case 'join': {
        const [task] = this.#known([instruction[1]]);
        if (task !== undefined) note(`joined ${yield task}`);
        return;
      }
      case 'shield': {
        const [task] = this.#known([instruction[1]]);
        if (task !== undefined) note(`shielded ${yield shield(task)}`);
        return;
      }
      case 'wait_for': {
        const [task] = this.#known([instruction[1]]);
        if (task !== undefined) note(`in time ${yield waitFor(task, instruction[2])}`);
        return;
      }
      case 'limited': {
        const [, kind, index, limit] = instruction;
        const result: unknown = yield waitFor(this.#operation([kind, index]), limit);
        note(`${kind} in time ${shown(result)}`);
        if (kind === 'lock') this.#locks[index]!.release();
        else if (kind === 'semaphore') this.#semaphores[index]!.release();
        return;
      }
      case 'gather_all':
        return yield* this.#gather(
          number,
          instruction[1].map((one) => this.#operation(one)),
          instruction[2],
        );
      case 'gather':
        return yield* this.#gather(number, this.#known(instruction[1]), instruction[2]);
      case 'wait': {
        const [, others, mode, limit] = instruction;
        const tasks = this.#known(others);
        if (tasks.length === 0) return;
        const [done, pending]: [Set<unknown>, Set<unknown>] = yield wait(tasks, {
          returnWhen: MODES[mode],
          ...(limit === null ? {} : { timeout: limit }),
        });
        const names = (some: Set<unknown>): string =>
          others.filter((other) => some.has(this.#thing(other))).join(',');
        note(`done ${names(done)} pending ${names(pending)}`);
        return;
      }
      case 'as_completed': {
        const tasks = this.#known(instruction[1]);
        if (tasks.length === 0 || tasks.some((task) => task.done())) return;
        const limit = instruction[2];
        for (const next of asCompleted(tasks, limit === null ? {} : { timeout: limit }))
          note(`completed ${yield next}`);
        return;
      }
      case 'cancel':
        return this.#cancel(number, instruction[1], instruction[2]);
      case 'cancel_later': {
        const [, time, other, message] = instruction;
        this.#handle = this.#time.loop.callLater(time, () => this.#cancel(number, other, message));
        return;
      }
      case 'uncancel': {
        const task = this.#tasks.get(instruction[1]);
        if (task !== undefined) note(`${task.cancelling()} requests, ${task.uncancel()} left`);
        return;
      }
      case 'cancelling':
        note(`${currentTask()!.cancelling()} requests`);
        return;
      case 'timeout': {
        const [, limit, body] = instruction;
        const inside = function* (this: Interpreter, within: Timeout): Script<void> {
          try {
            yield* this.#within(this.#limits, number, within, body);
          } finally {
            note(`expired ${within.expired()}`);
          }
        };
        yield timeout(limit, this.#mix.body(number, this.#bodies++).fn(inside.bind(this)));
        return;
      }
      case 'reschedule': {
        const limit = this.#limits.get(number)?.at(-1);
        const time = instruction[1];
        limit?.reschedule(time === null ? null : this.#time.loop.time() + time);
        return;
      }
      case 'group': {
        const [, children, body] = instruction;
        const inside = (group: TaskGroup): Script<void> => {
          for (const child of children) {
            this.#groups.set(child[0], [group]);
            this.#startIn(group, child);
          }
          return this.#within(this.#groups, number, group, body);
        };
        yield TaskGroup.run(this.#mix.body(number, this.#bodies++).fn(inside));
        note('left the group');
        return;
      }
      case 'into_group': {
        const [, ...child] = instruction;
        const group = this.#groups.get(number)?.at(-1);
        if (group !== undefined) this.#startIn(group, child);
        return;
      }
      case 'try': {
        const [, body, which, handler] = instruction;
        try {
          yield* this.#run(number, body);
        } catch (error) {
          const kind = error instanceof CancelledError ? 'cancel' : 'error';
          if (which !== 'all' && which !== kind) throw error;
          note(`caught ${told(error)}`);
          yield* this.#run(number, handler);
        }
        return;
      }
      case 'finally':
        try {
          yield* this.#run(number, instruction[1]);
        } finally {
          note('finally');
          yield* this.#run(number, instruction[2]);
        }
        return;
      case 'raise':
        throw new Boom(instruction[1]);
      case 'soon':
        this.#handle = this.#time.loop.callSoon(note, instruction[1]);
        return;
      case 'later':
        this.#handle = this.#time.loop.callLater(instruction[1], note, instruction[2]);
        return;
      case 'cancel_handle':
        this.#handle?.cancel();
        return;
      case 'lock':
      case 'semaphore': {
        const [kind, index, body] = instruction;
        const lock = (kind === 'lock' ? this.#locks : this.#semaphores)[index]!;
        yield lock.acquire();
        try {
          note(`holds ${kind} ${index}`);
          yield* this.#run(number, body);
        } finally {
          lock.release();
        }
        return;
      }
      case 'event': {
        const [, index, what] = instruction;
        const event = this.#events[index]!;
        if (what !== 'wait') event[what]();
        else {
          yield event.wait();
          note(`event ${index}`);
        }
        return;
      }
      case 'condition':
        return yield* this.#condition(number, instruction);
      case 'put':
        yield this.#queues[instruction[1]]!.put(instruction[2]);
        note(`put ${instruction[2]}`);
        return;
      case 'get':
        note(`got ${yield this.#queues[instruction[1]]!.get()}`);
        return;
      case 'put_nowait':
        this.#queues[instruction[1]]!.putNowait(instruction[2]);
        return;
      case 'get_nowait':
        note(`got ${this.#queues[instruction[1]]!.getNowait()}`);
        return;
      case 'task_done':
        this.#queues[instruction[1]]!.taskDone();
        return;
      case 'queue_join':
        yield this.#queues[instruction[1]]!.join();
        note('queue joined');
        return;
      case 'future':
        return yield* this.#future(number, ...instruction);
      case 'shutdown':
        this.#queues[instruction[1]]!.shutdown(instruction[2]);
        return;
      case 'barrier': {
        const barrier = this.#barriers[instruction[1]]!;
        if (instruction[2] === 'wait') note(`barrier ${yield barrier.wait()}`);
        else barrier[instruction[2]]();
        note(`${barrier.nWaiting} at the barrier`);
      }
    }
  }

  *#condition(number: number, instruction: Instruction & { 0: 'condition' }): Script<void> {
    const [, index, before, what, after] = instruction;
    const condition = this.#conditions[index]!;
    yield condition.acquire();
    try {
      this.#note(number, `holds condition ${index}`);
      yield* this.#run(number, before);
      if (what === 'wait') {
        yield condition.wait();
        this.#note(number, 'notified');
      } else if (what === 'wait_for') {
        yield condition.waitFor(() => this.#events[index]!.isSet());
        this.#note(number, 'notified of the event');
      } else if (what === 'all') condition.notifyAll();
      else condition.notify(what);
      yield* this.#run(number, after);
    } finally {
      condition.release();
    }
  }

  *#future(
    number: number,
    ...[, index, what, message]: Instruction & { 0: 'future' }
  ): Script<void> {
    const future = this.#futures[index]!;
    if (what === 'wait') this.#note(number, `future ${yield future}`);
    else if (what === 'set') future.setResult(index);
    else if (what === 'fail') future.setException(new Boom('future'));
    else future.cancel(message ?? undefined);
  }
}

function ending(number: number, task: Cancellable<any>): string {
  return `${number}: ${outcome(task)}, ${task.cancelling()} requests`;
}

function outcome(task: Cancellable<any>): string {
  try {
    return String(task.result());
  } catch (error) {
    return told(error);
  }
}

/** A value as Python shows it, in small letters. */
function shown(value: unknown): string {
  return value === undefined ? 'none' : String(value);
}
