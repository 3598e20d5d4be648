import { compare } from '../compare.ts';
import { PATH_OPERATIONS } from './path-operations.ts';

compare('fs: paths', PATH_OPERATIONS);
