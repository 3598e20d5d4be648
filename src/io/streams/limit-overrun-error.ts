import { GreenroomError } from '../../errors/index.ts';

/**
 * `readuntil` found no separator within the reader's limit. What has come is still in the reader. asyncio's
 * `LimitOverrunError`.
 */
export class LimitOverrunError extends GreenroomError {
  /** So many bytes can be read (`readexactly(consumed)`) without tearing a separator. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super('ERR_LIMIT_OVERRUN', message);
    this.consumed = consumed;
  }
}

/** `readline` met a line longer than the reader's limit. As much of it as had come is dropped. asyncio: `ValueError`. */
export class LineTooLongError extends GreenroomError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LINE_TOO_LONG', message, options);
  }
}
