import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

type Words<Key extends string> = Readonly<Record<Key, string>>;

/** The languages of the faces; Chinese is there at once, English is fetched when asked for. */
export type Language = 'zh' | 'en';

const languageKey = 'huiquan-language';

function keptLanguage(): Language {
  return localStorage.getItem(languageKey) === 'en' ? 'en' : 'zh';
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

/** Translates a key; `{name}` in the words is replaced by `values.name`. */
export type Translate<Key extends string> = (
  key: Key,
  values?: Readonly<Record<string, string | number>>,
) => string;

type Spoken<Key extends string> = {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
  readonly t: Translate<Key>;
};

/** A face's words in its languages: the provider around it and the hook inside it. */
export function makeWords<Key extends string>(
  zh: Words<Key>,
  loadEnglish: () => Promise<Words<Key>>,
) {
  const Spoken = createContext<Spoken<Key> | undefined>(undefined);

  function WordsProvider({ children }: { readonly children: ReactNode }) {
    const [language, setLanguage] = useState(keptLanguage);
    const [english, setEnglish] = useState<Words<Key>>();
    useEffect(() => {
      if (language === 'en' && english === undefined) {
        void loadEnglish().then((words) => setEnglish(words));
      }
    }, [language, english]);
    useEffect(() => {
      document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
    }, [language]);
    const spoken = useMemo<Spoken<Key>>(() => {
      const words = language === 'en' && english !== undefined ? english : zh;
      return {
        language,
        setLanguage: (chosen) => {
          localStorage.setItem(languageKey, chosen);
          setLanguage(chosen);
        },
        t: (key, values = {}) => fill(words[key], values),
      };
    }, [language, english]);
    return <Spoken value={spoken}>{children}</Spoken>;
  }

  function useWords(): Spoken<Key> {
    const spoken = useContext(Spoken);
    if (spoken === undefined) throw new Error('useWords outside of WordsProvider');
    return spoken;
  }

  return { WordsProvider, useWords };
}
