import type { Page } from 'playwright-core';

// What follows runs in the page: functions that know only each other and the browser.

/** Red, green and blue of 0 to 255, and how much it covers, 0 to 1. */
type Colour = readonly [number, number, number, number];

/** A text over what is painted behind it, as far as the walk up the page has come. */
type Pixel = { readonly ink: Colour; readonly ground: Colour };

function colourOf(text: string): Colour {
  const found = /^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/.exec(text);
  if (found !== null) {
    const [, red, green, blue, alpha = '1'] = found;
    return [Number(red), Number(green), Number(blue), Number(alpha)];
  }
  // Other notations are drawn and looked at.
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) return [0, 0, 0, 0];
  canvas.fillStyle = text;
  canvas.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0, alpha = 0] = canvas.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
}

function over(top: Colour, under: Colour): Colour {
  const alpha = top[3] + under[3] * (1 - top[3]);
  if (alpha === 0) return [0, 0, 0, 0];
  const mixed = (a: number, b: number) => (a * top[3] + b * under[3] * (1 - top[3])) / alpha;
  return [mixed(top[0], under[0]), mixed(top[1], under[1]), mixed(top[2], under[2]), alpha];
}

const faded = (colour: Colour, opacity: number): Colour => [
  colour[0],
  colour[1],
  colour[2],
  colour[3] * opacity,
];

/** What the element paints behind its content: a colour, or each colour of a gradient on it. */
function groundsOf(style: CSSStyleDeclaration): Colour[] {
  const plain = colourOf(style.backgroundColor);
  if (!style.backgroundImage.includes('gradient')) return [plain];
  const stops = style.backgroundImage.match(/(?:rgba?|color|oklch|oklab)\([^()]*\)/g) ?? [];
  return stops.map((stop) => over(colourOf(stop), plain));
}

/** The text and its ground as they are seen on white paper, for each ground it may lie on. */
function pixelsOf(element: Element, text: string): Pixel[] {
  const clear: Colour = [0, 0, 0, 0];
  let pixels: Pixel[] = [{ ink: colourOf(text), ground: clear }];
  for (let at: Element | null = element; at !== null; at = at.parentElement) {
    const style = getComputedStyle(at);
    const opacity = Number(style.opacity);
    const grounds = groundsOf(style);
    pixels = pixels.flatMap(({ ink, ground }) =>
      grounds.map((under) => ({
        ink: faded(over(ink, under), opacity),
        ground: faded(over(ground, under), opacity),
      })),
    );
  }
  const paper: Colour = [255, 255, 255, 1];
  return pixels.map(({ ink, ground }) => ({ ink: over(ink, paper), ground: over(ground, paper) }));
}

/** Relative luminance of WCAG 2. */
function luminance(colour: Colour): number {
  const part = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(colour[0]) + 0.7152 * part(colour[1]) + 0.0722 * part(colour[2]);
}

function ratioOf({ ink, ground }: Pixel): number {
  const [light = 0, dark = 0] = [luminance(ink), luminance(ground)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Large text may be paler: from 24 px, or from 14 pt (18.66 px) where it is bold. */
function ratioMin(style: CSSStyleDeclaration): number {
  const size = Number(style.fontSize.replace('px', ''));
  return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
}

function isSeen(element: Element): boolean {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  // Words for screen readers only stand in a box of one pixel.
  return box.width > 1 && box.height > 1;
}

const offSelector = ':disabled, [aria-disabled=true], [class*=-disabled]';

function isOff(element: Element): boolean {
  const field = element.closest('label')?.querySelector('input');
  return element.closest(offSelector) !== null || field?.disabled === true;
}

/** Every text that stands on the page: of nodes, of fields and their hints, drawn by the style. */
function writings(element: Element): { readonly text: string; readonly pseudo?: string }[] {
  const own = [...element.childNodes].flatMap((node) =>
    node.nodeType === Node.TEXT_NODE ? [node.textContent?.trim() ?? ''] : [],
  );
  const drawn = ['::before', '::after'].map((pseudo) => {
    const content = getComputedStyle(element, pseudo).content;
    return { pseudo, text: /^"(.*)"/.exec(content)?.[1]?.trim() ?? '' };
  });
  const isField = element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
  const field = isField ? [element.value === '' ? element.placeholder : element.value] : [];
  const pseudo = isField && element.value === '' ? { pseudo: '::placeholder' } : {};
  return [{ text: own.join('') }, ...drawn, ...field.map((text) => ({ text, ...pseudo }))].filter(
    ({ text }) => text !== '',
  );
}

function paleTexts(): string[] {
  const found = new Set<string>();
  for (const element of document.querySelectorAll('body *')) {
    if (element.matches('script, style, noscript, option, title') || isOff(element)) continue;
    const texts = writings(element);
    if (texts.length === 0 || !isSeen(element)) continue;
    for (const { text, pseudo } of texts) {
      const style = getComputedStyle(element, pseudo);
      const colour = element instanceof SVGElement ? style.fill : style.color;
      const ratio = Math.min(...pixelsOf(element, colour).map(ratioOf));
      if (ratio >= ratioMin(style)) continue;
      const place = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
      found.add(`${ratio.toFixed(2)} ${style.fontSize} ${place}: ${text.slice(0, 20)}`);
    }
  }
  return [...found];
}

const inPage = [
  colourOf,
  over,
  groundsOf,
  pixelsOf,
  luminance,
  ratioOf,
  ratioMin,
  isSeen,
  isOff,
  writings,
  paleTexts,
].map(String);

/**
 * The visible texts whose contrast with what lies behind them is below 4.5:1 (large ones below
 * 3:1), each with its ratio. Controls that are switched off may be pale.
 */
export function paleTextsOf(page: Page): Promise<readonly string[]> {
  const selector = `const offSelector = ${JSON.stringify(offSelector)};`;
  const known = `${selector} const faded = ${String(faded)};`;
  return page.evaluate(`(() => { ${known} ${inPage.join('\n')} return paleTexts(); })()`);
}
