import { compare } from '../compare.ts';
import { OPTION_OPERATIONS } from './option-operations.ts';

compare('fs: options', OPTION_OPERATIONS);
