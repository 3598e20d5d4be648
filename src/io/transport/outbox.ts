import type { Socket } from 'node:net';
import type { DirectHandle } from '../fast/direct-handle.ts';
import { LostWrites, WaterMarks, type WriteLimits } from './write-limits.ts';

/** Who sends, and is told of the water marks. */
interface Sender {
  /** More waits than the high mark allows: told once, at once. */
  tellFull(): void;
  /** As much as the low mark allows may be all that waits: `takeRoom` in a turn of the loop. */
  noteRoom(): void;
}

/** What a connection sends, and how much of it still waits. */
export class Outbox {
  readonly #socket: Socket;
  readonly #direct: DirectHandle | null;
  readonly #sender: Sender;
  readonly #marks = new WaterMarks();
  readonly #lost = new LostWrites();
  #roomNoted = false;

  constructor(socket: Socket, direct: DirectHandle | null, sender: Sender) {
    this.#socket = socket;
    this.#direct = direct;
    this.#sender = sender;
  }

  /** Sends `bytes`, which must not be changed afterwards. */
  write(bytes: Buffer): void {
    const left = this.#direct === null ? bytes : this.#direct.send(bytes);
    if (left !== null) this.#socket.write(left, this.#onWritten);
    this.#tellIfFull();
  }

  /** Notes bytes that cannot be sent any more. */
  lose(): void {
    this.#lost.note('a connection');
  }

  /** How many bytes wait. */
  get size(): number {
    return this.#socket.writableLength;
  }

  /** Whether the sender has been told that it is full, and not that there is room. */
  get full(): boolean {
    return this.#marks.paused;
  }

  get limits(): { low: number; high: number } {
    return { low: this.#marks.low, high: this.#marks.high };
  }

  /** `open` says that something can still be written. */
  setLimits(limits: WriteLimits, open: () => boolean): void {
    this.#marks.set(limits);
    this.#tellIfFull();
    // Nothing that waits now may have been worth a call.
    if (this.#marks.paused && open()) this.#socket.write('', this.#onWritten);
  }

  /** Whether the sender is to be told now that there is room; says so once. */
  takeRoom(): boolean {
    if (!this.#roomNoted) return false;
    this.#roomNoted = false;
    if (!this.#marks.paused || !this.#hasRoom()) return false;
    this.#marks.paused = false;
    return true;
  }

  #tellIfFull(): void {
    if (this.#marks.paused || this.size <= this.#marks.high) return;
    this.#marks.paused = true;
    this.#sender.tellFull();
  }

  #hasRoom(): boolean {
    return !this.#socket.destroyed && this.size <= this.#marks.low;
  }

  readonly #onWritten = (): void => {
    if (!this.#marks.paused || !this.#hasRoom()) return;
    this.#roomNoted = true;
    this.#sender.noteRoom();
  };
}
