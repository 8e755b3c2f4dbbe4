import { QueryClient } from '@tanstack/react-query';

/** Queries try again inside `call`; here only their age is decided. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: false, staleTime: 10_000, refetchOnWindowFocus: true },
      mutations: { retry: false },
    },
  });
}
