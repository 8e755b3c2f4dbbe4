import { useQuery } from '@tanstack/react-query';
import type { showSessionRoute } from '../../../server/src/features/account/account.contract.ts';
import { call, type ReplyOf } from '../api/call.ts';
import { Problem } from '../api/problem.ts';

/** Who is signed in; null is nobody. */
export type Session = ReplyOf<typeof showSessionRoute>;

/** The query of the session; invalidate it after signing in or out. */
export const sessionKey = ['session'] as const;

/** The browser's session as the server knows it. */
export function useSession() {
  return useQuery({
    queryKey: sessionKey,
    queryFn: async (): Promise<Session | null> => {
      try {
        return await call<typeof showSessionRoute>('GET /api/session', {});
      } catch (error) {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }
    },
  });
}
