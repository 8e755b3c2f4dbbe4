import { fen, type Fen } from '@huiquan/domain/fen.ts';
import { creditCodeCheck } from '@huiquan/domain/identity/credit-code.ts';
import { newId } from '@huiquan/domain/ids.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import {
  applyToProgramme,
  registerMerchant,
  reviewMerchant,
} from '../../server/src/features/merchant/application.ts';
import {
  addCashier,
  bindTerminal,
  terminalSecret,
} from '../../server/src/features/merchant/shop.ts';
import { commitRedemption } from '../../server/src/features/redemption/decide.ts';
import { tryRedemptions } from '../../server/src/features/redemption/try.ts';
import { issuePaymentCode } from '../../server/src/features/wallet/payment-code.ts';
import { showLicence } from './licence.ts';
import { demoSession, hire, pick, type World } from './world.ts';

/** A shop of the demo with its till and cashier. */
export type Till = {
  readonly merchantId: string;
  readonly shopName: string;
  readonly category: string;
  readonly terminalId: string;
  readonly secret: string;
  readonly cashier: Actor;
};

type Wanted = {
  readonly code: string;
  readonly name: string;
  readonly category: string;
  readonly regionCode: string;
  readonly address: string;
  readonly acceptanceMark?: boolean;
};

/** Where the towns of the demo lie (WGS-84); a shop stands within some two kilometres of it. */
const towns: Readonly<Record<string, { longitude: number; latitude: number }>> = {
  '141029': { longitude: 110.835, latitude: 35.97 },
  '610881': { longitude: 110.499, latitude: 38.842 },
  '140105': { longitude: 112.565, latitude: 37.817 },
};

function placeOf(code: string, regionCode: string) {
  const town = towns[regionCode];
  if (town === undefined) return {};
  const off = (axis: string) => (pick(`${axis} ${code}`, 400) - 200) / 10_000;
  return { longitude: town.longitude + off('east'), latitude: town.latitude + off('north') };
}

/** What merchants write on their licence, by the category they apply for. */
const industries: Readonly<Record<string, string>> = {
  retail: '零售',
  appliance: '家电零售',
  catering: '餐饮',
  department_store: '百货',
  catering_lodging: '餐饮住宿',
  culture_tourism: '文化旅游',
};

/** A merchant with one shop, a bound till and a cashier who can sign in. */
export async function openShop(world: World, wanted: Wanted): Promise<Till> {
  const { keys } = world.installation;
  const { code, name, category, regionCode, address, acceptanceMark } = wanted;
  const first17 = `91${regionCode}MA0${String(pick(`uscc ${code}`, 1e6)).padStart(6, '0')}`;
  const uscc = first17 + creditCodeCheck(first17);
  const merchantId = newId();
  const owner = await hire(world, {
    loginName: `owner-${code}`,
    title: `商户负责人（${name}）`,
    organisationId: undefined,
    role: 'MOW',
    scope: { scopeKind: 'merchant', scopeId: merchantId },
  });
  const number = `6228${String(pick(`account ${code}`, 1e9)).padStart(12, '0')}`;
  const { shopIds } = await world.act(owner, (tx) =>
    registerMerchant(tx, keys, {
      merchantId,
      uscc,
      ownerId: owner.id,
      name,
      regionCode,
      industry: industries[category] ?? '商贸',
      aboveQuota: true,
      account: { name, number: `${number}0`, bank: '农村商业银行' },
      shops: [{ name: `${name}（总店）`, address, regionCode, ...placeOf(code, regionCode) }],
      acceptanceMark,
    }),
  );
  const shopId = shopIds[0] ?? '';
  const { terminalId } = await world.act(owner, (tx) =>
    bindTerminal(tx, keys, { shopId, label: '一号收银台' }),
  );
  const secret = await world.act(owner, (tx) => terminalSecret(tx, keys, terminalId));
  const cashier = await hire(world, {
    loginName: `cashier-${code}`,
    title: `收银员（${name}）`,
    organisationId: undefined,
    role: 'CSH',
    scope: { scopeKind: 'shop', scopeId: shopId },
  });
  await world.act(owner, (tx) => addCashier(tx, { shopId, staffId: cashier.id }));
  return { merchantId, shopName: name, category, terminalId, secret, cashier };
}

/** A shop applies for a programme and the department of its category admits it. */
export async function admit(
  world: World,
  till: Till,
  where: {
    readonly programmeId: string;
    readonly reviewer: Actor;
    readonly organisationId: string;
  },
): Promise<void> {
  const { keys } = world.installation;
  const { programmeId, reviewer, organisationId } = where;
  const { merchantId, category } = till;
  const owner: Actor = { kind: 'staff', id: newId() };
  const papers = [await showLicence(world, owner, merchantId)];
  const { contentHash } = await world.act(owner, (tx) =>
    applyToProgramme(tx, keys, { programmeId, merchantId, category, papers }),
  );
  await world.act(reviewer, (tx) =>
    reviewMerchant(tx, {
      programmeId,
      merchantId,
      decision: 'approved',
      reason: undefined,
      seenHash: contentHash,
      organisationId,
    }),
  );
}

/** A person pays at a till: the code, the scan, the commit. Answers whether a voucher was used. */
export async function payAt(
  world: World,
  till: Till,
  purchase: { readonly personId: string; readonly voucherId?: string; readonly orderFen: Fen },
): Promise<boolean> {
  const { keys } = world.installation;
  const { personId } = purchase;
  const orderFen = fen(purchase.orderFen);
  const wallet: Actor = { kind: 'resident', id: personId };
  const code = await world.act(wallet, (tx) =>
    issuePaymentCode(tx, keys, {
      personId,
      sessionId: demoSession,
      requestId: newId(),
      voucherId: purchase.voucherId,
    }),
  );
  const { terminalId, cashier } = till;
  const actor: Actor = { kind: 'terminal', id: terminalId };
  const order = { terminalId, cashierId: cashier.id, code: code.digits, orderFen };
  const [outcome] = await world.act(actor, (tx) =>
    tryRedemptions(tx, keys, [{ ...order, payment: 'merchant' }]),
  );
  if (outcome === undefined || outcome.refused !== undefined) return false;
  const { redemptionId } = outcome.tried;
  await world.act(actor, (tx) => commitRedemption(tx, { redemptionId, terminalId, orderFen }));
  return true;
}
