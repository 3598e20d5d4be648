import type { Order } from '../loop/index.ts';
import { checkInteger } from '../errors/index.ts';

/**
 * Picks the next handle at random, the same way for the same seed. A program that is right runs right in
 * each of these orders; one that relies on an accident of the order fails in some, and its seed shows it again.
 */
export class SeededOrder implements Order {
  readonly seed: number;
  #state: number;

  /** @throws InvalidArgumentError if `seed` is not a whole number from 0 to 2^32 - 1 */
  constructor(seed: number) {
    this.seed = checkInteger(seed, 'seed', 0, 2 ** 32 - 1);
    this.#state = this.seed;
  }

  pick(count: number): number {
    // One step of a Weyl sequence, then two rounds of multiply and xor-shift so that every bit counts.
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
    bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
    bits = (bits ^ (bits >>> 16)) >>> 0;
    return Math.floor((bits / 2 ** 32) * count);
  }
}
