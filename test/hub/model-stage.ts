// The hub as a model: a ready queue, timers, futures and greenlets, where a greenlet is a generator and parks at a
// `yield`. Nothing of the library is used but the order of the seed.

import { SeededOrder } from '../../src/public/testing.ts';
import { FUTURES, perform, type Play, type Scene, type Stage } from './random-script.ts';

interface Entry {
  cancelled: boolean;
  run(): void;
}

interface Timer {
  readonly when: number;
  readonly entry: Entry;
}

/** Takes the wait back; false if the wake-up stands in the ready queue. */
type CancelWait = () => boolean;

class Interruption {
  readonly error: string;
  atNextPark: boolean;

  constructor(error: string, atNextPark: boolean) {
    this.error = error;
    this.atNextPark = atNextPark;
  }
}

const EXIT = 'exit';
const TIMEOUT = 'timeout';

class Cue {
  done = false;
  waiters: Entry[] = [];
}

class Actor extends Cue {
  readonly entry: Entry;
  readonly scene: Scene<void>;
  started = false;
  alarm: Entry | null = null;
  parkedOn: CancelWait | null = null;
  interruption: Interruption | null = null;

  constructor(scene: Scene<void>, run: (actor: Actor) => void) {
    super();
    this.scene = scene;
    this.entry = { cancelled: false, run: () => run(this) };
  }
}

export function performInModel(play: Play): string[] {
  const stage = new ModelStage(play.seed === null ? null : new SeededOrder(play.seed));
  stage.begin(perform(stage, play));
  return stage.events;
}

class ModelStage implements Stage {
  readonly events: string[] = [];
  readonly #order: SeededOrder | null;
  readonly #ready: Entry[] = [];
  #timers: Timer[] = [];
  #time = 0;
  readonly #actors: Actor[] = [];
  readonly #futures = Array.from({ length: FUTURES }, () => new Cue());
  #current!: Actor;

  constructor(order: SeededOrder | null) {
    this.#order = order;
  }

  /** Turns, until nothing is left: due timers join, then exactly what is ready runs; then the clock jumps. */
  begin(scene: Scene<void>): void {
    this.#ready.push(new Actor(scene, this.#resume).entry);
    for (;;) {
      const due = this.#timers.filter(({ when }) => when <= this.#time);
      this.#timers = this.#timers.filter(({ when }) => when > this.#time);
      this.#ready.push(...due.toSorted((a, b) => a.when - b.when).map(({ entry }) => entry));
      for (let left = this.#ready.length; left > 0; left--) this.#take(left);
      this.#timers = this.#timers.filter(({ entry }) => !entry.cancelled);
      if (this.#ready.length > 0 || this.#timers.some(({ when }) => when <= this.#time)) continue;
      if (this.#timers.length === 0) return;
      this.#time = Math.min(...this.#timers.map(({ when }) => when));
    }
  }

  #take(left: number): void {
    const distance = this.#order?.pick(left) ?? 0;
    const ready = this.#ready;
    [ready[0], ready[distance]] = [ready[distance]!, ready[0]!];
    const entry = ready.shift()!;
    if (!entry.cancelled) entry.run();
  }

  readonly #resume = (actor: Actor): void => {
    this.#current = actor;
    actor.started = true;
    try {
      if (actor.scene.next().done === true) this.#end(actor);
    } catch (error) {
      this.#end(actor);
      if (error !== EXIT) this.events.push(`reported: ${(error as Error).message}`);
    }
  };

  #end(actor: Actor): void {
    actor.done = true;
    this.#wake(actor);
  }

