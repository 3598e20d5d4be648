// Emits dist/ from src/, from nothing: a file that was renamed in src/ must not
// live on in the package.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.ts';

rmSync(join(root, 'dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/@typescript/native/bin/tsc');
const { failure } = await run(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
  inherit: true,
});
if (failure !== undefined) {
  process.stderr.write(`build: tsc: ${failure}\n`);
  process.exit(1);
}
