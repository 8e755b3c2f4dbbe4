import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import type * as merchant from '../../../server/src/features/merchant/merchant.contract.ts';
import { call } from '../api/call.ts';
import { useProgramme } from './home.tsx';
import { Paged } from './paged.tsx';
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

type Asked = {
  readonly programmeId: string;
  readonly category: string;
  readonly place: Place | undefined;
};

function useShops({ programmeId, category, place }: Asked) {
  const found = place !== undefined && 'found' in place ? place.found : undefined;
  const near =
    found === undefined
      ? {}
      : { longitude: coarse(found.longitude), latitude: coarse(found.latitude) };
  const asked = { ...near, ...(category === '' ? {} : { category }) };
  return useInfiniteQuery({
    queryKey: ['shops', programmeId, asked],
    initialPageParam: '',
    queryFn: ({ pageParam }) =>
      call<typeof merchant.listPublicShopsRoute>('GET /api/public/programmes/{programmeId}/shops', {
        params: { programmeId },
        query: { limit: 50, ...asked, ...(pageParam === '' ? {} : { cursor: pageParam }) },
      }),
    getNextPageParam: (page) => page.next,
  });
}

/** Where a programme's vouchers can be used: of one category, or nearest first, as one wants. */
export function ShopsPage() {
  const { t } = useWords();
  const { programmeId = '' } = useParams();
  const [place, setPlace] = useState<Place>();
  const [category, setCategory] = useState('');
  return (
    <>
      <p className="links">
        <Link to="/">‹ {t('back')}</Link>
      </p>
      <h1>{t('shopsTitle')}</h1>
      <Categories programmeId={programmeId} chosen={category} choose={setCategory} />
      <button
        type="button"
        className="second is-wide"
        onClick={() => void findPlace().then((told) => setPlace(told))}
      >
        {t('shopsNear')}
      </button>
      {place !== undefined && 'missing' in place ? (
        <p className="trouble" role="alert">
          {t(place.missing)}
        </p>
      ) : null}
      <Shops programmeId={programmeId} category={category} place={place} />
    </>
  );
}

function Categories(props: {
  readonly programmeId: string;
  readonly chosen: string;
  readonly choose: (category: string) => void;
}) {
  const { t } = useWords();
  const programme = useProgramme(props.programmeId);
  const all = useShops({ programmeId: props.programmeId, category: '', place: undefined });
  const known = programme.data?.categories ?? [];
  // Where any acceptor takes the vouchers, shops never applied for a category.
  const areSorted = all.data?.pages.some((page) => page.items.some((one) => one.category));
  if (known.length < 2 || areSorted !== true) return null;
  return (
    <div className="chips" role="group" aria-label={t('shopsCategory')}>
      {[{ category: '', name: t('shopsAll') }, ...known].map(({ category, name }) => (
        <button
          key={category}
          type="button"
          aria-pressed={category === props.chosen}
          className={category === props.chosen ? 'pick is-on' : 'pick'}
          onClick={() => props.choose(category)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function Shops(asked: Asked) {
  const { t } = useWords();
  const shops = useShops(asked);
  return (
    <Paged query={shops} none={t('noShops')} keyOf={(shop) => shop.shopId}>
      {(shop) => (
        <section className="card">
          <h2>{shop.name}</h2>
          <p className="quiet">{shop.address}</p>
          {shop.distanceM === undefined ? null : <p>{t('away', { text: away(shop.distanceM) })}</p>}
          <p className="links">
            <Link to={complaintAbout(asked.programmeId, shop)}>{t('shopComplain')}</Link>
          </p>
        </section>
      )}
    </Paged>
  );
}