  #wake(cue: Cue): void {
    this.#ready.push(...cue.waiters);
    cue.waiters = [];
  }

  #addTimer(ms: number, run: () => void): Entry {
    const entry = { cancelled: false, run };
    this.#timers.push({ when: this.#time + ms, entry });
    return entry;
  }

  #addWaiter(cue: Cue, entry: Entry): void {
    (cue.done ? this.#ready : cue.waiters).push(entry);
  }

  #removeWaiter(cue: Cue, entry: Entry): boolean {
    const index = cue.waiters.indexOf(entry);
    if (index >= 0) cue.waiters.splice(index, 1);
    return index >= 0;
  }

  *#park(cancelWait: CancelWait): Scene<void> {
    const actor = this.#current;
    actor.parkedOn = cancelWait;
    if (actor.interruption !== null) {
      actor.interruption.atNextPark = false;
      if (cancelWait()) this.#ready.push(actor.entry);
    }
    yield;
    actor.parkedOn = null;
    const { interruption } = actor;
    if (interruption === null || interruption.atNextPark) return;
    actor.interruption = null;
    throw interruption.error;
  }

  *#awaitEnd(cue: Cue): Scene<void> {
    const { entry } = this.#current;
    this.#addWaiter(cue, entry);
    yield* this.#park(() => this.#removeWaiter(cue, entry));
  }

  /** False when the time was up. A result that is under way wins; then the next wait is the one that ends. */
  *#limited(timeout: number | null, run: () => Scene<void>): Scene<boolean> {
    const actor = this.#current;
    if (timeout === null) {
      yield* run();
      return true;
    }
    let end: Interruption | null = null;
    const timer = this.#addTimer(timeout, () => {
      if (end !== null || actor.interruption !== null) return;
      const waiting = actor.parkedOn?.() ?? false;
      end = new Interruption(TIMEOUT, !waiting);
      actor.interruption = end;
      if (waiting) this.#ready.push(actor.entry);
    });
    try {
      yield* run();
      return true;
    } catch (error) {
      if (error === TIMEOUT) return false;
      throw error;
    } finally {
      timer.cancelled = true;
      if (end !== null && actor.interruption === end) actor.interruption = null;
    }
  }

  now(): number {
    return this.#time;
  }

  spawn(body: (self: number) => Scene<void>, ms: number | null): void {
    const actor = new Actor(body(this.#actors.length), this.#resume);
    this.#actors.push(actor);
    if (ms === null) this.#ready.push(actor.entry);
    else actor.alarm = this.#addTimer(ms, () => this.#resume(actor));
  }

  greenlets(): number {
    return this.#actors.length;
  }

  done(greenlet: number): boolean {
    return this.#actors[greenlet]!.done;
  }

  *sleep(ms: number): Scene<void> {
    const actor = this.#current;
    if (ms === 0) {
      this.#ready.push(actor.entry);
      yield* this.#park(() => false);
      return;
    }
    const timer = this.#addTimer(ms, () => this.#resume(actor));
    yield* this.#park(() => (timer.cancelled = true));
  }

  *wait(future: number, timeout: number | null): Scene<boolean> {
    const cue = this.#futures[future]!;
    if (cue.done) return true;
    return yield* this.#limited(timeout, () => this.#awaitEnd(cue));
  }

  set(future: number): void {
    this.#futures[future]!.done = true;
    this.#wake(this.#futures[future]!);
  }

  *kill(target: number, block: boolean): Scene<void> {
    const actor = this.#actors[target]!;
    if (actor.done) return;
    if (actor === this.#current) throw EXIT;
    if (!actor.started) {
      actor.entry.cancelled = true;
      if (actor.alarm !== null) actor.alarm.cancelled = true;
      this.#end(actor);
      return;
    }
    const waiting = actor.parkedOn!();
    actor.interruption = new Interruption(EXIT, false);
    if (waiting) this.#ready.push(actor.entry);
    if (block) yield* this.#awaitEnd(actor);
  }

  *killAll(): Scene<void> {
    for (const number of this.#actors.keys()) yield* this.kill(number, false);
    yield* this.joinAll([...this.#actors.keys()], null, null);
  }

  *join(target: number, timeout: number | null): Scene<boolean> {
    const actor = this.#actors[target]!;
    if (!actor.done) yield* this.#limited(timeout, () => this.#awaitEnd(actor));
    return actor.done;
  }

  *joinAll(targets: number[], timeout: number | null, count: number | null): Scene<number[]> {
    const all = [...new Set(targets)];
    if (count !== null) yield* this.#joinSome(all, timeout, Math.min(count, all.length));
    else if (!all.every((number) => this.done(number))) yield* this.#joinInTurn(all, timeout);
    return all.filter((number) => this.done(number));
  }

  *#joinInTurn(all: number[], timeout: number | null): Scene<void> {
    const actors = all.map((number) => this.#actors[number]!).filter(({ done }) => !done);
    const awaitEnd = (actor: Actor): Scene<void> => this.#awaitEnd(actor);
    yield* this.#limited(timeout, function* () {
      for (const actor of actors) if (!actor.done) yield* awaitEnd(actor);
    });
  }

  *#joinSome(all: number[], timeout: number | null, count: number): Scene<void> {
    const deadline = timeout === null ? Infinity : this.#time + timeout;
    const actor = this.#current;
    let arrived = 0;
    let waits = false;
    const entries = all.map((number) => {
      const run = (): void => {
        if (this.#time > deadline) return;
        arrived++;
        if (waits) this.#ready.push(actor.entry);
        waits = false;
      };
      const entry = { cancelled: false, run };
      this.#addWaiter(this.#actors[number]!, entry);
      return entry;
    });
    const park = (): Scene<void> => {
      waits = true;
      return this.#park(() => {
        const before = waits;
        waits = false;
        return before;
      });
    };
    try {
      for (let taken = 0; taken < count; taken++) {
        const left = timeout === null ? null : Math.max(0, deadline - this.#time);
        if (arrived === taken && !(yield* this.#limited(left, park))) return;
      }
    } finally {
      for (const [index, entry] of entries.entries()) {
        if (!this.#removeWaiter(this.#actors[all[index]!]!, entry)) entry.cancelled = true;
      }
    }
  }

  link(target: number, callback: () => void): void {
    this.#addWaiter(this.#actors[target]!, { cancelled: false, run: callback });
  }
}
