// npm start: sets up the clone, then serves.
'use strict';

const path = require('node:path');
const { asCommand, ensureInstalled, root, runNode } = require('./install.cjs');

void asCommand(async () => {
  const node = await ensureInstalled();
  const built = await runNode(node, [path.join(root, 'tools/build-web.ts')]);
  if (built !== 0) return built;
  return runNode(node, [path.join(root, 'server/src/main.ts'), ...process.argv.slice(2)]);
});
