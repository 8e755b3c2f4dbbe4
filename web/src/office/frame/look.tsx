import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useWords } from '../words.ts';
import { styleNonce } from './style-nonce.ts';

// What the library writes in grey or in pale colours, dark enough to be read: 4.5:1 and more.
const quiet = '#5c5c5c';
// Grounds and texts of labels; the library knows each by two names.
const labels = Object.fromEntries(
  [
    ['gold', '#fff6e0', '#734500'],
    ['orange', '#fff1e6', '#823d00'],
    ['green', '#e6f3ea', '#14693b'],
    ['blue', '#e8f0fb', '#0e449c'],
  ].flatMap(([name = '', ground = '', text = '']) => [
    [`${name}1`, ground],
    [`${name}-1`, ground],
    [`${name}7`, text],
    [`${name}-7`, text],
  ]),
);
const look = {
  token: {
    colorPrimary: '#b3261e',
    colorLink: '#b3261e',
    colorError: '#b3261e',
    colorErrorBg: '#fdecea',
    colorSuccess: '#14693b',
    colorSuccessBg: '#e6f3ea',
    colorWarning: '#8a5300',
    colorWarningBg: '#fff6e0',
    colorInfo: '#1b5fc1',
    colorInfoBg: '#e8f0fb',
    colorTextDescription: quiet,
    colorTextTertiary: quiet,
    colorTextPlaceholder: '#6b6b6b',
    ...labels,
    borderRadius: 6,
  },
  components: { Table: { colorTextDisabled: quiet } },
};
const still = { ...look, token: { ...look.token, motion: false } };

// A dialog that grows under the pointer takes the click elsewhere: who asked for stillness gets it.
const stillness = window.matchMedia('(prefers-reduced-motion: reduce)');
const watchStillness = (changed: () => void) => {
  stillness.addEventListener('change', changed);
  return () => stillness.removeEventListener('change', changed);
};

/** How the office looks, and the language in which the library's own parts speak. */
export function Look({ children }: { readonly children: ReactNode }) {
  const { language } = useWords();
  const wantsStill = useSyncExternalStore(watchStillness, () => stillness.matches);
  return (
    <ConfigProvider
      locale={language === 'en' ? enUS : zhCN}
      theme={wantsStill ? still : look}
      {...(styleNonce === undefined ? {} : { csp: { nonce: styleNonce } })}
    >
      {children}
    </ConfigProvider>
  );
}
