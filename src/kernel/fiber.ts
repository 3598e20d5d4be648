// A fiber is what runs on a stack: the inner half of every greenlet.
//
// Invariants
//  - `current` is the fiber whose code runs. Whoever switches sets it, before
//    the switch, to the one that will run; nobody sets it for himself.
//  - A fiber has a stack exactly while it is active.
//  - A stack whose fiber ended takes the next fresh fiber itself, without a
//    switch; else it waits for one (idle-stacks.ts). A fresh greenlet thus costs a
//    function call, not a stack.
//  - A frame of a parked stack is a root of the collector. So no frame of a
//    fiber's own stack may hold the Greenlet object that users hold of it, or
//    an abandoned greenlet would never be noticed: fibers do not point to it
//    while they are suspended by switch().

import { isMainThread } from 'node:worker_threads';
import { forgetIdle, keepIdle, takeIdle } from './idle-stacks.ts';
import { answerInquiries, inquire } from './inquiry.ts';
import { dropLetter, isError, readResult } from './payload.ts';
import { KIND_GREENLET, ListedHandle } from '../loop/index.ts';
import type { Interruption } from './interruption.ts';
import type { Owner } from './owner.ts';
import type { Awaited, Wait } from './wait.ts';
import {
  type AsyncContext,
  captureContext,
  createStack,
  enterContext,
  leaveContext,
  MAIN_STACK,
  openStacks,
  runningStack,
  stacksAreOpen,
  switchStack,
} from '../stack/index.ts';

const NO_STACK = -1;
/** Added to what `terminated` returns: the request is not to be made again there (native/runtime.cc). */
const NOT_OWED = 2 ** 31;

export type FiberState = 'pending' | 'active' | 'dead';

/** The wait of a fiber, which can be resumed from outside before the wait is over. */
export interface FiberWait extends Wait {
  /** The future whose end ends the wait; also where its outcome is not the wait's, as in a join. For reports. */
  readonly until?: Awaited | undefined;
  /** Takes the wait back; false if the wake-up is in the ready queue already. */
  takeBack(fiber: Fiber): boolean;
}

/** Called after each switch, on the stack that was switched to. */
export type SwitchHook = (event: 'switch' | 'throw', origin: Fiber, target: Fiber) => void;

/** Stands in the list of those that wait (parkers.ts), from its first wait in the hub to its end. */
export abstract class Fiber extends ListedHandle {
  declare state: FiberState;
  declare stack: number;
  declare parent: Fiber | null;
  declare context: AsyncContext;
  /** What it waits for in the hub, if it does: then only the loop may resume it. */
  declare parkedOn: FiberWait | null;
  /** Whose code it runs; undefined for a greenlet of `greenroom/greenlet`. */
  declare readonly owner: Owner | undefined;
  /** What its wait shall end with. */
  declare interruption: Interruption | null;
  /** How often it stands in the ready queue for a wait that was refused. */
  declare strayWakeUps: number;
  /** The Greenlet object that users hold, see `greenlet.ts`; weakly, see above. */
  declare view: WeakRef<object> | null;
  /** Nobody holds that object any more, though the fiber still had something to do. */
  declare abandoned: boolean;

  constructor(parent: Fiber | null, owner?: Owner) {
    super(KIND_GREENLET);
    this.state = 'pending';
    this.stack = NO_STACK;
    this.parent = parent;
    this.owner = owner;
    this.context = parent === null ? undefined : captureContext();
    this.parkedOn = null;
    this.interruption = null;
    this.strayWakeUps = 0;
    this.view = null;
    this.abandoned = false;
  }

  /** Called before a switch that will start it. @throws GreenletError when it has nothing to run */
  prepare(): void {}

  /**
   * Runs the body, to its end, on the running stack; never throws. Returns the
   * fiber that goes on.
   */
  abstract execute(): Fiber;

  /** Called when its stack was ended by the termination of its script. */
  terminated(): void {}

  /**
   * Called when the loop cannot start it for want of a stack. Whoever happens
   * to run the loop is not to blame, so the fiber itself has to fail.
   */
  unstartable(error: unknown): void {
    throw error;
  }

  /** As a handle of the loop: goes on with this fiber. Called on the main stack. */
  run(): void {
    if (this.strayWakeUps > 0) this.strayWakeUps--;
    else resumeFromLoop(this);
  }
}

class MainFiber extends Fiber {
  constructor() {
    super(null);
    this.state = 'active';
    this.stack = MAIN_STACK;
  }

  execute(): Fiber {
    throw new Error('the main stack is never started');
  }
}

/** The fiber of the main stack, which runs Node's loop: the hub. */
export const mainFiber: Fiber = new MainFiber();

let current: Fiber = mainFiber;
/** The fresh fiber that the stack being switched to shall run. */
let job: Fiber | null = null;
let hook: SwitchHook | null = null;
let origin: Fiber = mainFiber;

/** By stack: the fiber that has begun on it and not ended. It tells whether `current` can be believed. */
const begun: (Fiber | null)[] = [mainFiber];

export function currentFiber(): Fiber {
  return current.stack === runningStack() ? current : settle();
}

/**
 * A script may be terminated (a `vm` timeout) between any two lines, and its
 * `catch` and `finally` blocks are not run. If it was about to switch, `current`
 * is ahead of the truth.
 */
function settle(): Fiber {
  takeBack();
  return (current = begun[runningStack()] as Fiber);
}

