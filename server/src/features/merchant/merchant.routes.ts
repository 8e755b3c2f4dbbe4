import { decide } from '@huiquan/domain/access.ts';
import { instantText } from '@huiquan/domain/instant.ts';
import { Refusal, refuse } from '@huiquan/domain/refusals.ts';
import type { Tx } from '../../db/transact.ts';
import type { Context } from '../../http/context.ts';
import { handle, type Handled, type Request } from '../../http/handle.ts';
import { staffOf } from '../../http/principal.ts';
import { currentPlan, programmeScope } from '../programme/load-plan.ts';
import {
  allowCreditCode,
  applyToProgramme,
  getMerchant,
  registerMerchant,
  reviewMerchant,
  updateMerchant,
} from './application.ts';
import { listApplications, listShops, reviewScope, type ListedApplication } from './list.ts';
import * as contract from './merchant.contract.ts';
import { ownerRoutes } from './owner.routes.ts';
import { listAcceptingShops, type AcceptingShop } from './public-shops.ts';
import { reviewRoutes } from './review.routes.ts';
import { sanctionRoutes } from './sanction.routes.ts';
import {
  addCashier,
  addShop,
  bindTerminal,
  endCashier,
  getShop,
  getTerminal,
  releaseTerminal,
  setShopState,
  terminalSecret,
} from './shop.ts';
import { tillRoutes } from './till.routes.ts';

const pageSize = 50;

const unknownM = 1e9;

function shopWire(shop: AcceptingShop, isNear: boolean) {
  const { shopId, name, merchant, address, category, longitude, latitude, distanceM } = shop;
  const isPlaced = longitude !== null && latitude !== null;
  return {
    shopId,
    name,
    merchant,
    address,
    ...(category === null ? {} : { category }),
    ...(isPlaced ? { longitude, latitude } : {}),
    ...(isNear && distanceM < unknownM ? { distanceM: Math.round(distanceM) } : {}),
  };
}

type ShopQuery = {
  readonly limit?: number;
  readonly category?: string;
  readonly longitude?: number;
  readonly latitude?: number;
};

/** The categories of the plan that the principal may look into; none of them is `not_found`. */
async function listCategories(tx: Tx, request: Request<{ programmeId: string }>) {
  const { programmeId } = request.params;
  const scope = await programmeScope(tx, programmeId);
  const { industries } = request.reach();
  const { plan } = await currentPlan(tx, programmeId);
  const all = plan.merchants.categories.map(({ id, name }) => ({ id, name }));
  const own = all.find((one) => industries.includes(one.id));
  // One category in sight is enough to be let in; without one the whole programme must be.
  request.authorize(own === undefined ? scope : { ...scope, industry: own.id });
  const { grants } = request.principal;
  const isSeen = (industry: string) =>
    decide(grants, 'merchant.read', { ...scope, industry }) === 'allow';
  return { items: all.filter((one) => isSeen(one.id)) };
}

async function listPublicShops(request: Request<{ programmeId: string }, ShopQuery>) {
  const { limit = pageSize, category, longitude, latitude } = request.query;
  const after = request.position<{ distanceM: number; shopId: string }>();
  const isNear = longitude !== undefined && latitude !== undefined;
  const near = isNear ? { longitude, latitude } : undefined;
  const { programmeId } = request.params;
  const found = await request.read((tx) =>
    listAcceptingShops(tx, { programmeId, category, near, after, limit }).catch(
      (error: unknown) => {
        // A draft does not exist for the public.
        if (error instanceof Refusal) refuse('not_found');
        throw error;
      },
    ),
  );
  const last = found.length === limit ? found.at(-1) : undefined;
  const items = found.map((shop) => shopWire(shop, isNear));
  if (last === undefined) return { items };
  const { distanceM, shopId } = last;
  return { items, next: request.cursor({ distanceM, shopId }) };
}

function applicationWire(one: ListedApplication & { readonly categoryName: string }) {
  const { contentHash, appliedAt, reviewedAt, reason, documents, shops, ...rest } = one;
  return {
    ...rest,
    documents: [...documents],
    shops: [...shops],
    contentHash: contentHash.toString('hex'),
    appliedAt: instantText(appliedAt),
    ...(reviewedAt === null ? {} : { reviewedAt: instantText(reviewedAt) }),
    ...(reason === null ? {} : { reason }),
  };
}

