import { describe, GreenroomError } from '../errors/index.ts';

/** What was typed cannot be done. Printed as one line; the process ends with `exitCode`. */
export class CommandLineError extends GreenroomError {
  readonly exitCode: number;

  constructor(code: string, message: string, exitCode: number) {
    super(code, message);
    this.exitCode = exitCode;
  }
}

/** An unknown option, command or argument: quotes it, says what is known. Exit code 2. */
export function commandLineError(
  what: 'option' | 'command' | 'argument',
  value: string,
  known: string,
): CommandLineError {
  const adjective = what === 'argument' ? 'unexpected' : 'unknown';
  return new CommandLineError(
    'ERR_COMMAND_LINE',
    `${adjective} ${what} ${describe(value)}: ${known}`,
    2,
  );
}
