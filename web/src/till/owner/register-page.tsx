import { useQueryClient } from '@tanstack/react-query';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../../api/call.ts';
import { useWords } from '../words.ts';
import { Field, OwnerForm } from './form.tsx';

/** What a merchant says of itself, as both forms ask for it. */
export function FactFields({ name }: { readonly name?: string }) {
  const { t } = useWords();
  return (
    <>
      <Field label={t('factName')} name="name" maxLength={100} value={name ?? ''} />
      <Field
        label={t('factRegion')}
        name="regionCode"
        hint={t('factRegionHint')}
        pattern="[0-9]{6}"
        maxLength={6}
        isNumeric
      />
      <Field
        label={t('factIndustry')}
        name="industry"
        hint={t('factIndustryHint')}
        maxLength={50}
      />
      <label className="is-check">
        <input type="checkbox" name="aboveQuota" value="yes" />
        <span>{t('factAboveQuota')}</span>
      </label>
      <Field label={t('factAccountName')} name="accountName" maxLength={100} />
      <Field label={t('factAccountNumber')} name="accountNumber" maxLength={40} isNumeric />
      <Field label={t('factAccountBank')} name="accountBank" maxLength={100} />
    </>
  );
}

/** The facts that `FactFields` asked for. */
export function factsOf(value: (name: string) => string) {
  return {
    name: value('name'),
    regionCode: value('regionCode'),
    industry: value('industry'),
    aboveQuota: value('aboveQuota') === 'yes',
    account: {
      name: value('accountName'),
      number: value('accountNumber'),
      bank: value('accountBank'),
    },
  };
}

/** An owner whose merchant is not entered yet. */
export function RegisterPage({ merchantId }: { readonly merchantId: string }) {
  const { t } = useWords();
  const client = useQueryClient();
  return (
    <main className="till-narrow">
      <h1>{t('registerTitle')}</h1>
      <p className="till-lead">{t('registerLead')}</p>
      <OwnerForm
        submitText={t('registerDo')}
        onSubmit={async (value) => {
          const regionCode = value('shopRegion');
          const shop = { name: value('shopName'), address: value('shopAddress'), regionCode };
          const body = { ...factsOf(value), merchantId, uscc: value('uscc'), shops: [shop] };
          await call<typeof merchants.registerRoute>('POST /api/merchants', { body });
          await client.invalidateQueries({ queryKey: ['own-merchants'] });
        }}
      >
        <Field label={t('factUscc')} name="uscc" hint={t('factUsccHint')} maxLength={40} />
        <FactFields />
        <Field label={t('factShopName')} name="shopName" maxLength={100} />
        <Field label={t('factShopAddress')} name="shopAddress" maxLength={200} />
        <Field
          label={t('factShopRegion')}
          name="shopRegion"
          hint={t('factRegionHint')}
          pattern="[0-9]{6}"
          maxLength={6}
          isNumeric
        />
      </OwnerForm>
    </main>
  );
}
