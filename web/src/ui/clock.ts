let offsetMs = 0;

/** The time that counts: the server's, as far as this page knows it. Epoch milliseconds. */
export function clockNow(): number {
  return Date.now() + offsetMs;
}

/** The server told its time: from here on this page goes by it. */
export function setClock(serverTime: string): void {
  const told = Date.parse(serverTime);
  if (Number.isFinite(told)) offsetMs = told - Date.now();
}
