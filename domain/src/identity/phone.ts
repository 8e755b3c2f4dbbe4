/**
 * `text` as mobile numbers are compared: full-width folded; spaces, hyphens, brackets and a leading
 * +86, 0086 or 86 dropped. Anything that is no mainland mobile number stays recognisably wrong.
 */
export function normalizePhone(text: string): string {
  if (isPhone(text)) return text;
  const plain = text.normalize('NFKC').replaceAll(/[\s()‐‑‒–—−-]/gu, '');
  return plain.replace(/^(?:\+|00)?86(?=1\d{10}$)/, '');
}

/** Whether the normalized `phone` is a mainland mobile number: 11 digits from 13 to 19. */
export function isPhone(phone: string): boolean {
  return /^1[3-9]\d{9}$/.test(phone);
}
