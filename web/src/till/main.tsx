import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { makeQueryClient } from '../ui/query-client.ts';
import { useWords, WordsProvider } from './words.ts';

function Face() {
  const { t } = useWords();
  return <h1>{t('title')}</h1>;
}

const place = document.querySelector('#face');
if (place === null) throw new Error('the page has no place for the face');
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={makeQueryClient()}>
      <WordsProvider>
        <Face />
      </WordsProvider>
    </QueryClientProvider>
  </StrictMode>,
);
