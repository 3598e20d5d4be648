import { GreenroomError } from '../../errors/index.ts';

/**
 * A program cannot be started, or its process is gone. `code` is the system's: `ENOENT`, `EACCES`, or `ESRCH` for a
 * process that has ended (Python's `ProcessLookupError`).
 */
export class ProcessError extends GreenroomError {
  /** The program that was to be run. */
  readonly program: string;

  constructor(code: string, message: string, program: string, options?: ErrorOptions) {
    super(code, message, options);
    this.program = program;
  }
}
