import { watchAbandoned } from './abandoned.ts';
import { heir } from './receiver.ts';
import {
  dropLetter,
  Fiber,
  interrupt,
  isError,
  mainFiber,
  peekError,
  readArguments,
  reportStart,
  writeError,
  writeValue,
} from '../kernel/index.ts';
import { GreenletError } from './greenlet-error.ts';

export type Run = (...args: never[]) => unknown;

/** The fiber of a python-greenlet: its result and its error go to its parent. */
export class RawFiber extends Fiber {
  /** What it will run; null once it runs, or if it was given nothing. */
  body: Run | null;
  /** Finds that at the start instead: a method of the Greenlet object, which is kept alive by this until then. */
  #lookUp: (() => unknown) | null;

  constructor(parent: Fiber, body: Run | null, lookUp: (() => unknown) | null) {
    super(parent);
    this.body = body;
    this.#lookUp = lookUp;
  }

  override prepare(): void {
    const run = this.body ?? this.#lookUp?.();
    if (typeof run !== 'function') {
      throw new GreenletError(
        'This greenlet has nothing to run: give a function to `new Greenlet(run)`, or a method `run` to your subclass',
      );
    }
    this.body = run as Run;
    this.#lookUp = null;
    const object = this.view?.deref();
    if (object === undefined) this.abandoned = true;
    else watchAbandoned(object, this);
  }

  execute(): Fiber {
    const run = this.body as (...args: unknown[]) => unknown;
    this.body = null;
    try {
      reportStart();
      writeValue(run(...readArguments()));
    } catch (error) {
      writeError(error);
    }
    return nextOfKin(this);
  }
}

/** Who goes on with the letter of a greenlet that has ended. Read at death, so that re-parenting redirects it. */
function nextOfKin(ended: Fiber): Fiber {
  let kin = heir(ended);
  while (kin.state === 'pending') {
    try {
      kin.prepare();
      return kin;
    } catch (error) {
      // It has nothing to run: its own parent hears of that.
      writeError(error);
      kin = heir(kin);
    }
  }
  if (kin.parkedOn === null) return kin;
  // It waits in the hub for something else: an error is raised there, a value is not what it waits for.
  if (isError()) interrupt(kin, peekError());
  dropLetter();
  return mainFiber;
}
