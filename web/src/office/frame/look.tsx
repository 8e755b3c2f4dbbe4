import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useWords } from '../words.ts';
import { styleNonce } from './style-nonce.ts';

// What the library writes in grey or in pale colours, dark enough to be read: 4.5:1 and more.
const quiet = '#5c5c5c';
const theme = {
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
    // Grounds and texts of labels.
    gold1: '#fff6e0',
    gold7: '#734500',
    orange1: '#fff1e6',
    orange7: '#823d00',
    green1: '#e6f3ea',
    green7: '#14693b',
    blue1: '#e8f0fb',
    blue7: '#0e449c',
    borderRadius: 6,
  },
  components: { Table: { colorTextDisabled: quiet } },
};

/** How the office looks, and the language in which the library's own parts speak. */
export function Look({ children }: { readonly children: ReactNode }) {
  const { language } = useWords();
  return (
    <ConfigProvider
      locale={language === 'en' ? enUS : zhCN}
      theme={theme}
      {...(styleNonce === undefined ? {} : { csp: { nonce: styleNonce } })}
    >
      {children}
    </ConfigProvider>
  );
}
