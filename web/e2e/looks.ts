import type { Page } from 'playwright-core';

// What follows runs in the page: functions that know only each other and the browser.

/** Every text in sight with the element it stands in. */
function textsInSight(): { readonly element: Element; readonly text: string }[] {
  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
    const text = own.map((node) => node.textContent?.trim() ?? '').join('');
    const isSeen = element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    // Names to sign in with are no words of any language.
    const isSpoken = element.closest('script, style, noscript, title, [translate=no]') === null;
    return text !== '' && isSeen && isSpoken ? [{ element, text }] : [];
  });
}

/** Texts that their box cuts off, and a page that is wider than its window. */
function cutTexts(): string[] {
  const { scrollWidth, clientWidth } = document.documentElement;
  const page = scrollWidth > clientWidth + 1 ? [`the page is ${scrollWidth} wide`] : [];
  const cut = textsInSight()
    .filter(({ element }) => {
      const hides = getComputedStyle(element).overflowX !== 'visible';
      return hides && element.clientWidth > 1 && element.scrollWidth > element.clientWidth + 1;
    })
    .map(({ text }) => `cut off: ${text.slice(0, 30)}`);
  return [...new Set([...page, ...cut])];
}

/** Texts with a word of Latin letters: names of files and formats may have one, sentences not. */
function latinTexts(): string[] {
  const found = textsInSight().filter(({ text }) => {
    const rest = text.replaceAll(
      /\b(?:English|Excel|CSV|PDF|xlsx|csv|QR|JSON|YAML|API)\b|[0-9A-Za-z]*\d[0-9A-Za-z-]*/g,
      '',
    );
    return /[A-Za-z]{3,}/.test(rest);
  });
  return [...new Set(found.map(({ text }) => `Latin: ${text.slice(0, 60)}`))];
}

const inPage = [textsInSight, cutTexts, latinTexts].map(String).join('\n');

/** Texts that are cut off on the page, and whether it is wider than its window. */
export function cutTextsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => { ${inPage} return cutTexts(); })()`);
}

/** Texts in Latin letters on a page in Chinese. */
export function latinTextsOf(page: Page): Promise<readonly string[]> {
  return page.evaluate(`(() => { ${inPage} return latinTexts(); })()`);
}
