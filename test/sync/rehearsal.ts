// Random programs over a primitive, in each style, held against a model of it.
//
// Actors go through steps. Meanwhile cues come from outside, in chosen turns, some from a timer at the beginning of the
// turn and some from its midst: an actor is cancelled, its signal aborted, its greenlet killed, or the primitive is
// used without waiting. The steps tell the model what they see; it refuses what must not be. After every turn what the
// primitive shows is compared with the model; and when nothing is left to run, nobody may wait for what is there.

import { test } from 'node:test';
import fc from 'fast-check';

import { CancelledError } from '../../src/errors/cancelled-error.ts';
import { GreenletExit } from '../../src/public/greenlet.ts';
import { GreenletTask } from '../../src/hub/greenlet-task.ts';
import { type VirtualTime, withVirtualTime } from '../../src/public/testing.ts';
import { type Actor, type Script, Stage, type StyleName, styles } from './three-styles.ts';

/** How many programs for each primitive and style. */
const PROGRAMS = Number(process.env['GREENROOM_PROGRAMS'] ?? 100);

export interface Step {
  /** Which of the things that an actor can do; the play takes it modulo their number. */
  readonly kind: number;
  /** How often, how long, how many. */
  readonly n: number;
  /** Whether it waits with a signal. */
  readonly abortable: boolean;
  /** Whether the actor goes on with its next step when this one is cancelled. */
  readonly stubborn: boolean;
}

interface Cue {
  readonly turn: number;
  readonly what: 'cancel' | 'abort' | 'kill' | 'outside';
  readonly actor: number;
  readonly step: Step;
  /** Whether it comes from a timer, and so before all that runs in its turn. */
  readonly early: boolean;
}

interface Program {
  readonly setting: number;
  readonly actors: Step[][];
  readonly cues: Cue[];
}

/** What a step waits for; its errors end the step. */
export type Scene = ReturnType<Script<void>>;

export interface Play {
  step(actor: number, step: Step, signal: AbortSignal | undefined): Scene;
  /** Something done to the primitive from outside of all actors. */
  outside(step: Step): void;
  /**
   * An actor is being cancelled, or its signal aborted: if it waits in a line, it is out of it. If it was `killed`
   * before, it is cancelled while it cleans up.
   */
  left(actor: number, killed: boolean): void;
  /** Compares what the primitive shows with the model. */
  check(): void;
  /** Nothing is left to run. */
  atRest(): void;
}

const step = fc.record({
  kind: fc.nat(11),
  n: fc.nat(3),
  abortable: fc.boolean(),
  stubborn: fc.boolean(),
});
const cue: fc.Arbitrary<Cue> = fc.record({
  turn: fc.nat(14),
  what: fc.constantFrom('cancel', 'abort', 'kill', 'outside', 'outside'),
  actor: fc.nat(5),
  step,
  early: fc.boolean(),
});
const program: fc.Arbitrary<Program> = fc.record({
  setting: fc.nat(11),
  actors: fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
  cues: fc.array(cue, { maxLength: 14 }),
});

/** How often all actors may be told to end before they have to. */
const PATIENCE = 12;

class Rehearsal {
  readonly #time: VirtualTime;
  readonly #play: Play;
  readonly #program: Program;
  readonly #actors: Actor[];
  readonly #controllers: (AbortController | undefined)[] = [];
  readonly #problems: unknown[] = [];
  #turn = 0;
  /** In which turn an actor was killed in its present step. */
  readonly #killedIn: (number | undefined)[] = [];
  readonly #reason = new Error('aborted');

  constructor(style: StyleName, time: VirtualTime, play: Play, program: Program) {
    this.#time = time;
    this.#play = play;
    this.#program = program;
    const stage = new Stage(style, time);
    this.#actors = program.actors.map((steps, id) => stage.enter(() => this.#act(id, steps)));
  }

  async run(): Promise<void> {
    const { cues } = this.#program;
    await this.#untilRest(cues, Math.max(0, ...cues.map(({ turn }) => turn)));
    this.#note(() => this.#play.atRest());
    for (let i = 0; i < PATIENCE && this.#actors.some((actor) => !actor.done()); i++) {
      for (const id of this.#actors.keys()) this.#cancel(id, false);
      await this.#untilRest([], 0);
    }
    this.#note(() => this.#play.atRest());
    if (this.#actors.some((actor) => !actor.done())) this.#problems.push('an actor does not end');
    if (this.#problems.length > 0) throw this.#problems[0];
  }

  *#act(id: number, steps: readonly Step[]): Scene {
    for (const step of steps) {
      const controller = step.abortable ? new AbortController() : undefined;
      this.#controllers[id] = controller;
      try {
        yield* this.#play.step(id, step, controller?.signal);
      } catch (error) {
        this.#killedIn[id] = undefined;
        const cancelled = error instanceof CancelledError || error instanceof GreenletExit;
        if (!cancelled && error !== this.#reason) this.#problems.push(error);
        if (cancelled && !step.stubborn) throw error;
      }
    }
  }

  /** Gives the cues, turn by turn, to at least `last`, and then until nothing but this is ready. */
  #untilRest(cues: readonly Cue[], last: number): Promise<void> {
    const { loop } = this.#time;
    return new Promise((resolve) => {
      this.#turn = 0;
      this.#killedIn.length = 0;
      let calm = 0;
      const next = (): void => {
        for (const cue of cues) {
          if (!cue.early && cue.turn === this.#turn) this.#give(cue);
          if (cue.early && cue.turn === this.#turn + 1) loop.callLater(0, () => this.#give(cue));
        }
        this.#note(() => this.#play.check());
        calm = loop.readyCount === 0 ? calm + 1 : 0;
        if (this.#turn++ > last && calm > 2) resolve();
        else loop.callSoon(next);
      };
      loop.callSoon(next);
    });
  }

  #give({ what, actor, step, early }: Cue): void {
    const id = actor % this.#actors.length;
    if (what === 'outside') this.#note(() => this.#play.outside(step));
    else if (what === 'cancel') this.#cancel(id, early);
    else if (what === 'kill') this.#kill(id, early);
    else if (this.#controllers[id]?.signal.aborted === false) {
      this.#play.left(id, false);
      this.#controllers[id].abort(this.#reason);
    }
  }

  #cancel(id: number, early: boolean): void {
    // One that was killed in the turn before has not run when this turn begins, but has when the cues come.
    this.#play.left(id, (this.#killedIn[id] ?? Infinity) < (early ? this.#turn - 1 : this.#turn));
    this.#actors[id]!.cancel();
  }

  /** Throws a greenlet out of its wait; what it waits for hears of it only when the greenlet runs. */
  #kill(id: number, early: boolean): void {
    const actor = this.#actors[id];
    if (!(actor instanceof GreenletTask)) return this.#cancel(id, early);
    this.#killedIn[id] ??= this.#turn;
    actor.kill(undefined, { block: false });
  }

  #note(fn: () => void): void {
    try {
      fn();
    } catch (error) {
      this.#problems.push(error);
    }
  }
}

/** Tests that the primitive does as its model, which `makePlay` makes anew for each program, in each style. */
export function rehearse(name: string, makePlay: (setting: number) => Play): void {
  for (const style of styles) {
    test(`${name} does as its model, whoever is cancelled and whenever (${style})`, () =>
      fc.assert(
        fc.asyncProperty(program, (chosen) =>
          withVirtualTime((time) =>
            new Rehearsal(style, time, makePlay(chosen.setting), chosen).run(),
          ),
        ),
        { numRuns: PROGRAMS },
      ));
  }
}
