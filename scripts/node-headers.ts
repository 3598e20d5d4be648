// Where the C++ headers of the Node that runs us are: an addon must be compiled
// against the ones whose NODE_MODULE_VERSION it will be loaded by.

import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.ts';

function candidates(): string[] {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  const beside = dirname(dirname(realpathSync(process.execPath)));
  const given = process.env['GREENROOM_NODE_HEADERS'];
  return [
    ...(given === undefined ? [] : [given]),
    join(beside, 'include/node'),
    // The npm package `node` keeps its binary and its headers apart.
    join(root, 'node_modules/node/node_modules', nodePackage, 'include/node'),
    join(root, 'node_modules', nodePackage, 'include/node'),
  ];
}

function headersAbi(folder: string): string | undefined {
  try {
    const text = readFileSync(join(folder, 'node_version.h'), 'utf8');
    return /#define NODE_MODULE_VERSION (\d+)/.exec(text)?.[1];
  } catch {
    return undefined;
  }
}

/** The folder of headers for that ABI, or what was looked at and why it would not do. */
export function findNodeHeaders(abi: string): string | string[] {
  const refused: string[] = [];
  for (const folder of candidates()) {
    const found = headersAbi(folder);
    if (found === abi) return folder;
    refused.push(`${folder}: ${found === undefined ? 'no headers' : `headers for ABI ${found}`}`);
  }
  return refused;
}
