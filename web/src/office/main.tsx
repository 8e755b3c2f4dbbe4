import { QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { makeQueryClient } from '../ui/query-client.ts';
import './desk/desk.css';
import { Frame } from './frame/frame.tsx';
import { giveStylesTheNonce, styleNonce } from './frame/style-nonce.ts';
import { WordsProvider } from './words.ts';

const place = document.querySelector('#face');
if (place === null) throw new Error('the page has no place for the face');
giveStylesTheNonce();
const theme = { token: { colorPrimary: '#b3261e', colorLink: '#b3261e', borderRadius: 6 } };
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <WordsProvider>
        <ConfigProvider
          locale={zhCN}
          theme={theme}
          {...(styleNonce === undefined ? {} : { csp: { nonce: styleNonce } })}
        >
          <App>
            <BrowserRouter basename="/office">
              <Frame />
            </BrowserRouter>
          </App>
        </ConfigProvider>
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
