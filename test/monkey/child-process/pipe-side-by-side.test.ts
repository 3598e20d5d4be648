import { compare } from '../compare.ts';
import { withOneFile } from '../side-by-side.ts';
import { PIPE_OPERATIONS } from './pipe-operations.ts';

compare('pipes and limits of spawnSync', PIPE_OPERATIONS, withOneFile);
