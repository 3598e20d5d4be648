/**
 * Programs that are run both here and on CPython. A program is data: what it waits for are numbered things (locks,
 * queues, futures …), what it runs are lists of instructions, and all that it does is noted in a trace.
 *
 * No program waits in a circle: a task waits only for tasks with a higher number than its own.
 */
export type Instruction =
  | readonly ['log', string]
  | readonly ['sleep', number]
  | readonly ['spawn', ...Child]
  | readonly ['join', number]
  | readonly ['shield', number]
  | readonly ['wait_for', number, number]
  | readonly ['limited', ...Primitive, number]
  | readonly ['gather', readonly number[], boolean]
  | readonly ['gather_all', readonly Primitive[], boolean]
  | readonly [
      'wait',
      readonly number[],
      'FIRST_COMPLETED' | 'FIRST_EXCEPTION' | 'ALL_COMPLETED',
      number | null,
    ]
  | readonly ['as_completed', readonly number[], number | null]
  | readonly ['cancel', number, string | null]
  | readonly ['cancel_later', number, number, string | null]
  | readonly ['uncancel', number]
  | readonly ['cancelling']
  | readonly ['timeout', number, Body]
  | readonly ['reschedule', number | null]
  | readonly ['group', readonly Child[], Body]
  | readonly ['into_group', ...Child]
  | readonly ['try', Body, 'cancel' | 'error' | 'all', Body]
  | readonly ['finally', Body, Body]
  | readonly ['raise', string]
  | readonly ['soon', string]
  | readonly ['later', number, string]
  | readonly ['lock', number, Body]
  | readonly ['semaphore', number, Body]
  | readonly ['event', number, 'wait' | 'set' | 'clear']
  | readonly ['put', number, number]
  | readonly ['get', number]
  | readonly ['put_nowait', number, number]
  | readonly ['get_nowait', number]
  | readonly ['task_done', number]
  | readonly ['queue_join', number]
  | readonly ['future', number, 'wait' | 'set' | 'fail' | 'cancel', string | null]
  | readonly ['shutdown', number, boolean]
  | readonly ['cancel_handle']
  | readonly ['condition', number, Body, 'wait' | 'wait_for' | 'all' | number, Body]
  | readonly ['barrier', number, 'wait' | 'reset' | 'abort'];

/** A task's number, what it runs, and whether it starts eagerly. */
export type Child = readonly [number, Body, boolean];

/** One wait at a primitive, or for a time. */
export type Primitive = readonly [(typeof PRIMITIVES)[number], number];

export type Body = readonly Instruction[];

export interface Program {
  readonly locks: number;
  readonly semaphores: readonly number[];
  readonly events: number;
  readonly queues: readonly (readonly ['fifo' | 'lifo' | 'priority', number])[];
  readonly futures: number;
  readonly barriers: readonly number[];
  readonly conditions: number;
  readonly main: Body;
}

/** When a program that still runs is ended, by cancelling its tasks; and how often. */
export const WATCHDOG = { first: 200, every: 50, times: 6 };

/** How many tasks, and instructions in all, a program has at most. */
const MOST_TASKS = 9;
const MOST_INSTRUCTIONS = 70;

/** A small random generator (xorshift32): the same seed makes the same program everywhere. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed + 1, 0x9e3779b1) | 1) >>> 0;
    for (let i = 0; i < 8; i++) this.below(2);
  }

  below(limit: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x >>> 0;
    return this.#state % limit;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const SOURCES = 2;
const QUEUES: Program['queues'] = [
  ['fifo', 1],
  ['fifo', 0],
  ['lifo', 1],
  ['priority', 2],
];

/** What may wait for ever, and what may fail. */
const WAITING: ReadonlySet<string> = new Set([
  'event',
  'barrier',
  'get',
  'put',
  'future',
  'queue_join',
  'join',
  'shield',
  'gather',
  'gather_all',
  'wait',
  'as_completed',
  'condition',
]);
const FAILING: ReadonlySet<string> = new Set([
  'raise',
  'put_nowait',
  'get_nowait',
  'task_done',
  'shutdown',
  'reschedule',
  'wait_for',
  'limited',
  'timeout',
  'group',
  'into_group',
]);

/** The first of the futures' numbers, where they stand among tasks. */
export const FUTURES = 100;

const PRIMITIVES = ['get', 'put', 'event', 'lock', 'semaphore', 'barrier', 'sleep'] as const;

