// Compiles native/ into prebuilds/PLATFORM-ARCH/greenroom.abi<N>.node for the
// Node that runs this script, and only what is out of date.
//
//   node scripts/build-addon.ts [--force] [--verbose]
//
// g++ is called directly, not through node-gyp: npm exports `npm_config_nodedir`
// with the headers of *its* Node, node-gyp believes it, and the addon comes out
// for the wrong ABI.
//
// CXX and GREENROOM_CXXFLAGS choose another compiler and further flags, such as
// -fsanitize=address.

import { execFile, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { findNodeHeaders } from './node-headers.ts';
import { root } from './run.ts';

const force = process.argv.includes('--force');
const verbose = process.argv.includes('--verbose');

const abi = process.versions.modules;
const platform = `${process.platform}-${process.arch}`;
const nativeDir = join(root, 'native');
const objectDir = join(root, 'build', `${platform}-abi${abi}`);
const output = join(root, 'prebuilds', platform, `greenroom.abi${abi}.node`);
const stampFile = join(objectDir, 'stamp.json');

const compiler = process.env['CXX'] ?? 'g++';
const extraFlags = (process.env['GREENROOM_CXXFLAGS'] ?? '')
  .split(/\s+/)
  .filter((flag) => flag !== '');
const compileFlags = [
  '-std=gnu++20',
  '-O2',
  '-g1',
  '-fPIC',
  '-fno-exceptions',
  '-fno-rtti',
  '-fvisibility=hidden',
  '-Wall',
  '-Wextra',
  '-DNODE_GYP_MODULE_NAME=greenroom',
  '-DBUILDING_NODE_EXTENSION',
  '-D_FILE_OFFSET_BITS=64',
  '-pthread',
  ...extraFlags,
];
const linkFlags = [
  '-shared',
  '-pthread',
  '-ldl',
  '-Wl,-z,noexecstack',
  '-Wl,-z,nodelete',
  ...extraFlags,
];

function fail(message: string): never {
  process.stderr.write(`build-addon: ${message}\n`);
  process.exit(1);
}

function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Runs the compiler; on failure its own output is the explanation. */
function compile(args: readonly string[]): Promise<void> {
  if (verbose) console.log(compiler, ...args);
  return new Promise((resolve) => {
    execFile(compiler, args, { cwd: root, maxBuffer: 1 << 26 }, (error, _stdout, stderr) => {
      if (stderr !== '') process.stderr.write(stderr);
      if (error !== null) fail(`\`${compiler} ${args.join(' ')}\` failed`);
      resolve();
    });
  });
}

/** Several builds may run at once: each writes aside, and a rename is atomic. */
async function compileTo(target: string, args: readonly string[]): Promise<void> {
  const aside = `${target}.${process.pid}.tmp`;
  await compile([...args, '-o', relative(root, aside)]);
  renameSync(aside, target);
}

if (process.platform !== 'linux') {
  console.log(
    `build-addon: there is no native part for ${platform} yet; what needs no stack switch works without it.`,
  );
  process.exit(0);
}
const files = existsSync(nativeDir)
  ? readdirSync(nativeDir).map((name) => join(nativeDir, name))
  : [];
const sources = files.filter((file) => /\.(cc|S)$/.test(file)).toSorted();
if (sources.length === 0) fail('native/ holds no .cc file: is this a complete checkout?');
const newestSource = Math.max(...files.map(modified));

const nodeHeaders = findNodeHeaders(abi);
if (typeof nodeHeaders !== 'string') {
  fail(
    `no headers of Node ${process.versions.node} (ABI ${abi}) found. Looked in:\n` +
      nodeHeaders.map((line) => `  ${line}\n`).join('') +
      'Unpack node-vX.Y.Z-headers.tar.gz of that version from https://nodejs.org/dist and set GREENROOM_NODE_HEADERS to its include/node.',
  );
}

const stamp = JSON.stringify({
  compiler,
  compileFlags,
  linkFlags,
  nodeHeaders: relative(root, nodeHeaders),
  sources: sources.map((file) => basename(file)),
});
const sameSettings = existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
if (!force && sameSettings && modified(output) > newestSource) process.exit(0);

if (spawnSync(compiler, ['--version']).error !== undefined) {
  fail(
    `the C++ compiler \`${compiler}\` is not installed, and native/ has to be compiled once.\n` +
      'Install it (Debian, Ubuntu: `apt-get install g++`; Fedora: `dnf install gcc-c++`; Alpine: `apk add g++`), or name another one in CXX.',
  );
}

const started = performance.now();
mkdirSync(objectDir, { recursive: true });
mkdirSync(dirname(output), { recursive: true });
if (!sameSettings) rmSync(stampFile, { force: true });

// Node's headers are most of what there is to compile, so all files are one
// translation unit that reads them once: 7 seconds instead of 40.
const unit = join(objectDir, 'all.cc');
const [assembly, code] = [/\.S$/, /\.cc$/].map((kind) => sources.filter((file) => kind.test(file)));
writeFileSync(unit, code!.map((file) => `#include "${relative(objectDir, file)}"\n`).join(''));

const fromRoot = (path: string): string => relative(root, path);
await compileTo(output, [
  ...compileFlags,
  '-I',
  fromRoot(nativeDir),
  '-isystem',
  nodeHeaders,
  fromRoot(unit),
  ...assembly!.map(fromRoot),
  ...linkFlags,
]);
writeFileSync(stampFile, stamp);
console.log(
  `build-addon: ${fromRoot(output)} (Node ${process.versions.node}, ${((performance.now() - started) / 1000).toFixed(1)} s)`,
);
