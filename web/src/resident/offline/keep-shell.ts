/**
 * Lets the browser keep this face for the time without network, once the page stands. A page of an
 * earlier build whose parts are gone fetches itself anew.
 */
export function keepShell(): void {
  globalThis.addEventListener('vite:preloadError', () => {
    if (navigator.onLine) location.reload();
  });
  if (!('serviceWorker' in navigator)) return;
  globalThis.addEventListener('load', () => {
    // Without it everything works but for the time without network.
    navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  });
}
