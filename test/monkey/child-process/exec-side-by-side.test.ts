import { compare } from '../compare.ts';
import { withOneFile } from '../side-by-side.ts';
import { EXEC_OPERATIONS } from './exec-operations.ts';

compare('calls of execSync and execFileSync', EXEC_OPERATIONS, withOneFile);
