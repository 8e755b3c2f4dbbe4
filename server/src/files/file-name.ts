/** The longest file name shown back, in code points. */
export const displayNameMax = 100;

/**
 * The name of an uploaded file as it may be shown: without folders, unseen characters and direction
 * marks, at most 100 code points with its extension kept. It never names a file on this machine.
 */
export function displayName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFFFD]/gu, '');
  const last = plain.split(/[/\\]/u).at(-1) ?? '';
  const safe = last.replaceAll(/[<>:"|?*]/gu, '_').replaceAll(/^[. ]+|[. ]+$/gu, '');
  if (safe === '') return '未命名文件';
  const characters = Array.from(safe);
  if (characters.length <= displayNameMax) return safe;
  const extension = Array.from(/\.[A-Za-z0-9]{1,8}$/.exec(safe)?.[0] ?? '');
  const stem = characters.slice(0, displayNameMax - extension.length - 1);
  return [...stem, '…', ...extension].join('');
}

/** The extension of a file name in lower case without its dot; empty when it has none. */
export function extensionOf(name: string): string {
  return /\.([A-Za-z0-9]+)$/.exec(displayName(name))?.[1]?.toLowerCase() ?? '';
}
