// A program: CPython, compiled to WebAssembly. Each line of its stdin is a program, in JSON; it answers with a line of
// JSON, the program's trace. It is a process of its own, so that what it does and holds is nothing of ours.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { WATCHDOG } from './program.ts';

/** What is used of the package; its own declarations are for browsers. */
interface Pyodide {
  loadPyodide(): Promise<{
    runPython(source: string): unknown;
    readonly globals: { get(name: string): (program: string, watchdog: string) => string };
  }>;
}

const { loadPyodide } = (await import(import.meta.resolve('pyodide'))) as Pyodide;
const python = await loadPyodide();
// Its own event loop, the browser's, counts as running.
python.runPython('import asyncio; asyncio.events._set_running_loop(None)');
python.runPython(readFileSync(join(import.meta.dirname, 'interpreter.py'), 'utf8'));
const traceOf = python.globals.get('trace_of');
const watchdog = JSON.stringify([WATCHDOG.first, WATCHDOG.every, WATCHDOG.times]);
for await (const program of createInterface({ input: process.stdin }))
  process.stdout.write(`${traceOf(program, watchdog)}\n`);
