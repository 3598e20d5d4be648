import { InvalidStateError } from '../errors/index.ts';
import { Semaphore } from './semaphore.ts';

/**
 * A semaphore that never has more places than at first: a `release` too many is an error, which is almost always
 * what it is in the program. Semantics: asyncio's `BoundedSemaphore`.
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  /** @throws InvalidArgumentError if `value` is not a whole number from 0 up */
  constructor(value: number = 1) {
    super(value);
    this.#bound = value;
  }

  /** @throws InvalidStateError if all places are free already */
  override release(): void {
    if (this.value >= this.#bound) {
      throw new InvalidStateError(
        `Cannot release a bounded semaphore of ${this.#bound} once more than it was acquired`,
      );
    }
    super.release();
  }
}
