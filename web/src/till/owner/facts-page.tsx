import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../../api/call.ts';
import { useWords } from '../words.ts';
import type { OwnMerchant } from './area.tsx';
import { OwnerForm } from './form.tsx';
import { FactFields, factsOf } from './register-page.tsx';

const stateKeys = {
  active: 'ownerActive',
  suspended: 'ownerSuspended',
  disqualified: 'ownerDisqualified',
} as const;

/** What the merchant says of itself; a change goes back to every reviewer. */
export function FactsPage({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  const client = useQueryClient();
  const [stage, setStage] = useState<'look' | 'change' | 'changed'>('look');
  const facts = [
    [t('factName'), merchant.name],
    [t('factUscc'), merchant.uscc],
    [t('factRegion'), merchant.regionCode],
    [t('factIndustry'), merchant.industry],
    [t('factState'), t(stateKeys[merchant.state])],
  ] as const;
  const { merchantId } = merchant;
  return (
    <section className="till-narrow">
      <h1>{t('factsTitle')}</h1>
      <dl className="till-facts">
        {facts.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {stage === 'changed' ? (
        <p className="till-good" role="status">
          {t('factsChanged')}
        </p>
      ) : null}
      {stage === 'change' ? (
        <OwnerForm
          submitText={t('factsChangeDo')}
          onSubmit={async (value) => {
            const name = 'PUT /api/merchants/{merchantId}';
            const body = factsOf(value);
            await call<typeof merchants.updateRoute>(name, { params: { merchantId }, body });
            await client.invalidateQueries();
            setStage('changed');
          }}
        >
          <p className="till-notice">{t('factsChangeWhy')}</p>
          <FactFields name={merchant.name} />
        </OwnerForm>
      ) : (
        <button type="button" className="till-secondary" onClick={() => setStage('change')}>
          {t('factsChange')}
        </button>
      )}
    </section>
  );
}