/** The program of a seed. `eager`: whether some of its tasks start eagerly. */
export function programOf(seed: number, eager = false): Program {
  const maker = new Maker(new Dice(seed), eager);
  return {
    locks: SOURCES,
    semaphores: [1, 2],
    events: SOURCES,
    queues: QUEUES,
    futures: SOURCES,
    barriers: [2, 3],
    conditions: SOURCES,
    main: maker.body(0, 10, 0),
  };
}

class Maker {
  readonly #dice: Dice;
  readonly #eager: boolean;
  #tasks = 1;
  #instructions = 0;

  constructor(dice: Dice, eager: boolean) {
    this.#dice = dice;
    this.#eager = eager;
  }

  /** A body of at most `most` instructions, of task number `owner`. */
  body(owner: number, most: number, depth: number): Body {
    const body: Instruction[] = [];
    const length = 1 + this.#dice.below(most);
    for (let i = 0; i < length && this.#instructions < MOST_INSTRUCTIONS; i++) {
      this.#instructions++;
      body.push(this.#guarded(this.#instruction(owner, depth)));
    }
    // What woke somebody is often followed by a cancellation in the same turn, that of the one who was woken or another.
    if (this.#dice.below(8) === 0) body.push(this.#cancel(owner));
    return body;
  }

  /** Most of what may wait for ever, or fail, is limited: else programs would end before they have begun. */
  #guarded(instruction: Instruction): Instruction {
    const dice = this.#dice;
    const [kind] = instruction;
    const waits = WAITING.has(kind);
    if ((!waits && !FAILING.has(kind)) || dice.below(4) === 0) return instruction;
    const guarded: Instruction = waits
      ? ['timeout', dice.pick([0, 1, 1, 2, 3]), [instruction]]
      : instruction;
    return ['try', [guarded], dice.below(8) === 0 ? 'all' : 'error', []];
  }

  #cancel(owner: number): Instruction {
    const dice = this.#dice;
    // Now and then it cancels itself, or takes a request back.
    const target = dice.below(4) === 0 ? owner : dice.below(this.#tasks);
    switch (dice.below(8)) {
      case 0:
        return ['uncancel', target];
      case 1:
        return ['cancelling'];
      case 2:
      case 3:
        return ['cancel_later', dice.below(6), this.#thing(target), this.#message()];
      default:
        return ['cancel', this.#thing(target), this.#message()];
    }
  }

  /** Now and then a future, in place of a task. */
  #thing(task: number): number {
    return this.#dice.below(6) === 0 ? FUTURES + this.#dice.below(SOURCES) : task;
  }

  #instruction(owner: number, depth: number): Instruction {
    const dice = this.#dice;
    const simple = depth >= 4;
    for (;;) {
      switch (dice.below(simple ? 20 : 34)) {
        case 0:
        case 1:
          return ['sleep', dice.pick([0, 0, 1, 1, 2, 3, 5])];
        case 2:
          return ['event', dice.below(SOURCES), dice.pick(['wait', 'set', 'set', 'clear'])];
        case 3:
          return ['put', this.#queue(), dice.below(100)];
        case 4:
          return ['get', this.#queue()];
        case 5:
          return dice.below(2) === 0
            ? ['put_nowait', this.#queue(), dice.below(100)]
            : ['get_nowait', this.#queue()];
        case 6:
          if (dice.below(8) === 0) return ['shutdown', this.#queue(), dice.below(2) === 0];
          return dice.below(2) === 0 ? ['task_done', 0] : ['queue_join', 0];
        case 7:
        case 8:
          return [
            'future',
            dice.below(SOURCES),
            dice.pick(['wait', 'wait', 'set', 'fail', 'cancel']),
            this.#message(),
          ];
        case 9:
        case 10:
          return this.#cancel(owner);
        case 11:
          return ['raise', dice.pick(['one', 'two'])];
        case 12:
          if (dice.below(4) === 0) return ['cancel_handle'];
          return dice.below(2) === 0 ? ['soon', 's'] : ['later', dice.below(4), 'l'];
        case 13:
        case 17:
          return [
            'barrier',
            dice.below(2),
            dice.pick(['wait', 'wait', 'wait', 'wait', 'wait', 'wait', 'reset', 'abort']),
          ];
        case 18:
          return ['limited', ...this.#primitive(), dice.below(5)];
        case 19:
          return dice.below(3) === 0
            ? ['reschedule', dice.pick([null, -1, 0, 1, 3])]
            : ['gather_all', [this.#primitive(), this.#primitive()], dice.below(2) === 0];
        case 14:
        case 15:
        case 16: {
          const known = this.#later(owner);
          if (known.length === 0) continue;
          return this.#waiting(known);
        }
        case 27:
          return ['lock', dice.below(SOURCES), this.body(owner, 3, depth + 1)];
        case 20:
          return ['semaphore', dice.below(SOURCES), this.body(owner, 3, depth + 1)];
        case 21:
          return ['timeout', dice.below(6), this.body(owner, 4, depth + 1)];
        case 22:
          return [
            'try',
            this.body(owner, 4, depth + 1),
            dice.pick(['cancel', 'error', 'all']),
            this.body(owner, 2, depth + 1),
          ];
        case 23:
          return ['finally', this.body(owner, 3, depth + 1), this.#final(owner, depth)];
        case 24: {
          const known = this.#later(owner);
          if (known.length === 0) continue;
          return ['timeout', dice.below(4), [['shield', dice.pick(known)]]];
        }
        case 25:
        case 26:
          return [
            'condition',
            dice.below(SOURCES),
            this.body(owner, 2, depth + 1),
            dice.pick(['wait', 'wait', 'wait', 'wait_for', 1, 1, 2, 'all']),
            this.body(owner, 2, depth + 1),
          ];
        case 28:
        case 29:
        case 30: {
          const child = this.#child(depth);
          if (child === undefined) continue;
          return ['spawn', ...child];
        }
        case 31: {
          const children = [this.#child(depth), this.#child(depth)].filter(
            (one) => one !== undefined,
          );
          if (children.length === 0) continue;
          return ['group', children, this.body(owner, 3, depth + 1)];
        }
        case 32: {
          const child = this.#child(depth);
          if (child === undefined) continue;
          return ['into_group', ...child];
        }
        case 33:
          // What a limit cancels handles it, takes it back, or waits again.
          return [
            'timeout',
            dice.below(4),
            [
              [
                'try',
                this.body(owner, 3, depth + 2),
                'cancel',
                [['cancelling'], ...this.body(owner, 2, depth + 2)],
              ],
            ],
          ];
      }
    }
  }

  #queue(): number {
    // The first ones are used most: where many meet, more can go wrong.
    return this.#dice.pick([0, 0, 0, 1, 2, 3]);
  }

  /** What a cancellation says. */
  #message(): string | null {
    return this.#dice.pick([null, 'a', 'b', 'c']);
  }

  /** What stands in a `finally`: now and then it cancels the task again that it belongs to. */
  #final(owner: number, depth: number): Body {
    const body = this.body(owner, 2, depth + 1);
    return this.#dice.below(3) === 0 ? [['cancel', owner, this.#message()], ...body] : body;
  }

  #waiting(known: readonly number[]): Instruction {
    const dice = this.#dice;
    const any = (): number => this.#thing(dice.pick(known));
    const some = [...new Set([any(), any(), any()])];
    switch (dice.below(6)) {
      case 0:
        // One of them may be gathered twice.
        return ['gather', [...some, any()], dice.below(2) === 0];
      case 1:
        return [
          'wait',
          some,
          dice.pick(['FIRST_COMPLETED', 'FIRST_EXCEPTION', 'ALL_COMPLETED']),
          dice.pick([null, 0, 1, 3]),
        ];
      case 2:
        return ['as_completed', some, dice.pick([null, null, 0, 1, 2])];
      case 3:
        return ['shield', some[0] as number];
      case 4:
        return ['wait_for', some[0] as number, dice.below(6)];
      default:
        return ['join', some[0] as number];
    }
  }

  /** The tasks that `owner` may wait for. */
  #later(owner: number): number[] {
    return Array.from({ length: this.#tasks - 1 }, (_, i) => i + 1).filter((task) => task > owner);
  }

  #primitive(): Primitive {
    const kind = this.#dice.pick(PRIMITIVES);
    return [kind, this.#dice.below(2)];
  }

  #child(depth: number): Child | undefined {
    if (this.#tasks >= MOST_TASKS) return undefined;
    const number = this.#tasks++;
    const body = this.body(number, 5, depth + 1);
    return [number, body, this.#eager && this.#dice.below(3) === 0];
  }
}
