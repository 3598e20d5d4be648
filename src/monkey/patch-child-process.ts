import childProcess, { type SpawnSyncOptions } from 'node:child_process';
import type { AnyFunction, Patch } from './patch-registry.ts';
import { callOriginal, type CallSite, makeReplacement, throwFrom } from './replacement.ts';
import { expandStdio, isAccepted, sortArguments } from './spawn-arguments.ts';
import { runToEnd, type SpawnResult } from './spawn-wait.ts';

/** The replacements for `execSync`, `execFileSync` and `spawnSync`: in a greenlet they are done by `spawn`. */
export function childProcessPatches(): Patch[] {
  const make = (
    name: 'execSync' | 'execFileSync' | 'spawnSync',
    cooperative: typeof spawnCooperatively,
  ): Patch => {
    const original = childProcess[name] as AnyFunction;
    const replacement = makeReplacement('childProcess', original, (self, args, call) => {
      const outcome = cooperative(args, call);
      // Not understood, or not to be started: Node says it in its own words.
      return outcome === null ? callOriginal(call, self, args) : outcome.value;
    });
    return {
      kind: 'childProcess',
      module: 'child_process',
      name,
      owner: childProcess,
      key: name,
      original,
      replacement,
    };
  };
  return [
    make('execSync', execCooperatively),
    make('execFileSync', execFileCooperatively),
    make('spawnSync', spawnCooperatively),
  ];
}

interface Outcome {
  readonly value: unknown;
}

function spawnCooperatively(args: readonly unknown[], call: CallSite): Outcome | null {
  const sorted = sortArguments(args);
  if (sorted === null || !isAccepted(call.original, [sorted.file, sorted.args], sorted.options))
    return null;
  const result = run(sorted.file, sorted.args, sorted.options);
  if (result === null) return null;
  if (result.error !== undefined) Error.captureStackTrace(result.error, call.replacement);
  return { value: result };
}

function execFileCooperatively(args: readonly unknown[], call: CallSite): Outcome | null {
  const sorted = sortArguments(args);
  if (sorted === null || !isAccepted(call.original, [sorted.file, sorted.args], sorted.options))
    return null;
  const result = run(sorted.file, sorted.args, sorted.options);
  const command = [sorted.options.argv0 ?? sorted.file, ...sorted.args].join(' ');
  return result === null ? null : { value: outputOf(result, sorted.options, command, call) };
}

function execCooperatively(args: readonly unknown[], call: CallSite): Outcome | null {
  const [command, given] = args;
  if (typeof command !== 'string' || typeof given === 'function') return null;
  const options: SpawnSyncOptions = { ...(given as SpawnSyncOptions | undefined) };
  if (!isAccepted(call.original, [command], options)) return null;
  const shell = typeof options.shell === 'string' ? options.shell : true;
  const result = run(command, [], { ...options, shell });
  return result === null ? null : { value: outputOf(result, options, command, call) };
}

function run(file: string, args: readonly string[], options: SpawnSyncOptions): SpawnResult | null {
  const stdio = expandStdio(options.stdio);
  return stdio === null ? null : runToEnd({ file, args, options, stdio });
}

/** What the `exec…Sync` functions make of a result: stdout, or an error. */
function outputOf(
  result: SpawnResult,
  options: SpawnSyncOptions,
  command: string,
  call: CallSite,
): unknown {
  if (!options.stdio && result.stderr) process.stderr.write(result.stderr);
  if (result.error !== undefined) throwFrom(call, Object.assign(result.error, result));
  if (result.status !== 0) {
    const stderr = result.stderr && result.stderr.length > 0 ? `\n${result.stderr.toString()}` : '';
    throwFrom(call, Object.assign(new Error(`Command failed: ${command}${stderr}`), result));
  }
  return result.stdout;
}
