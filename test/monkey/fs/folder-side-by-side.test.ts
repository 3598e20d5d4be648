import { compare } from '../compare.ts';
import { FOLDER_OPERATIONS } from './folder-operations.ts';

compare('fs: folders', FOLDER_OPERATIONS);
