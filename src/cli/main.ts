// The command. Only what a subcommand needs is loaded, and last of all the
// program: `run` decides what is patched before the program's first import.

import { CommandLineError, commandLineError } from './command-line-error.ts';
import { printHelp, readVersion } from './help.ts';

async function execute([command, ...rest]: readonly string[]): Promise<void> {
  switch (command) {
    case 'run':
      return (await import('./run.ts')).run(rest);
    case 'doctor':
      return (await import('./doctor.ts')).doctor(rest);
    case 'tour':
      return (await import('./tour.ts')).tour(rest);
    case '--version':
    case '-v':
      console.log(readVersion());
      return;
    case '--help':
    case '-h':
    case 'help':
    case undefined:
      printHelp();
      return;
    default:
      throw commandLineError(
        command.startsWith('-') ? 'option' : 'command',
        command,
        'run, doctor, tour, --help and --version are known',
      );
  }
}

try {
  await execute(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandLineError)) throw error;
  process.stderr.write(`greenroom: ${error.message} [${error.code}]\n`);
  process.exitCode = error.exitCode;
}
