import type { Page } from 'playwright-core';

const interactive =
  'a[href], button, input, select, textarea, summary, [tabindex="0"], [role=button], ' +
  '[role=radio], [role=tab], [role=checkbox], [role=switch], [role=menuitem]';

// What follows runs in the page: functions that know only each other and the browser.

function isSeen(element: Element): boolean {
  if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return false;
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.height > 1;
}

function placeOf(element: Element): string {
  const named = element.getAttribute('aria-label') ?? element.textContent ?? '';
  const place = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
  return `${place}: ${named.trim().slice(0, 20)}`;
}

/** The controls that one can see and use now. */
function controls(): Element[] {
  return [...document.querySelectorAll(interactive)].filter(
    (element) => isSeen(element) && element.closest(':disabled, [aria-disabled=true]') === null,
  );
}

/** What a finger meets: a small box to tick is as large as its label. */
function boxOf(element: Element): DOMRect {
  const label = element instanceof HTMLInputElement ? element.closest('label') : null;
  return (label ?? element).getBoundingClientRect();
}

function smallTargets(min: number): string[] {
  return controls()
    .map((element) => ({ element, box: boxOf(element) }))
    .filter(({ box }) => box.width < min - 0.5 || box.height < min - 0.5)
    .map(({ element, box }) => {
      const size = `${Math.round(box.width)}×${Math.round(box.height)}`;
      return `${size} ${placeOf(element)}`;
    });
}

/** How an element and what is around it look: a focus that can be seen changes it. */
function lookOf(element: Element): string {
  const looks: string[] = [];
  let at: Element | null = element;
  for (let height = 0; at !== null && height < 5; height += 1) {
    const style = getComputedStyle(at);
    const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = style;
    const outline = outlineStyle === 'none' ? '' : `${outlineStyle} ${outlineWidth}`;
    looks.push(`${outline} ${boxShadow} ${borderColor} ${backgroundColor}`);
    at = at.parentElement;
  }
  return looks.join('|');
}

/** Stops everything that moves, and keeps how each control looks while nothing is chosen. */
function prepare(): number {
  const still = new CSSStyleSheet();
  still.replaceSync(
    '*, *::before, *::after { transition: none !important; animation: none !important }',
  );
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, still];
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  const wanted = controls();
  Reflect.set(globalThis, 'looksBefore', new Map(wanted.map((one) => [one, lookOf(one)])));
  Reflect.set(globalThis, 'reached', new Set<Element>());
  return wanted.length;
}

type Stop = {
  readonly place: string;
  /** Whether the keyboard has come round: a date keeps it for its year, its month and its day. */
  readonly isRound: boolean;
  readonly isMarked: boolean;
};

/** Where the keyboard stands now. */
function stand(): Stop | undefined {
  const element = document.activeElement;
  if (element === null || element === document.body) return undefined;
  const looks: Map<Element, string> = Reflect.get(globalThis, 'looksBefore');
  const reached: Set<Element> = Reflect.get(globalThis, 'reached');
  const isRound = reached.has(element) && Reflect.get(globalThis, 'stoodAt') !== element;
  reached.add(element);
  Reflect.set(globalThis, 'stoodAt', element);
  const before = looks.get(element);
  const isMarked = before === undefined || before !== lookOf(element);
  return { place: placeOf(element), isRound, isMarked };
}

/** Of several that belong together the keyboard stops at one; arrows lead to the others. */
function missed(): string[] {
  const reached: Set<Element> = Reflect.get(globalThis, 'reached');
  const groupOf = (element: Element) =>
    element instanceof HTMLInputElement && element.type === 'radio'
      ? element.name
      : element.closest('[role=radiogroup], [role=tablist], [role=menu], [role=listbox]');
  const groups = new Set([...reached].map(groupOf));
  return controls()
    .filter((element) => {
      const group = groupOf(element);
      const isReached = reached.has(element) || (group !== null && groups.has(group));
      const holdsOne = [...reached].some((one) => element.contains(one));
      const isLeftOut = element.getAttribute('tabindex') === '-1' && group === null;
      return !isReached && !holdsOne && !isLeftOut;
    })
    .map(placeOf);
}

const inPage = [isSeen, placeOf, controls, boxOf, smallTargets, lookOf, prepare, stand, missed]
  .map(String)
  .join('\n');

function ask<Answer>(page: Page, question: string): Promise<Answer> {
  const known = `const interactive = ${JSON.stringify(interactive)};`;
  return page.evaluate(`(() => { ${known} ${inPage} return ${question}; })()`);
}

/** The controls in sight that are smaller than `min` px in one direction. */
export function smallTargetsOf(page: Page, min: number): Promise<readonly string[]> {
  return ask(page, `smallTargets(${min})`);
}

/**
 * Walks the page with the Tab key: the controls that it never comes to, and those at which nobody
 * sees that it has come.
 */
export async function keyboardTroubles(page: Page): Promise<readonly string[]> {
  const count = await ask<number>(page, 'prepare()');
  const unmarked: string[] = [];
  for (let press = 0; press < count * 2 + 20; press += 1) {
    await page.keyboard.press('Tab');
    const stop = await ask<Stop | undefined>(page, 'stand()');
    if (stop === undefined) continue;
    if (stop.isRound) break;
    const trouble = `no mark at ${stop.place}`;
    if (!stop.isMarked && unmarked.at(-1) !== trouble) unmarked.push(trouble);
  }
  const missedOnes = await ask<string[]>(page, 'missed()');
  return [...missedOnes.map((one) => `out of reach: ${one}`), ...unmarked];
}
