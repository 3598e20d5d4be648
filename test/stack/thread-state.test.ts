// The search for V8's state of a thread, tried on a stand-in for V8's memory
// that differs from it in one way at a time.

import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';

import { compile } from '../native/compile.ts';
import { findIn } from '../native/find-in.ts';

suite("the search for V8's state of a thread", () => {
  let program: string;
  before(() => {
    program = compile('fake-thread-state.cc', 'program');
  });

  const find = (difference: string): string => findIn([program], difference);

  test('finds it', () => {
    assert.equal(find(''), 'found');
  });

  const harmless = [
    'a small mutex',
    'a record in the ring before',
    'an older relocatable',
    'a copy of the relocatable top',
    'a copy of the handle scopes',
  ];
  for (const difference of harmless) {
    test(`finds it all the same: ${difference}`, () => {
      assert.equal(find(difference), 'found');
    });
  }

  const refusals: Record<string, string[]> = {
    'the process cannot look at its own memory': ['no pipe', 'no pipe at first'],
    "V8's chain of relocatable objects was not found": [
      'no relocatable',
      'two relocatable tops',
      'a relocatable in use before',
      'a relocatable on no stack',
      'a relocatable on an older stack',
      'a relocatable at an odd address',
      'a relocatable of another isolate',
      'a relocatable out of the chain',
      'another relocatable parked',
      'a relocatable left',
    ],
    "V8's record of parked threads was not found": [
      'no list of its memory',
      'no manager',
      'two managers',
      'a manager of another isolate',
      'a manager that another thread owns',
      'an immense mutex',
      'a ring that leads elsewhere',
      'a ring without a way back',
      'a ring with an identity',
      'a ring with a block',
      'a ring of another manager',
      'a free ring with an identity',
      'a free ring that cannot be read',
    ],
    'V8 did not record this thread as parked': [
      'no record',
      'a record of another thread',
      'a record of another manager',
      'two records',
    ],
    'V8 parked something else than its thread-local top': [
      'another thread-local top parked',
      'an empty block',
    ],
    "V8's stack guard is not what was expected": [
      'another limit parked',
      'another C limit parked',
      'a guard without its isolate',
      'a limit that is not tested',
      'a limit above the stack pointer',
      'an interrupt scope left',
    ],
    'V8 parked something else than its handle scopes': ['other handles parked'],
    "V8's handle scopes were not found": [
      'no handle scopes',
      'handle scopes of another isolate',
      'two handle scopes',
      'handle scopes left',
      'other handle scopes parked',
    ],
    "V8's handle scopes have other vectors than was expected": [
      'an empty vector with room',
      'a vector without room',
      'a vector beyond its room',
    ],
    "V8's blocks of handles are not what was expected": [
      'no blocks',
      'no count of blocks',
      'smaller blocks',
    ],
    "V8's debugger was not found": [
      'no debugger',
      'two debuggers',
      'a debugger of another isolate',
      'another debugger parked',
      'a pause left',
      'a step left',
      'a hook left',
    ],
    'V8 did not record a second thread as parked': ['no second record'],
    'V8 parks less than was expected': ['a smaller archive'],
    "V8's thread-local top does not name its thread": [
      'a top without an identity',
      'a top with two identities',
    ],
    'a thread that did nothing left something parked': [
      'a new thread without an isolate',
      'a new thread with spare handles',
      'a new thread with a relocatable',
    ],
    'V8 keeps requests to interrupt it elsewhere': ['no request', 'a limit that lets it go on'],
    'V8 does not use handles that are lent to it': [
      'a lent block that stays empty',
      'a lent block at another place',
    ],
    'V8 does not leave handles that are lent to it where they are': [
      'a lent block taken out',
      'a lent block replaced',
      'a lent block kept as the spare one',
      'a lent block that is not used again',
      'a lent block with another limit',
    ],
    'V8 keeps its spare handles elsewhere': ['no spare', 'no block and no spare'],
  };
  for (const [reason, differences] of Object.entries(refusals)) {
    for (const difference of differences) {
      test(`does not guess: ${difference}`, () => {
        assert.equal(find(difference), reason);
      });
    }
  }

  test('minds a C limit of its own where V8 has one', () => {
    const hasOne = Number.parseInt(process.versions.v8, 10) < 13;
    assert.equal(
      find('a C limit that is not tested'),
      hasOne ? "V8's stack guard is not what was expected" : 'found',
    );
  });
});
