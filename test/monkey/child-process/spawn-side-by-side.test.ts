import { compare } from '../compare.ts';
import { withOneFile } from '../side-by-side.ts';
import { SPAWN_OPERATIONS } from './spawn-operations.ts';

compare('calls of spawnSync', SPAWN_OPERATIONS, withOneFile);
