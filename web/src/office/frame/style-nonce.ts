/** What the security policy of this page lets styles pass by. */
export const styleNonce = document.querySelector<HTMLMetaElement>(
  'meta[property="csp-nonce"]',
)?.nonce;

/**
 * Gives every style element that a script makes the page's nonce: parts of the component library
 * (scroll bars, drawers) make theirs without, and the policy would refuse them.
 */
export function giveStylesTheNonce(): void {
  if (styleNonce === undefined) return;
  const make = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = styleNonce;
    return element;
  };
}
