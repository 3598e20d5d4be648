import {
  ALL_COMPLETED,
  asCompleted,
  Barrier,
  CancelledError,
  Condition,
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
  wait,
  waitFor,
} from '../../src/public/asyncio.ts';
import type { Cancellable } from '../../src/task/cancellable.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';
import type { Style } from '../asyncio/styles.ts';
import { type Body, type Instruction, type Program, WATCHDOG } from './program.ts';

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

type Script<T = unknown> = Generator<unknown, T, any>;

/** Runs a program in one style; the counterpart of interpreter.py. */
export class Interpreter {
  readonly trace: string[] = [];
  readonly #style: Style;
  readonly #time: VirtualTime;
  readonly #tasks = new Map<number, Cancellable<any>>();
  readonly #locks: Lock[];
  readonly #semaphores: Semaphore[];
  readonly #events: Event[];
  readonly #queues: Queue<number>[];
  readonly #futures: Future<number>[];
  readonly #barriers: Barrier[];
  readonly #conditions: Condition[];
  /** The last one that was made. */
  #handle: { cancel(): void } | undefined;

  constructor(program: Program, style: Style, time: VirtualTime) {
    this.#style = style;
    this.#time = time;
    this.#locks = Array.from({ length: program.locks }, () => new Lock());
    this.#semaphores = program.semaphores.map((value) => new Semaphore(value));
    this.#events = Array.from({ length: program.events }, () => new Event());
    this.#queues = program.queues.map(([kind, maxsize]) => new KINDS[kind]<number>(maxsize));
    this.#futures = Array.from({ length: program.futures }, () => new Future<number>());
    this.#conditions = Array.from({ length: program.conditions }, () => new Condition());
    this.#barriers = program.barriers.map((parties) => new Barrier(parties));
  }

  static play(program: Program, style: Style): Promise<string[]> {
    return withVirtualTime((time) => {
      // What fails and is seen by nobody is of no interest, as on CPython's side.
      getEventLoop().setExceptionHandler(() => {});
      const interpreter = new Interpreter(program, style, time);
      return style.start(() => interpreter.#play(program));
    });
  }

  *#play(program: Program): Script<string[]> {
    const tasks = this.#tasks;
    tasks.set(
      0,
      this.#style.start(() => this.#task(0, program.main)),
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
      this.trace.push(`${number}: ${outcome(tasks.get(number)!)}`);
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

  #known(others: readonly number[]): Cancellable<any>[] {
    return others.map((other) => this.#tasks.get(other)).filter((task) => task !== undefined);
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
        const [, child, body] = instruction;
        this.#tasks.set(
          child,
          this.#style.start(() => this.#task(child, body)),
        );
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
      case 'gather': {
        const tasks = this.#known(instruction[1]);
        if (tasks.length === 0) return;
        const results: unknown[] = yield gather(tasks, { returnExceptions: instruction[2] });
        note(
          `gathered ${results.map((one) => (one instanceof Error ? told(one) : String(one))).join(' ')}`,
        );
        return;
      }
      case 'wait': {
        const [, others, mode, limit] = instruction;
        const tasks = this.#known(others);
        if (tasks.length === 0) return;
        const [done, pending]: [Set<unknown>, Set<unknown>] = yield wait(tasks, {
          returnWhen: MODES[mode],
          ...(limit === null ? {} : { timeout: limit }),
        });
        const names = (some: Set<unknown>): string =>
          others.filter((other) => some.has(this.#tasks.get(other))).join(',');
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
      case 'cancel': {
        const [task] = this.#known([instruction[1]]);
        if (task !== undefined)
          note(`cancel ${instruction[1]} ${task.cancel(instruction[2] ?? undefined)}`);
        return;
      }
      case 'uncancel': {
        const me = this.#tasks.get(number) as Cancellable<any>;
        note(`${me.cancelling()} requests, ${me.uncancel()} left`);
        return;
      }
      case 'timeout': {
        const [, limit, body] = instruction;
        yield timeout(
          limit,
          this.#style.fn(() => this.#run(number, body)),
        );
        return;
      }
      case 'group': {
        const [, children, body] = instruction;
        const style = this.#style;
        const inside = (group: TaskGroup): Script<void> => {
          for (const [child, instructions] of children)
            this.#tasks.set(
              child,
              style.child(group, () => this.#task(child, instructions)),
            );
          return this.#run(number, body);
        };
        yield TaskGroup.run(style.fn(inside));
        note('left the group');
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

function outcome(task: Cancellable<any>): string {
  if (task.cancelled()) return 'CancelledError';
  const error = task.exception();
  return error === undefined ? String(task.result()) : told(error);
}
