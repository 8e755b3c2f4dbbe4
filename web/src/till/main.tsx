import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { makeQueryClient } from '../ui/query-client.ts';
import { Face } from './face.tsx';
import { startDesk } from './pay/desk.ts';
import { startTill } from './terminal.ts';
import './owner/owner.css';
import './pay/pay.css';
import './till.css';
import './today/today.css';
import { WordsProvider } from './words.ts';

const place = document.querySelector('#face');
if (place === null) throw new Error('the page has no place for the face');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <WordsProvider>
        <BrowserRouter basename="/till">
          <Face />
        </BrowserRouter>
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
await startTill();
await startDesk();
