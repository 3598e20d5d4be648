import { compare } from '../compare.ts';
import { DATA_OPERATIONS } from './data-operations.ts';
import { DESCRIPTOR_OPERATIONS } from './descriptor-operations.ts';
import { FOLDER_OPERATIONS } from './folder-operations.ts';
import { LINK_OPERATIONS } from './link-operations.ts';
import { OPTION_OPERATIONS } from './option-operations.ts';
import { PATH_OPERATIONS } from './path-operations.ts';

compare('fs: paths', PATH_OPERATIONS);
compare('fs: descriptors', DESCRIPTOR_OPERATIONS);
compare('fs: options', OPTION_OPERATIONS);
compare('fs: data', DATA_OPERATIONS);
compare('fs: folders', FOLDER_OPERATIONS);
compare('fs: links', LINK_OPERATIONS);