/** Undoes what was prepared for a switch that did not take place. */
function takeBack(): void {
  dropLetter();
  if (job === null) return;
  if (job.stack !== runningStack()) keepIdle(job.stack);
  job.stack = NO_STACK;
  job = null;
}

/**
 * The fiber that runs, or undefined on the main stack. Unlike `currentFiber` it believes what was noted: after the
 * termination of a script it may be wrong, which context variables and reports can bear.
 */
export function runningFiber(): Fiber | undefined {
  return current === mainFiber ? undefined : current;
}

export function setSwitchHook(next: SwitchHook | null): void {
  hook = next;
}

/**
 * Leaves the current fiber for `target`, which is pending or active, and
 * returns when somebody transfers back.
 *
 * @throws CannotParkError or StackMemoryError, and then nothing has changed
 */
export function transfer(target: Fiber): void {
  const from = currentFiber();
  let stack = target.stack;
  const fresh = stack === NO_STACK;
  try {
    if (fresh) {
      if (!stacksAreOpen()) openStacks(runner, terminated);
      stack = takeIdle() ?? createStack();
      target.stack = stack;
      job = target;
    }
    current = target;
    origin = from;
    switchStack(stack);
    answerInquiries(transfer);
  } catch (error) {
    current = from;
    if (fresh) {
      job = null;
      target.stack = NO_STACK;
      if (stack !== NO_STACK) keepIdle(stack);
    }
    dropLetter();
    throw error;
  }
  if (hook !== null) reportArrival(hook);
}

/** For a switch of the current fiber to itself, which needs no transfer but is told of like any other. */
export function stay(): void {
  origin = currentFiber();
  if (hook !== null) reportArrival(hook);
}

/** What counts is what arrives: an error may have become a value on its way. */
function arrival(): 'switch' | 'throw' {
  return isError() || current.interruption?.atNextPark === false ? 'throw' : 'switch';
}

function reportArrival(report: SwitchHook): void {
  try {
    report(arrival(), origin, current);
  } catch (error) {
    // Raised here instead of what the switch brought.
    dropLetter();
    throw error;
  }
}

/** Whether the main stack waits in `resumeFromLoop`. */
let chained = false;

/**
 * For the loop, on the main stack: goes on with `fiber`. While it does, a fiber
 * that parks may hand over straight to the next one that is ready; the main
 * stack is returned to when there is none.
 */
export function resumeFromLoop(fiber: Fiber): void {
  chained = true;
  try {
    transfer(fiber);
  } catch (error) {
    if (fiber.state !== 'pending') throw error;
    fiber.unstartable(error);
    return;
  } finally {
    chained = false;
  }
  // What came back was not asked for; but an error of a child of the main
  // greenlet is the loop's to report.
  readResult();
}

/**
 * Whether the loop resumed this chain of fibers. If not, code on the main stack
 * called switch() and wants control back as soon as that greenlet parks.
 */
export function mayHandOver(): boolean {
  return chained;
}

/** The outermost JavaScript of every stack: runs fibers, and waits for the next. */
function runner(): number {
  const stack = runningStack();
  for (;;) {
    const target = runFibers(stack);
    if (!keepIdle(stack)) return target;
    switchStack(target);
    // Resumed by the main stack, to be freed.
    if (job === null) return MAIN_STACK;
  }
}

/**
 * Follows a termination, which no JavaScript of the stack can notice: the
 * fiber is dead, and its next of kin goes on, to be terminated too.
 */
function terminated(): number {
  const stack = runningStack();
  const lost = begun[stack] ?? null;
  begun[stack] = null;
  takeBack();
  // Whether it waited for work, or was about to.
  forgetIdle(stack);
  // If its fiber had ended, or not begun, `current` is who was to go on.
  let heir = lost ?? current;
  if (heir.stack === stack) heir.stack = NO_STACK;
  if (lost !== null) {
    lost.state = 'dead';
    lost.leaveList();
    lost.terminated();
  }
  while (heir.state !== 'active') heir = heir.parent ?? mainFiber;
  current = heir;
  // The loop called this stack. No script stands there that could be meant: the one that is, with its timeout, is
  // parked, and a request on the main stack would break Node's own frames off, which ends the process. A Worker that
  // ends, however, ends with all of its stacks.
  const notOwed = heir === mainFiber && chained && isMainThread;
  if (heir === mainFiber) chained = false;
  leaveContext();
  return notOwed ? heir.stack + NOT_OWED : heir.stack;
}

/**
 * Runs the fiber that waits for this stack, and those fresh ones that follow
 * it; returns the index of the stack to go on with. A function of its own, so
 * that an idle stack holds on to no fiber.
 */
function runFibers(stack: number): number {
  let fiber = job as Fiber;
  job = null;
  for (;;) {
    begun[stack] = fiber;
    enterContext(fiber.context);
    fiber.state = 'active';
    const next = fiber.execute();
    begun[stack] = null;
    fiber.state = 'dead';
    fiber.stack = NO_STACK;
    fiber.leaveList();
    origin = fiber;
    current = next;
    if (next.stack !== NO_STACK) break;
    next.stack = stack;
    fiber = next;
  }
  leaveContext();
  return current.stack;
}

/** Reports the switch that started the current fiber; called first thing by its body. */
export function reportStart(): void {
  if (hook !== null) hook(arrival(), origin, current);
}

/** The stack trace of a suspended fiber; undefined for one that runs, has not started or has ended. */
export function traceOf(fiber: Fiber): string | undefined {
  return fiber === current || fiber.state !== 'active' ? undefined : inquire(fiber.stack);
}