function merchantRoutesOf(context: Context): Handled[] {
  const { keys } = context;
  return [
    handle(contract.registerRoute, (request) =>
      request.transact(async (tx) => {
        const { body } = request;
        const { staffId } = staffOf(request.principal);
        request.authorize({ merchantId: body.merchantId });
        const made = await registerMerchant(tx, keys, { ...body, ownerId: staffId });
        return { merchantId: made.merchantId, shopIds: [...made.shopIds] };
      }),
    ),
    handle(contract.updateRoute, (request) =>
      request.transact(async (tx) => {
        const { merchantId } = request.params;
        request.authorize({ merchantId });
        return updateMerchant(tx, keys, { ...request.body, merchantId });
      }),
    ),
    handle(contract.getMerchantRoute, (request) =>
      request.read(async (tx) => {
        const { merchantId } = request.params;
        const found = await getMerchant(tx, merchantId);
        request.authorize({ merchantId });
        const { uscc, name, regionCode, industry, aboveQuota, acceptanceMark, state } = found;
        const facts = { uscc, name, regionCode, industry, aboveQuota, acceptanceMark, state };
        const shops = (await listShops(tx, merchantId)).map((shop) => {
          const { longitude, latitude, merchantId: _, ...rest } = shop;
          const isPlaced = longitude !== undefined && latitude !== undefined;
          return { ...rest, ...(isPlaced ? { longitude, latitude } : {}) };
        });
        return { merchantId, ...facts, shops };
      }),
    ),
  ];
}

function admissionRoutes(context: Context): Handled[] {
  const { keys } = context;
  return [
    handle(contract.applyRoute, (request) =>
      request.transact(async (tx) => {
        const { programmeId } = request.params;
        request.authorize({ merchantId: request.body.merchantId });
        const applied = await applyToProgramme(tx, keys, { ...request.body, programmeId });
        return { contentHash: applied.contentHash.toString('hex') };
      }),
    ),
    handle(contract.listCategoriesRoute, async (request) =>
      request.read((tx) => listCategories(tx, request)),
    ),
    handle(contract.listApplicationsRoute, async (request) => {
      const { programmeId } = request.params;
      const { limit = pageSize, state, category } = request.query;
      const after = request.position<string>();
      const found = await request.read(async (tx) => {
        const scope = await programmeScope(tx, programmeId);
        request.authorize({ ...scope, ...(category === undefined ? {} : { industry: category }) });
        const found = await listApplications(tx, { programmeId, state, category, after, limit });
        const { plan } = await currentPlan(tx, programmeId);
        const names = new Map(plan.merchants.categories.map((one) => [one.id, one.name]));
        return found.map((one) => ({
          ...one,
          categoryName: names.get(one.category) ?? one.category,
        }));
      });
      const last = found.length === limit ? found.at(-1) : undefined;
      const items = found.map(applicationWire);
      return { items, ...(last === undefined ? {} : { next: request.cursor(last.merchantId) }) };
    }),
    handle(contract.listPublicShopsRoute, listPublicShops),
    handle(contract.reviewRoute, (request) =>
      request.transact(async (tx) => {
        const { decision, reason, contentHash } = request.body;
        request.authorize(await reviewScope(tx, request.params));
        const { organisationId = refuse('forbidden') } = staffOf(request.principal);
        const seenHash = Buffer.from(contentHash, 'hex');
        await reviewMerchant(tx, { ...request.params, decision, reason, seenHash, organisationId });
        return {};
      }),
    ),
    handle(contract.allowCodeRoute, (request) =>
      request.transact(async (tx) => {
        const { programmeId, uscc, reason } = request.body;
        request.authorize(await programmeScope(tx, programmeId));
        await allowCreditCode(tx, { uscc, reason });
        return {};
      }),
    ),
  ];
}

function shopRoutes(context: Context): Handled[] {
  const { keys } = context;
  return [
    handle(contract.addShopRoute, (request) =>
      request.transact(async (tx) => {
        const { merchantId } = await getMerchant(tx, request.params.merchantId);
        request.authorize({ merchantId });
        return addShop(tx, { ...request.body, merchantId });
      }),
    ),
    handle(contract.shopStateRoute, (request) =>
      request.transact(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        await setShopState(tx, { shopId, state: request.body.state });
        return {};
      }),
    ),
    handle(contract.bindTerminalRoute, async (request) => {
      const { terminalId } = await request.transact(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        return bindTerminal(tx, keys, { shopId, label: request.body.label });
      });
      // Read apart: the stored answer of the request holds no secret.
      const secret = await request.read((tx) => terminalSecret(tx, keys, terminalId));
      return { terminalId, secret };
    }),
    handle(contract.releaseTerminalRoute, (request) =>
      request.transact(async (tx) => {
        const { terminalId, shopId, merchantId } = await getTerminal(tx, request.params.terminalId);
        request.authorize({ shopId, merchantId });
        await releaseTerminal(tx, terminalId);
        return {};
      }),
    ),
    handle(contract.addCashierRoute, (request) =>
      request.transact(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        await addCashier(tx, request.params);
        return {};
      }),
    ),
    handle(contract.endCashierRoute, (request) =>
      request.transact(async (tx) => {
        const { shopId, merchantId } = await getShop(tx, request.params.shopId);
        request.authorize({ shopId, merchantId });
        await endCashier(tx, request.params);
        return {};
      }),
    ),
  ];
}

/** Merchants, their admission to programmes, shops, tills, cashiers, and sanctions. */
export function merchantRoutes(context: Context): readonly Handled[] {
  return [
    ...merchantRoutesOf(context),
    ...admissionRoutes(context),
    ...shopRoutes(context),
    ...sanctionRoutes(),
    ...reviewRoutes,
    ...tillRoutes(context),
    ...ownerRoutes(context),
  ];
}
