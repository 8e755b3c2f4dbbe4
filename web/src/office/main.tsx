import { QueryClientProvider } from '@tanstack/react-query';
import { App } from 'antd';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { makeQueryClient } from '../ui/query-client.ts';
import './desk/desk.css';
import { Frame } from './frame/frame.tsx';
import { Look } from './frame/look.tsx';
import { giveStylesTheNonce } from './frame/style-nonce.ts';
import { WordsProvider } from './words.ts';

const place = document.querySelector('#face');
if (place === null) throw new Error('the page has no place for the face');
giveStylesTheNonce();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <WordsProvider>
        <Look>
          <App>
            <BrowserRouter basename="/office">
              <Frame />
            </BrowserRouter>
          </App>
        </Look>
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
