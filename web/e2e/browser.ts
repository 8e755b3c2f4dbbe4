import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const modules = path.resolve(import.meta.dirname, '../../node_modules');
const cache = path.join(modules, '.cache');

type Chromium = { readonly executable: string; readonly libraries: string | undefined };

function packageVersion(name: string): string {
  const text = readFileSync(path.join(modules, name, 'package.json'), 'utf8');
  return String(Reflect.get(Object(JSON.parse(text)), 'version'));
}

/** Unpacks the browser of the npm package once a version; two at once do not disturb each other. */
function unpackedChromium(): Chromium {
  const folder = path.join(cache, `chromium-${packageVersion('@sparticuz/chromium')}`);
  if (!existsSync(folder)) {
    mkdirSync(cache, { recursive: true });
    const own = mkdtempSync(path.join(cache, 'unpacking-'));
    // The package unpacks to the folder for temporary files, with its libraries only where it
    // takes itself to be in a cloud.
    const script = `import('@sparticuz/chromium').then((m) => m.default.executablePath())`;
    execFileSync(process.execPath, ['-e', script], {
      cwd: modules,
      env: { ...process.env, TMPDIR: own, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs22.x' },
      stdio: 'ignore',
    });
    try {
      renameSync(own, folder);
    } catch (error) {
      if (!existsSync(folder)) throw error;
    }
  }
  const libraries = path.join(folder, 'al2023', 'lib');
  return {
    executable: path.join(folder, 'chromium'),
    libraries: existsSync(libraries) && !hasOwnLibraries() ? libraries : undefined,
  };
}

/** Whether this machine has the libraries that the browser needs. */
function hasOwnLibraries(): boolean {
  try {
    return execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).includes('libnss3.so');
  } catch {
    return false;
  }
}

/** Settings that draw every face of text with the Chinese font of the npm package. */
function fontSettings(): string {
  const file = path.join(cache, 'fonts.conf');
  const family = (name: string) =>
    `<alias><family>${name}</family><prefer><family>Noto Sans SC</family></prefer></alias>`;
  writeFileSync(
    file,
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
      `<dir>${path.join(modules, '@expo-google-fonts/noto-sans-sc')}</dir>` +
      `<cachedir>${path.join(cache, 'fontconfig')}</cachedir>` +
      `${['sans-serif', 'serif', 'monospace', 'system-ui'].map(family).join('')}</fontconfig>`,
  );
  return file;
}

/**
 * A real browser with Chinese fonts. `video` names a file that plays as its camera.
 * Close it when the tests of the file have ended.
 */
export function openBrowser(options: { readonly video?: string } = {}): Promise<Browser> {
  const { executable, libraries } = unpackedChromium();
  const camera =
    options.video === undefined
      ? []
      : [
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-video-capture=${options.video}`,
        ];
  return chromium.launch({
    executablePath: executable,
    args: [
      '--no-sandbox',
      '--headless=shell',
      '--no-zygote',

      '--disable-gpu',
      ...camera,
    ],
    env: {
      ...process.env,
      FONTCONFIG_FILE: fontSettings(),
      ...(libraries === undefined ? {} : { LD_LIBRARY_PATH: libraries }),
    },
  });
}
