// Compiles the C++ of this folder, for tests that need a process which is not
// Node, or something of the system's that Node does not give.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { findNodeHeaders } from '../../scripts/node-headers.ts';
import { root } from '../../scripts/run.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenroom-native-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Compiles one file of this folder, with others of native/, to a program or a library; returns its path. */
export function compile(
  source: string,
  kind: 'program' | 'library',
  others: readonly string[] = [],
): string {
  const output = join(folder, source.replace(/\.cc$/, kind === 'library' ? '.so' : ''));
  const headers = findNodeHeaders(process.versions.modules);
  execFileSync(process.env['CXX'] ?? 'g++', [
    '-std=gnu++20',
    '-O2',
    '-Wall',
    '-Wextra',
    ...(kind === 'library' ? ['-shared', '-fPIC'] : []),
    ...(typeof headers === 'string' ? ['-isystem', headers] : []),
    join(root, 'test/native', source),
    ...others.map((other) => join(root, 'native', other)),
    '-o',
    output,
    '-pthread',
    '-ldl',
  ]);
  return output;
}
