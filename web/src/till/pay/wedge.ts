/** A scanner types a character every few milliseconds; nobody types 12 so fast. */
const gapMaxMs = 60;
const lengthMin = 12;

type Listener = {
  /** A key a person pressed: a digit, '.', 'back', 'clear' or 'enter'. */
  readonly onKey: (key: string) => void;
  /** Keys may follow that a scanner types: what they change must be taken back by `onCode`. */
  readonly onBurst: () => void;
  /** What a scanner typed since the last burst began. */
  readonly onCode: (code: string) => void;
};

const fields = 'input, textarea, select, [contenteditable]';

/** The character of a key, also while an input method holds the keyboard. */
function characterOf(event: KeyboardEvent): string | undefined {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(event.code)?.[1];
  if (digit !== undefined && !event.shiftKey) return digit;
  return event.key.length === 1 ? event.key : undefined;
}

const commands: Readonly<Record<string, string>> = {
  Backspace: 'back',
  Escape: 'clear',
  Delete: 'clear',
};

/** Listens to a keyboard-wedge scanner and to a person's keys anywhere on the page. */
export function watchKeys({ onKey, onBurst, onCode }: Listener): () => void {
  let text = '';
  let lastAt = -Infinity;
  const enter = (event: KeyboardEvent) => {
    const isScan = text.length >= lengthMin && event.timeStamp - lastAt <= gapMaxMs * 2;
    const code = text;
    text = '';
    if (isScan) {
      // A button that has the focus would be pressed by the scanner's Enter.
      event.preventDefault();
      event.stopPropagation();
      onCode(code);
    } else if (!(event.target instanceof Element && event.target.closest('button, a'))) {
      onKey('enter');
    }
  };
  const listen = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest(fields) !== null) return;
    if (event.key === 'Enter') return enter(event);
    const command = commands[event.key];
    if (command !== undefined) return onKey(command);
    const character = characterOf(event);
    if (character === undefined) return;
    if (event.timeStamp - lastAt > gapMaxMs) {
      text = '';
      onBurst();
    }
    lastAt = event.timeStamp;
    text += character;
    if (/[\d.]/.test(character)) onKey(character);
  };
  globalThis.addEventListener('keydown', listen, { capture: true });
  return () => globalThis.removeEventListener('keydown', listen, { capture: true });
}
