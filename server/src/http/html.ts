/** Text that is HTML already; everything else is escaped when it is put into a page. */
export type Html = { readonly html: string };

type Insert = Html | string | number | undefined | false | readonly Insert[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (found) => escapes[found] ?? found);
}

function isList(value: Insert): value is readonly Insert[] {
  return Array.isArray(value);
}

function textOf(value: Insert): string {
  if (value === undefined || value === false) return '';
  if (isList(value)) return value.map(textOf).join('');
  return typeof value === 'object' ? value.html : escaped(String(value));
}

/** Markup with what is put into it escaped: `html\`<p>${name}</p>\``. */
export function html(parts: TemplateStringsArray, ...values: readonly Insert[]): Html {
  const [first = '', ...rest] = parts;
  return { html: first + rest.map((part, index) => textOf(values[index]) + part).join('') };
}
