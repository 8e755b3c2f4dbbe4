import { importsOf, isForTests, isTypeScript, type Source } from './source.ts';

/** From the innermost room to the outermost; a file imports from its own layer or further in. */
const layers: readonly (readonly string[])[] = [
  ['domain/'],
  ['server/src/config.', 'server/src/keys.ts', 'server/src/mac.', 'server/src/page-seal.'],
  ['server/src/db/'],
  ['server/src/events/', 'server/src/ledger/'],
  [
    'server/src/files/',
    'server/src/http/',
    'server/src/jobs/',
    'server/src/ports/',
    'server/src/metrics.ts',
  ],
  ['server/src/features/'],
  ['server/src/app.ts', 'server/src/tasks.ts', 'server/src/given/', 'server/src/verify/'],
  ['server/src/installation.ts', 'server/src/sandboxes.ts', 'server/src/choose-port.'],
  ['server/src/serve.ts', 'server/src/processes.ts'],
  ['server/src/main.ts', 'server/src/cli.ts'],
  ['tools/', 'scenarios/'],
];

function layerOf(path: string): number {
  return layers.findIndex((places) => places.some((place) => path.startsWith(place)));
}

function featureOf(path: string): string | undefined {
  return /^server\/src\/features\/([^/]+)\//.exec(path)?.[1];
}

/** The features in the order in which app.ts, the table of contents, names them. */
export function featureOrder(files: readonly Source[]): readonly string[] {
  const app = files.find((file) => file.path === 'server/src/app.ts');
  const list = /featureOrder = \[([^\]]*)\]/.exec(app?.text ?? '')?.[1] ?? '';
  return Array.from(list.matchAll(/'([a-z-]+)'/g), (match) => match[1] ?? '');
}

/** Imports that point outwards, and files that stand in no layer. */
export function layerViolations(files: readonly Source[]): string[] {
  return files.filter(isTypeScript).flatMap((file) => {
    const own = layerOf(file.path);
    if (own < 0) {
      if (!/^(?:server|domain)\/src\//.test(file.path)) return [];
      return [`${file.path} stands in no layer: place it in tools/tidy/layers.ts`];
    }
    if (isForTests(file)) return [];
    return importsOf(file)
      .filter(({ target }) => target !== undefined && layerOf(target) > own)
      .map(({ at, specifier }) => `${at} imports ${specifier}, which lies further out`);
  });
}

/** Imports between features: only from those above in app.ts, and only their commands. */
export function featureViolations(files: readonly Source[]): string[] {
  const order = featureOrder(files);
  if (order.length === 0) return [];
  return files
    .filter((file) => isTypeScript(file) && !isForTests(file))
    .flatMap((file) => {
      const own = featureOf(file.path);
      if (own === undefined) return [];
      if (!order.includes(own)) return [`${file.path}: app.ts does not name the feature ${own}`];
      return importsOf(file).flatMap(({ at, specifier, target }) => {
        const other = target === undefined ? undefined : featureOf(target);
        if (target === undefined || other === undefined || other === own) return [];
        if (order.indexOf(other) > order.indexOf(own)) {
          return [`${at} imports ${specifier}, but app.ts names ${other} below ${own}`];
        }
        const isCommands = !/\.(?:routes|contract)\.ts$/.test(target);
        return isCommands ? [] : [`${at} imports ${specifier}: only commands cross features`];
      });
    });
}

/** The driver outside server/src/db: everything else goes through `transact`. */
export function driverViolations(files: readonly Source[]): string[] {
  return files
    .filter((file) => isTypeScript(file) && !isForTests(file))
    .filter((file) => !/^(?:server\/src\/db|tools|scenarios)\//.test(file.path))
    .flatMap(importsOf)
    .filter(({ specifier }) => /^(?:pg|pg-copy-streams|postgres)$/.test(specifier))
    .map(({ at, specifier }) => `${at} imports ${specifier}: use transact of server/src/db`);
}
