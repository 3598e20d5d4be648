import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';

import { root, run, sourceFlags } from '../../scripts/run.ts';

const platform = `${process.platform}-${process.arch}`;
const binary = `greenroom.abi${process.versions.modules}.node`;

const folders: string[] = [];
after(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A copy of the package with these binaries, by name, and none else; of a checkout with these files, too. */
function copyOfPackage(binaries: Record<string, string> = {}, files: string[] = []): string {
  const folder = mkdtempSync(join(tmpdir(), 'greenroom-addon-'));
  folders.push(folder);
  for (const part of ['package.json', 'bin', 'src', 'test/programs/no-stacks.ts', ...files]) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  mkdirSync(join(folder, 'prebuilds', platform), { recursive: true });
  for (const [name, content] of Object.entries(binaries)) {
    writeFileSync(join(folder, 'prebuilds', platform, name), content);
  }
  return folder;
}

interface Case {
  title: string;
  folder: () => string;
  flags?: readonly string[];
  env?: Record<string, string>;
  /** What the reason must contain. */
  reason: string;
  /** What the advice must match. */
  advice: RegExp;
}

const cases: readonly Case[] = [
  {
    title: 'GREENROOM_STACKS=off',
    folder: () => root,
    env: { GREENROOM_STACKS: 'off' },
    reason: 'GREENROOM_STACKS=off forbids stacks',
    advice: /GREENROOM_STACKS=off/,
  },
  {
    title: 'a package without a binary for this Node',
    folder: () => copyOfPackage({ 'greenroom.abi1.node': '', 'greenroom.abi2.node': '' }),
    reason: `(module version ${process.versions.modules})`,
    advice: /has those for the module versions 1, 2: run one of Node 22, 24 and 26$/m,
  },
  {
    title: 'a package without any binary for this system',
    folder: () => copyOfPackage(),
    reason: `(module version ${process.versions.modules})`,
    advice: /the package has none for this system$/m,
  },
  {
    title: 'a checkout without a binary for this Node',
    folder: () => copyOfPackage({}, ['scripts/build-addon.ts']),
    reason: `(module version ${process.versions.modules})`,
    advice: /npm run build:addon.*node scripts\/build-addon\.ts/,
  },
  {
    title: 'a binary that Node refuses',
    folder: () => copyOfPackage({ [binary]: 'not a library' }),
    reason: 'was refused (',
    advice: /npm run build:addon -- --force/,
  },
  {
    title: '--permission without --allow-addons',
    folder: () => root,
    flags: ['--permission', '--allow-fs-read=*'],
    reason: 'loading addons is disabled',
    advice: /--allow-addons/,
  },
  {
    title: '--no-addons',
    folder: () => root,
    flags: ['--no-addons'],
    reason: 'loading addons is disabled',
    advice: /--no-addons/,
  },
];

suite('without stacks', { concurrency: 2 }, () => {
  for (const { title, folder, flags = [], env = {}, reason, advice } of cases) {
    const node = [...sourceFlags, ...flags];
    const options = { env: { GREENROOM_STACKS: undefined, ...env }, timeout: 60_000 };

    test(`${title}: what needs none works, a blocking call says why and what to do`, async () => {
      const cwd = folder();
      const args = [...node, 'test/programs/no-stacks.ts', reason];
      const { failure, output } = await run(process.execPath, args, { cwd, ...options });
      assert.equal(failure, undefined, output);
      assert.match(output, /^ok$/m);
    });

    test(`${title}: the doctor says in one sentence what is missing`, async () => {
      const cwd = folder();
      const args = [...node, 'bin/greenroom.js', 'doctor'];
      const { failure, output } = await run(process.execPath, args, { cwd, ...options });
      assert.equal(failure, 'exit code 1', output);
      assert.match(output, new RegExp(`^platform +${platform}$`, 'm'));
      assert.match(output, new RegExp(`^node +${process.versions.node} `, 'm'));
      assert.match(output, /^stacks +none: .*blocking calls throw$/m);
      assert.match(output, /^proof +not tried$/m);
      assert.match(output, /^stack size +none$/m);
      const missing = /^missing +(.*)$/m.exec(output)![1]!;
      assert.ok(missing.includes(reason), missing);
      assert.match(missing, advice);
      assert.doesNotMatch(missing, /\. /, 'more than one sentence');
    });
  }
});

suite('with stacks, under --permission', () => {
  test('--allow-addons is enough, also for parks inside async scopes', async () => {
    const args = [...sourceFlags, '--permission', '--allow-fs-read=*', '--allow-addons'];
    const { failure, output } = await run(
      process.execPath,
      [...args, 'test/programs/async-scopes.ts'],
      { timeout: 60_000 },
    );
    assert.equal(failure, undefined, output);
    assert.match(output, /^ok$/m);
  });
});
