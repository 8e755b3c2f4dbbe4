import { useSyncExternalStore } from 'react';

const key = 'huiquan-elder';
const listeners = new Set<() => void>();
const isElder = () => localStorage.getItem(key) === '1';

function show(): void {
  document.documentElement.classList.toggle('elder', isElder());
}

/** Puts on the form that this device was left in. */
export function startElder(): void {
  show();
}

/** 长辈版: whether it is on, and how it is switched. Kept on the device. */
export function useElder(): readonly [boolean, (on: boolean) => void] {
  const on = useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, isElder);
  const set = (wanted: boolean) => {
    if (wanted) localStorage.setItem(key, '1');
    else localStorage.removeItem(key);
    show();
    for (const listener of listeners) listener();
  };
  return [on, set];
}
