/** What somebody has drafted and not yet submitted; it survives a reload of the page. */
export type KeptDraft = {
  readonly get: () => string | undefined;
  readonly keep: (text: string) => void;
  readonly drop: () => void;
};

/** The place of one draft in this browser, named by what it is a draft of. */
export function keptDraft(name: string): KeptDraft {
  const key = `huiquan-plan-draft ${name}`;
  return {
    get: () => sessionStorage.getItem(key) ?? undefined,
    keep: (text) => sessionStorage.setItem(key, text),
    drop: () => sessionStorage.removeItem(key),
  };
}
