import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type * as merchant from '../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../api/call.ts';
import { Shown } from './parts.tsx';
import { findPlace, type Place } from './place.ts';
import { useWords } from './words.ts';

/** A hundred metres are near enough to sort shops by, and tell less about a person. */
const coarse = (degrees: number) => Math.round(degrees * 1_000) / 1_000;

function away(metres: number): string {
  if (metres < 1_000) return `${Math.max(50, Math.round(metres / 50) * 50)} m`;
  return `${(metres / 1_000).toFixed(1)} km`;
}

function complaintAbout(programmeId: string, shop: { shopId: string; name: string }): string {
  const about = new URLSearchParams({ programme: programmeId, shop: shop.shopId, name: shop.name });
  return `/app/complaints/new?${about.toString()}`;
}

/** Where a programme's vouchers can be used; nearest first, if the person wants. */
export function ShopsPage() {
  const { t } = useWords();
  const { programmeId = '' } = useParams();
  const [place, setPlace] = useState<Place>();
  const found = place !== undefined && 'found' in place ? place.found : undefined;
  const near =
    found === undefined
      ? {}
      : { longitude: coarse(found.longitude), latitude: coarse(found.latitude) };
  const shops = useInfiniteQuery({
    queryKey: ['shops', programmeId, near],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof merchant.listPublicShopsRoute>('GET /api/public/programmes/{programmeId}/shops', {
        params: { programmeId },
        query: { limit: 50, ...near, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next,
  });
  return (
    <>
      <p className="links">
        <Link to="/">‹ {t('back')}</Link>
      </p>
      <h1>{t('shopsTitle')}</h1>
      <button
        type="button"
        className="second"
        onClick={() => void findPlace().then((told) => setPlace(told))}
      >
        {t('shopsNear')}
      </button>
      {place !== undefined && 'missing' in place ? (
        <p className="trouble" role="alert">
          {t(place.missing)}
        </p>
      ) : null}
      <Shown query={shops}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          if (items.length === 0) return <p className="quiet">{t('noShops')}</p>;
          return items.map((shop) => (
            <section key={shop.shopId} className="card">
              <h2>{shop.name}</h2>
              <p className="quiet">{shop.address}</p>
              {shop.distanceM === undefined ? null : (
                <p>{t('away', { text: away(shop.distanceM) })}</p>
              )}
              <p className="links">
                <Link to={complaintAbout(programmeId, shop)}>{t('shopComplain')}</Link>
              </p>
            </section>
          ));
        }}
      </Shown>
      {shops.hasNextPage ? (
        <button type="button" className="second" onClick={() => void shops.fetchNextPage()}>
          {t('loadMore')}
        </button>
      ) : null}
    </>
  );
}
