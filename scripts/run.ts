// How the scripts start other programs.

import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository, without a slash at its end. */
export const root: string = dirname(dirname(fileURLToPath(import.meta.url)));

/** The flags under which sources run unbuilt and the package's name leads to src/. */
export const sourceFlags: readonly string[] = [
  '--conditions=greenroom-source',
  // Node 22 announces its type stripping on every start.
  '--disable-warning=ExperimentalWarning',
];

export type RunOptions = {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** Milliseconds after which the program is killed and counted as failed. */
  timeout?: number;
  /** Let it write to our own stdout and stderr instead of collecting them. */
  inherit?: boolean;
};

export type RunResult = {
  /** What went wrong in a few words; undefined when it exited with 0. */
  failure: string | undefined;
  /** stdout and stderr as they came. Empty with `inherit`. */
  output: string;
};

/**
 * The environment for children: this very Node is the first on PATH, and
 * nothing of an npm that runs us is left (an inner npm would take its
 * `npm_config_local_prefix` for the folder to install into).
 */
function cleanEnvironment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name));
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter);
  // node:test tells its children to report in a format of its own.
  return { ...Object.fromEntries(kept), PATH: path, NODE_TEST_CONTEXT: undefined };
}

export function run(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  const { cwd = root, env = {}, timeout, inherit = false } = options;
  const { promise, resolve } = Promise.withResolvers<RunResult>();
  const child = spawn(command, args, {
    cwd,
    env: { ...cleanEnvironment(), ...env },
    stdio: ['ignore', inherit ? 'inherit' : 'pipe', inherit ? 'inherit' : 'pipe'],
  });
  let output = '';
  let failure: string | undefined;
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output += text));
  const timer =
    timeout === undefined
      ? undefined
      : setTimeout(() => {
          failure = `still running after ${timeout / 1000} s`;
          child.kill('SIGKILL');
        }, timeout);
  child.once('error', (error) => (failure = error.message));
  child.once('close', (code, signal) => {
    clearTimeout(timer);
    if (code !== 0) failure ??= signal === null ? `exit code ${code}` : `killed by ${signal}`;
    resolve({ failure, output });
  });
  return promise;
}

/** Prints what a check found wrong, each line indented under its title. */
export function indent(text: string): string {
  return text.trimEnd().replace(/^/gm, '    ');
}
