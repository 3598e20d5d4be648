// Loaded before anything else, this makes every `find…` of one file of src/node-internals/ find nothing.
//
//   GREENROOM_TEST_WITHOUT=stream-handle node --import=./test/node-internals/without.ts …

import { registerHooks } from 'node:module';

const gone = `/src/node-internals/${process.env['GREENROOM_TEST_WITHOUT']}.ts`;

registerHooks({
  load(url, context, nextLoad) {
    const result = nextLoad(url, context);
    if (!url.endsWith(gone)) return result;
    const names: string[] = [];
    const source = Buffer.from(result.source as Uint8Array)
      .toString()
      .replace(/^export function find(\w+)/gm, (_, name: string) => {
        names.push(name);
        return `function found${name}`;
      });
    if (names.length === 0) throw new Error(`${url} exports no function find…`);
    const nothing = names.map(
      (name) => `export function find${name}(): undefined {\n  void found${name};\n}\n`,
    );
    return { ...result, source: source + nothing.join('') };
  },
});
