import { checkInteger, InvalidArgumentError } from '../../errors/index.ts';

const DEFAULT_HIGH = 64 * 1024;

/** Bytes. */
export interface WriteLimits {
  /** Above it `pauseWriting` is called. */
  readonly high?: number | undefined;
  /** At or below it `resumeWriting` is called. */
  readonly low?: number | undefined;
}

/**
 * Tells a protocol to stop and to go on writing. Semantics: asyncio's `set_write_buffer_limits`. One limit that is
 * left out follows from the other: high is four times low, which is 64 KiB and 16 KiB when both are left out.
 */
export class WaterMarks {
  high: number = DEFAULT_HIGH;
  low: number = DEFAULT_HIGH / 4;
  /** Whether the protocol has been told to stop. */
  paused = false;

  /** @throws InvalidArgumentError unless high >= low >= 0 */
  set({ high, low }: WriteLimits): void {
    const wantedHigh =
      high === undefined
        ? low === undefined
          ? DEFAULT_HIGH
          : 4 * checkInteger(low, 'low', 0)
        : checkInteger(high, 'high', 0);
    const wantedLow = low === undefined ? Math.floor(wantedHigh / 4) : checkInteger(low, 'low', 0);
    if (wantedHigh < wantedLow) {
      throw new InvalidArgumentError(
        `Expected \`high\` to be no less than \`low\`, got ${wantedHigh} and ${wantedLow}`,
      );
    }
    this.high = wantedHigh;
    this.low = wantedLow;
  }
}

/** Says, as asyncio does, that a program goes on writing to what is closed: once, at the fifth write. */
export class LostWrites {
  #count = 0;

  note(what: string): void {
    if (++this.#count !== 5) return;
    process.emitWarning(
      `Data was written to ${what}, which is closed, and dropped; wait for drain(), or ask isClosing()`,
      'GreenroomWarning',
    );
  }
}
