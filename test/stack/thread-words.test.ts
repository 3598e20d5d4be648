// The search for V8's two thread-local words, tried on a stand-in for V8 that
// differs from it in one way at a time.

import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';

import { compile } from '../native/compile.ts';
import { findIn } from '../native/find-in.ts';

suite('the search for the words by which V8 knows its threads', () => {
  let command: string[];
  before(() => {
    command = [compile('load.cc', 'program'), compile('fake-v8.cc', 'library')];
  });

  const find = (difference: string): string => findIn(command, difference);

  test('finds them, in a library too that was loaded at run time', () => {
    assert.equal(find(''), 'found');
  });

  const refusals: [difference: string, reason: string][] = [
    ['no identity', "V8's thread identity has 0 candidates in thread-local storage instead of one"],
    [
      'two identities',
      "V8's thread identity has 2 candidates in thread-local storage instead of one",
    ],
    ['deaf identity', 'V8 did not follow the word taken for its thread identity'],
    [
      'no stack start',
      "V8's record of the stack start has 0 candidates in thread-local storage instead of one",
    ],
    [
      'two stack starts',
      "V8's record of the stack start has 2 candidates in thread-local storage instead of one",
    ],
  ];
  for (const [difference, reason] of refusals) {
    test(`does not guess: ${difference}`, () => {
      assert.equal(find(difference), reason);
    });
  }
});
