import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import type * as owner from '../../../../server/src/features/merchant/owner.contract.ts';
import { call, type ReplyOf } from '../../api/call.ts';
import { instantOf } from '../../ui/figures.ts';
import { Loaded } from '../../ui/states.tsx';
import { Failed } from '../failed.tsx';
import { useStateWords, useWords } from '../words.ts';
import { Confirmed, Field, OwnerForm } from './form.tsx';

type Staffing = ReplyOf<typeof owner.staffingRoute>;
type Terminal = Staffing['terminals'][number];
type Cashier = Staffing['cashiers'][number];

const keyOf = (shopId: string) => ['staffing', shopId];

/** The tills and cashiers of one shop. */
export function ShopStaff({ shopId }: { readonly shopId: string }) {
  const { t } = useWords();
  const words = useStateWords();
  const query = useQuery({
    queryKey: keyOf(shopId),
    queryFn: () =>
      call<typeof owner.staffingRoute>('GET /api/shops/{shopId}/staffing', { params: { shopId } }),
  });
  return (
    <Loaded
      query={query}
      words={words}
      failed={(reason, retry) => <Failed reason={reason} retry={retry} />}
    >
      {({ terminals, cashiers }) => (
        <div className="owner-staff">
          <section>
            <h3>{t('shopTerminals')}</h3>
            {terminals.length === 0 ? (
              <p className="till-quiet">{t('shopTerminalsEmpty')}</p>
            ) : null}
            <ul className="rows">
              {terminals.map((one) => (
                <TerminalRow key={one.terminalId} one={one} shopId={shopId} />
              ))}
            </ul>
          </section>
          <section>
            <h3>{t('shopCashiers')}</h3>
            {cashiers.length === 0 ? <p className="till-quiet">{t('shopCashiersEmpty')}</p> : null}
            <ul className="rows">
              {cashiers.map((one) => (
                <CashierRow key={one.staffId} one={one} shopId={shopId} />
              ))}
            </ul>
            <Hire shopId={shopId} />
          </section>
        </div>
      )}
    </Loaded>
  );
}

function TerminalRow({ one, shopId }: { readonly one: Terminal; readonly shopId: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const release = async () => {
    const params = { terminalId: one.terminalId };
    const name = 'DELETE /api/terminals/{terminalId}';
    await call<typeof merchants.releaseTerminalRoute>(name, { params });
    await client.invalidateQueries({ queryKey: keyOf(shopId) });
  };
  const { pausedUntil } = one;
  return (
    <li className="owner-row">
      <span>
        <strong>{one.label}</strong>
        <small>{t('shopTerminalBoundAt', { at: instantOf(one.boundAt) })}</small>
        {pausedUntil === undefined ? null : (
          <small>{t('shopTerminalPaused', { at: instantOf(pausedUntil) })}</small>
        )}
      </span>
      {one.state === 'bound' ? (
        <Confirmed
          text={t('shopTerminalUnbind')}
          why={t('shopTerminalUnbindWhy', { label: one.label })}
          act={release}
        />
      ) : (
        <span className="chip">{t('shopTerminalReleased')}</span>
      )}
    </li>
  );
}

function CashierRow({ one, shopId }: { readonly one: Cashier; readonly shopId: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [isResetting, setResetting] = useState(false);
  const params = { shopId, staffId: one.staffId };
  const again = () => client.invalidateQueries({ queryKey: keyOf(shopId) });
  const end = async () => {
    const name = 'DELETE /api/shops/{shopId}/cashiers/{staffId}';
    await call<typeof merchants.endCashierRoute>(name, { params });
    await again();
  };
  const back = async () => {
    const name = 'PUT /api/shops/{shopId}/cashiers/{staffId}';
    await call<typeof merchants.addCashierRoute>(name, { params });
    await again();
  };
  return (
    <li className="owner-row">
      <span>
        <strong>{one.name}</strong>
        <small translate="no">{one.loginName}</small>
      </span>
      {one.state === 'active' ? (
        <>
          <button type="button" className="till-small" onClick={() => setResetting(!isResetting)}>
            {t('shopCashierReset')}
          </button>
          <Confirmed
            text={t('shopCashierEnd')}
            why={t('shopCashierEndWhy', { name: one.name })}
            act={end}
          />
        </>
      ) : (
        <>
          <span className="chip">{t('shopCashierEnded')}</span>
          <button type="button" className="till-small" onClick={() => void back()}>
            {t('shopCashierBack')}
          </button>
        </>
      )}
      {isResetting ? <ResetPassword params={params} /> : null}
    </li>
  );
}

type ResetProps = { readonly params: { readonly shopId: string; readonly staffId: string } };

function ResetPassword({ params }: ResetProps) {
  const { t } = useWords();
  const [isDone, setDone] = useState(false);
  if (isDone) return <p role="status">{t('shopCashierResetDone')}</p>;
  return (
    <OwnerForm
      submitText={t('shopCashierReset')}
      onSubmit={async (value) => {
        const name = 'POST /api/shops/{shopId}/cashiers/{staffId}/password';
        const body = { initialPassword: value('password') };
        await call<typeof owner.resetCashierRoute>(name, { params, body });
        setDone(true);
      }}
    >
      <PasswordField />
    </OwnerForm>
  );
}

function PasswordField() {
  const { t } = useWords();
  return (
    <Field
      label={t('shopCashierPassword')}
      name="password"
      hint={t('shopCashierPasswordHint')}
      minLength={12}
      maxLength={128}
    />
  );
}

function Hire({ shopId }: { readonly shopId: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [stage, setStage] = useState<'closed' | 'open' | 'hired'>('closed');
  if (stage !== 'open') {
    return (
      <>
        {stage === 'hired' ? (
          <p className="till-good" role="status">
            {t('shopHired')}
          </p>
        ) : null}
        <button type="button" className="till-small" onClick={() => setStage('open')}>
          {t('shopHire')}
        </button>
      </>
    );
  }
  return (
    <OwnerForm
      submitText={t('shopHireDo')}
      onSubmit={async (value) => {
        const name = 'POST /api/shops/{shopId}/cashiers';
        const loginName = value('loginName').toLowerCase();
        const body = { loginName, name: value('name'), initialPassword: value('password') };
        await call<typeof owner.hireCashierRoute>(name, { params: { shopId }, body });
        await client.invalidateQueries({ queryKey: keyOf(shopId) });
        setStage('hired');
      }}
    >
      <Field label={t('shopCashierName')} name="name" maxLength={50} />
      <Field
        label={t('shopCashierLogin')}
        name="loginName"
        hint={t('shopCashierLoginHint')}
        minLength={3}
        maxLength={40}
      />
      <PasswordField />
    </OwnerForm>
  );
}
