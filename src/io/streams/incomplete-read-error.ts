import { GreenroomError } from '../../errors/index.ts';

/** The stream ended before what was asked for had come. asyncio's `IncompleteReadError`, an `EOFError`. */
export class IncompleteReadError extends GreenroomError {
  /** What had come. It is no longer in the reader. */
  readonly partial: Buffer;
  /** How many bytes were asked for; undefined if it was a separator. */
  readonly expected: number | undefined;

  constructor(partial: Buffer, expected?: number) {
    super(
      'ERR_INCOMPLETE_READ',
      `The stream ended after ${partial.length} bytes, before ${
        expected === undefined ? 'the separator' : `the ${expected} bytes that were to be read`
      }; \`partial\` holds what came`,
    );
    this.partial = partial;
    this.expected = expected;
  }
}
