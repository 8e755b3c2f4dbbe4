import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import type {
  signInStaffRoute,
  signOutRoute,
} from '../../../../server/src/features/account/account.contract.ts';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import type { ownMerchantsRoute } from '../../../../server/src/features/merchant/till.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { Problem } from '../../api/problem.ts';
import { sessionKey, useSession } from '../../ui/session.ts';
import { Loaded, reasonOf } from '../../ui/states.tsx';
import { Failed } from '../failed.tsx';
import { StaffForm } from '../staff-form.tsx';
import { bindTill, useTill } from '../terminal.ts';
import { useStateWords, useWords } from '../words.ts';

type OwnShop = ReplyOf<typeof ownMerchantsRoute>['items'][number]['shops'][number];

/** A device without a shop: its owner signs in, chooses one, and signs out again. */
export function BindPage() {
  const { t } = useWords();
  const till = useTill();
  const session = useSession();
  const isInsecure = till.stage === 'insecure';
  return (
    <main className="till-narrow">
      <h1>{t('bindTitle')}</h1>
      {till.stage === 'released' ? (
        <p className="till-notice" role="alert">
          {t('bindReleased')}
        </p>
      ) : (
        <p className="till-lead">{t('bindWhy')}</p>
      )}
      {till.stage === 'released' && till.terminal !== undefined ? (
        <p className="till-quiet">
          {t('bindEarlier', { shop: till.terminal.shopName, label: till.terminal.label })}
        </p>
      ) : null}
      {isInsecure ? (
        <p className="till-trouble" role="alert">
          {t('bindInsecure')}
        </p>
      ) : session.data?.kind === 'staff' ? (
        <ChooseShop />
      ) : (
        <OwnerSignIn />
      )}
      <p className="till-quiet">
        <Link to="/owner">{t('bindOwnerArea')}</Link>
      </p>
    </main>
  );
}

/** The owner's sign-in, in a session of the browser. */
export function OwnerSignIn() {
  const { t } = useWords();
  const words = useStateWords();
  const client = useQueryClient();
  return (
    <StaffForm
      title={t('bindOwnerSignIn')}
      submitText={t('bindSignIn')}
      reason={(error) => reasonOf(error, words)}
      onSubmit={async (body) => {
        await call<typeof signInStaffRoute>('POST /api/sign-in/staff', { body });
        await client.invalidateQueries({ queryKey: sessionKey });
      }}
    />
  );
}

/** Ends the owner's session in this browser. */
export function useOwnerSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    await call<typeof signOutRoute>('DELETE /api/session', {}).catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
    });
    client.clear();
    await client.invalidateQueries({ queryKey: sessionKey });
  };
}

function ChooseShop() {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: ['own-merchants'],
    queryFn: () => call<typeof ownMerchantsRoute>('GET /api/owner/merchants', {}),
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => (
        <>
          <Failed reason={reason} retry={retry} />
          <OtherAccount />
        </>
      )}
    >
      {({ items }) => (
        <section className="till-form">
          <h2>{t('bindChoose')}</h2>
          <BindForm shops={items.flatMap((one) => one.shops)} />
          <OtherAccount />
        </section>
      )}
    </Loaded>
  );
}

function OtherAccount() {
  const { t } = useWords();
  const signOut = useOwnerSignOut();
  return (
    <button type="button" className="till-plain" onClick={() => void signOut()}>
      {t('bindOtherAccount')}
    </button>
  );
}

function BindForm({ shops }: { readonly shops: readonly OwnShop[] }) {
  const { t } = useWords();
  const words = useStateWords();
  const signOut = useOwnerSignOut();
  const [shop, setShop] = useState<OwnShop>();
  const [label, setLabel] = useState('');
  const [trouble, setTrouble] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const bind = async (chosen: OwnShop) => {
    setBusy(true);
    setTrouble(undefined);
    try {
      const name = label.trim() === '' ? t('bindLabelExample') : label.trim();
      const { shopId, name: shopName } = chosen;
      const bound = await call<typeof merchants.bindTerminalRoute>(
        'POST /api/shops/{shopId}/terminals',
        {
          params: { shopId },
          body: { label: name },
        },
      );
      // The owner's session must not stay on the counter.
      await signOut();
      const place = { terminalId: bound.terminalId, shopId, shopName, label: name };
      await bindTill(place, bound.secret);
    } catch (error) {
      setTrouble(reasonOf(error, words));
      setBusy(false);
    }
  };
  if (shops.length === 0) return <p className="till-notice">{t('bindNoShop')}</p>;
  return (
    <>
      <ShopChoices shops={shops} chosen={shop} choose={setShop} />
      <label>
        <span>{t('bindLabel')}</span>
        <input
          name="label"
          maxLength={50}
          placeholder={t('bindLabelExample')}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
      </label>
      {trouble === undefined ? null : (
        <p className="till-trouble" role="alert">
          {trouble}
        </p>
      )}
      <button
        type="button"
        className="till-primary"
        disabled={shop === undefined || isBusy}
        onClick={() => shop !== undefined && void bind(shop)}
      >
        {t('bindDo')}
      </button>
    </>
  );
}

type Choices = {
  readonly shops: readonly OwnShop[];
  readonly chosen: OwnShop | undefined;
  readonly choose: (shop: OwnShop) => void;
};

function ShopChoices({ shops, chosen, choose }: Choices) {
  const { t } = useWords();
  return (
    <div className="till-choices" role="radiogroup" aria-label={t('bindChoose')}>
      {shops.map((one) => (
        <button
          key={one.shopId}
          type="button"
          role="radio"
          aria-checked={chosen?.shopId === one.shopId}
          disabled={one.state === 'closed'}
          onClick={() => choose(one)}
        >
          <strong>{one.name}</strong>
          <span>{one.state === 'closed' ? t('bindShopClosed') : one.address}</span>
        </button>
      ))}
    </div>
  );
}
