import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import { makeQueryClient } from '../ui/query-client.ts';
import { startElder } from './elder.ts';
import { Face } from './face.tsx';
import { keepShell } from './offline/keep-shell.ts';
import './resident.css';
import './records.css';
import { WordsProvider } from './words.ts';

const place = document.querySelector('#face');
if (place === null) throw new Error('the page has no place for the face');
startElder();
keepShell();
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <WordsProvider>
        <BrowserRouter>
          <Face />
        </BrowserRouter>
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
