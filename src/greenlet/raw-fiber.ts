import { addressee } from './addressee.ts';
import { Fiber, reportStart } from './fiber.ts';
import { GreenletExit } from './greenlet-exit.ts';
import { readArguments, writeArguments, writeError } from './letter.ts';

/** The fiber of a python-greenlet: its result and its error go to its parent. */
export class RawFiber extends Fiber {
  #run: ((...args: never[]) => unknown) | null;

  constructor(parent: Fiber, run: ((...args: never[]) => unknown) | null) {
    super(parent);
    this.#run = run;
  }

  get body(): ((...args: never[]) => unknown) | null {
    return this.#run;
  }

  set body(run: ((...args: never[]) => unknown) | null) {
    this.#run = run;
  }

  execute(): Fiber {
    const run = this.#run as (...args: unknown[]) => unknown;
    this.#run = null;
    try {
      reportStart();
      writeArguments([run(...readArguments())]);
    } catch (error) {
      if (error instanceof GreenletExit) writeArguments([error]);
      else writeError(error);
    }
    // Read at death, so that re-parenting redirects the result.
    return addressee(this.parent as Fiber);
  }
}
