import { InvalidArgumentError } from '../errors/index.ts';
import { type StackInfo, stackInfo } from '../stack/index.ts';
import { CommandLineError } from './command-line-error.ts';

/** Which stacks there are; a choice that does not exist (GREENROOM_STACKS) is said in one line. */
export function chosenStacks(): StackInfo {
  try {
    return stackInfo();
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CommandLineError(error.code, error.message, 1);
  }
}
