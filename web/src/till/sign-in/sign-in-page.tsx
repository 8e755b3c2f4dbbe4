import type {
  signInTillRoute,
  signOutRoute,
} from '../../../../server/src/features/account/account.contract.ts';
import type { tillRoute } from '../../../../server/src/features/merchant/till.contract.ts';
import { reasonOf } from '../../ui/states.tsx';
import { TillClosed, tillCall } from '../call.ts';
import { StaffForm } from '../staff-form.tsx';
import { lockTill, openTill, useTill } from '../terminal.ts';
import { useStateWords, useWords } from '../words.ts';

const whyKeys = { cashier: 'signInLocked', idle: 'signInIdle', ended: 'signInEnded' } as const;

/** The cashier signs in at the bound till; whoever was signed in here before is signed out. */
export function SignInPage() {
  const { t } = useWords();
  const words = useStateWords();
  const { terminal, lockedBy, cashier } = useTill();
  return (
    <main className="till-narrow">
      <h1>{terminal?.shopName}</h1>
      <p className="till-quiet">{terminal?.label}</p>
      {lockedBy === undefined ? null : (
        <p className="till-notice" role="status">
          {t(whyKeys[lockedBy])}
        </p>
      )}
      <StaffForm
        title={t('signInTitle')}
        submitText={t('signInDo')}
        loginName={cashier?.loginName ?? ''}
        reason={(error) => reasonOf(error, words)}
        onSubmit={async (body) => {
          const made = await tillCall<typeof signInTillRoute>(
            'POST /api/sign-in/till',
            { body },
            'alone',
          );
          const token = made.token ?? '';
          const { loginName } = body;
          // The name is the server's to tell, to the session just opened.
          await openTill({ token, name: loginName, loginName });
          const place = await tillCall<typeof tillRoute>('GET /api/till', {});
          await openTill({ token, name: place.cashier?.name ?? loginName, loginName });
        }}
      />
    </main>
  );
}

/** Ends the cashier's session, here and on the server. */
export async function signOutCashier(why: 'cashier' | 'idle'): Promise<void> {
  try {
    await tillCall<typeof signOutRoute>('DELETE /api/session', { attemptsMax: 1 });
  } catch (error) {
    // Without a network the session ends with its time; nobody can use it without this browser.
    if (error instanceof TillClosed) return;
  }
  await lockTill(why);
}
