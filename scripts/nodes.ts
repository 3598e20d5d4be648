// The Nodes that are supported, and how a checkout comes by them: the one that
// develops is a devDependency, the others come from npm and are kept in
// .cache/nodes, their headers beside them.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.ts';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: { node: string };
};

/** The exact version of each major that is tested, the oldest first. */
const VERSIONS: Readonly<Record<string, string>> = {
  22: '22.23.3',
  24: '24.21.0',
  26: manifest.devDependencies.node,
};

export interface InstalledNode {
  readonly version: string;
  /** The path of its binary. */
  readonly binary: string;
}

const running: InstalledNode = { version: process.versions.node, binary: process.execPath };

/**
 * That Node, installed at the first use. `wanted` is a version, or a major.
 *
 * @throws Error with npm's output if it cannot be installed
 */
export async function findNode(wanted: string): Promise<InstalledNode> {
  const version = VERSIONS[wanted] ?? wanted;
  if (version === running.version) return running;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(root, '.cache/nodes', version);
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (existsSync(binary)) return { version, binary };
  mkdirSync(folder, { recursive: true });
  // Its own package.json: npm would else install into the project above.
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const { failure, output } = await run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--no-package-lock', `${name}@${version}`],
    { cwd: folder },
  );
  if (failure !== undefined)
    throw new Error(`npm install ${name}@${version}: ${failure}\n${output}`);
  return { version, binary };
}

/** Every Node that is supported, installed; the oldest first. */
export async function supportedNodes(): Promise<InstalledNode[]> {
  const nodes: InstalledNode[] = [];
  for (const version of Object.values(VERSIONS)) nodes.push(await findNode(version));
  return nodes;
}
