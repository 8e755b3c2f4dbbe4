// npm start: sets up the clone, then serves.
'use strict';

const path = require('node:path');
const { asCommand, ensureInstalled, root, runNode } = require('./install.cjs');
const servingFlags = require('./serving-flags.json');

void asCommand(async () => {
  const node = await ensureInstalled();
  const built = await runNode(node, [path.join(root, 'tools/build-web.ts')]);
  if (built !== 0) return built;
  // What a request needs lives as long as its group is under way: with 16 MB for what is young, as
  // Node has it, most of it was copied twice, which took 14 % of the serving thread, and takes 8.
  const main = path.join(root, 'server/src/main.ts');
  return runNode(node, [...servingFlags, main, ...process.argv.slice(2)]);
});
