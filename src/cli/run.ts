import { hasLostErrors } from '../future/index.ts';
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import type { PatchOptions } from '../monkey/index.ts';
import { describe } from '../errors/index.ts';
import { currentFiber, type Fiber } from '../kernel/index.ts';
import { main } from '../hub/index.ts';
import { chosenStacks } from './chosen-stacks.ts';
import { CommandLineError, commandLineError } from './command-line-error.ts';
import { printHelp } from './help.ts';
import { importProgram, isAsyncModule, loadProgram } from './load-program.ts';
import { shareThisCopy } from './one-copy.ts';
import { keepOwnWarningsBack } from './quiet-warnings.ts';
import { unwindOnSignals } from './signals.ts';
import { stripTypesWhereNodeDoesNot } from './strip-types.ts';
import { endAsInterrupted, hideLoaderFrames, reportUncaught } from './uncaught.ts';

interface RunArguments {
  file: string;
  args: readonly string[];
  /** Null: nothing is patched. */
  patch: PatchOptions | null;
  /** Whether an error that nobody asked for makes the exit code 1. */
  lostErrorsFail: boolean;
}

/** Options end at the file: what follows is the program's own. */
function parseRunArguments(argv: readonly string[]): RunArguments {
  const kinds = { atomics: true, fs: true, childProcess: true };
  let patch = true;
  let lostErrorsFail = true;
  let index = 0;
  for (; index < argv.length && argv[index]!.startsWith('-'); index++) {
    const option = argv[index]!;
    if (option === '--no-patch') patch = false;
    else if (option === '--no-atomics') kinds.atomics = false;
    else if (option === '--no-fs') kinds.fs = false;
    else if (option === '--no-child-process') kinds.childProcess = false;
    else if (option === '--lost-errors=warn') lostErrorsFail = false;
    else if (option === '--lost-errors=fail') lostErrorsFail = true;
    else if (option === '--') {
      index++;
      break;
    } else {
      throw commandLineError(
        'option',
        option,
        'run knows --no-patch, --no-atomics, --no-fs, --no-child-process and --lost-errors=warn; options of the program come after its file',
      );
    }
  }
  const file = argv[index];
  if (file === undefined) {
    throw new CommandLineError(
      'ERR_COMMAND_LINE',
      'run needs a file: greenroom run FILE [args…]',
      2,
    );
  }
  return { file, args: argv.slice(index + 1), patch: patch ? kinds : null, lostErrorsFail };
}

/** The path of the program, symbolic links resolved as `node FILE` resolves them. */
function findProgram(file: string): string {
  try {
    const path = realpathSync(file);
    accessSync(path, constants.R_OK);
    if (!statSync(path).isDirectory()) return path;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : message;
    throw new CommandLineError('ERR_UNREADABLE_PROGRAM', `cannot run ${describe(file)}: ${why}`, 1);
  }
  throw new CommandLineError(
    'ERR_UNREADABLE_PROGRAM',
    `cannot run ${describe(file)}: it is a folder, name a file in it`,
    1,
  );
}

/**
 * `greenroom run`: the program's body, and the bodies of all it imports, run in
 * a greenlet, so that they may block.
 */
export async function run(argv: readonly string[]): Promise<void> {
  if (argv[0] === '--help' || argv[0] === '-h') return printHelp();
  const { file, args, patch, lostErrorsFail } = parseRunArguments(argv);
  const path = findProgram(file);
  process.argv = [process.argv[0]!, resolve(file), ...args];
  if (lostErrorsFail) failOfLostErrors();
  keepOwnWarningsBack();
  hideLoaderFrames();
  shareThisCopy();
  stripTypesWhereNodeDoesNot();
  const begin = patch === null ? null : (await import('./patch-program.ts')).patchProgram(patch);

  // What needs no stack runs without them; what does says so itself.
  if (chosenStacks().backend === 'off') return importToTheEnd(path);

  let started: Fiber | undefined;
  unwindOnSignals(() => started);
  try {
    await main(() => {
      started = currentFiber();
      begin?.(started);
      loadProgram(path);
    });
  } catch (error) {
    if (!isAsyncModule(error)) return reportUncaught(error);
    await importToTheEnd(path);
  }
}

/** An error that nobody ever asked for ends the program with 1, as an unhandled rejection does. */
function failOfLostErrors(): void {
  process.on('exit', () => {
    if (hasLostErrors() && process.exitCode === undefined) process.exitCode = 1;
  });
}

async function importToTheEnd(path: string): Promise<void> {
  try {
    await importProgram(path);
  } catch (error) {
    if (!endAsInterrupted(error)) throw error;
  }
}
