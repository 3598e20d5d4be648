import { suite, test } from 'node:test';
import { programPasses } from '../programs/run-program.ts';

const node = Number(process.versions.node.split('.')[0]);

suite('`await using`', { skip: node < 24 && 'no such syntax before Node 24' }, () => {
  test('groups and timeouts as the language itself disposes of them', () =>
    programPasses('await-using'));
});
