/** The longest plan file that the checker reads. */
const bytesMax = 1_600_000;

type Failure = { readonly failure: 'planTooLong' | 'planNotText' };

/**
 * The text of a file that somebody chose: UTF-8, or GB18030 as older editors here write. Otherwise
 * the word that says why it is none.
 */
export async function readText(file: File): Promise<string | Failure> {
  if (file.size > bytesMax) return { failure: 'planTooLong' };
  const bytes = await file.arrayBuffer();
  for (const encoding of ['utf-8', 'gb18030']) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.replaceAll('\r\n', '\n');
    } catch {
      // It was written in the other one.
    }
  }
  return { failure: 'planNotText' };
}
