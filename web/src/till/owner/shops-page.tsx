import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type * as merchants from '../../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../../api/call.ts';
import { useWords } from '../words.ts';
import type { OwnMerchant } from './area.tsx';
import { Confirmed, Field, OwnerForm, useOwnerReason } from './form.tsx';
import { ShopStaff } from './shop-staff.tsx';

type Shop = OwnMerchant['shops'][number];

/** The shops of a merchant, each with its tills and cashiers. */
export function ShopsPage({ merchant }: { readonly merchant: OwnMerchant }) {
  const { t } = useWords();
  const [isAdding, setAdding] = useState(false);
  return (
    <section className="till-wide">
      <h1>{merchant.name}</h1>
      {merchant.state === 'active' ? null : (
        <p className="till-trouble">
          {t(merchant.state === 'suspended' ? 'ownerSuspended' : 'ownerDisqualified')}
        </p>
      )}
      {merchant.shops.length === 0 ? <p className="till-empty">{t('shopsEmpty')}</p> : null}
      {merchant.shops.map((shop) => (
        <ShopCard key={shop.shopId} shop={shop} />
      ))}
      {isAdding ? (
        <AddShop merchantId={merchant.merchantId} done={() => setAdding(false)} />
      ) : (
        <button type="button" className="till-secondary" onClick={() => setAdding(true)}>
          {t('shopsAdd')}
        </button>
      )}
    </section>
  );
}

function ShopCard({ shop }: { readonly shop: Shop }) {
  const { t } = useWords();
  const client = useQueryClient();
  const reason = useOwnerReason();
  const [trouble, setTrouble] = useState<string>();
  const isOpen = shop.state === 'open';
  const turn = async (state: 'open' | 'closed') => {
    await call<typeof merchants.shopStateRoute>('PUT /api/shops/{shopId}/state', {
      params: { shopId: shop.shopId },
      body: { state },
    });
    await client.invalidateQueries({ queryKey: ['own-merchants'] });
  };
  return (
    <article className="owner-card">
      <header>
        <div>
          <h2>{shop.name}</h2>
          <p className="till-quiet">{shop.address}</p>
        </div>
        <span className={isOpen ? 'chip is-good' : 'chip'}>
          {t(isOpen ? 'shopOpen' : 'shopClosed')}
        </span>
      </header>
      <ShopStaff shopId={shop.shopId} />
      {trouble === undefined ? null : <p className="till-trouble">{trouble}</p>}
      {isOpen ? (
        <Confirmed text={t('shopClose')} why={t('shopCloseWhy')} act={() => turn('closed')} />
      ) : (
        <button
          type="button"
          className="till-small"
          onClick={() => void turn('open').catch((error: unknown) => setTrouble(reason(error)))}
        >
          {t('shopReopen')}
        </button>
      )}
    </article>
  );
}

type AddProps = { readonly merchantId: string; readonly done: () => void };

function AddShop({ merchantId, done }: AddProps) {
  const { t } = useWords();
  const client = useQueryClient();
  return (
    <OwnerForm
      submitText={t('shopsAddDo')}
      onSubmit={async (value) => {
        const name = 'POST /api/merchants/{merchantId}/shops';
        const regionCode = value('regionCode');
        const body = { name: value('name'), address: value('address'), regionCode };
        await call<typeof merchants.addShopRoute>(name, { params: { merchantId }, body });
        await client.invalidateQueries({ queryKey: ['own-merchants'] });
        done();
      }}
    >
      <h2>{t('shopsAdd')}</h2>
      <Field label={t('factShopName')} name="name" maxLength={100} />
      <Field label={t('factShopAddress')} name="address" maxLength={200} />
      <Field
        label={t('factShopRegion')}
        name="regionCode"
        hint={t('factRegionHint')}
        pattern="[0-9]{6}"
        maxLength={6}
        isNumeric
      />
    </OwnerForm>
  );
}
