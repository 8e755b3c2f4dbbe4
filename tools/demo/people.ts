import { residentIdCheckDigit } from '@huiquan/domain/identity/resident-id.ts';
import { ensureAccount, verifyPerson } from '../../server/src/features/people/person.ts';
import { bindEntitlements } from '../../server/src/features/issuing/bind.ts';
import type { Actor } from '../../server/src/db/transact.ts';
import { installer, pick, type World } from './world.ts';

const surnames = '王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹';
const givenNames =
  '秀英 建国 桂兰 志强 玉梅 海龙 晓燕 文斌 丽娟 永红 俊杰 春花 国庆 小明 雪梅 振华 慧敏 德胜 婷婷 保平'.split(
    ' ',
  );

/** Somebody of the demo: all made up. */
export type Somebody = { readonly name: string; readonly idNumber: string; readonly phone: string };

/** The `n`-th somebody of a county (its region code), always the same. */
export function somebody(regionCode: string, n: number): Somebody {
  const text = `${regionCode} ${n}`;
  const surname = surnames.charAt(pick(`surname ${text}`, surnames.length));
  const given = givenNames[pick(`given ${text}`, givenNames.length)] ?? '明';
  const year = 1946 + pick(`year ${text}`, 56);
  const month = String(1 + pick(`month ${text}`, 12)).padStart(2, '0');
  const day = String(1 + pick(`day ${text}`, 28)).padStart(2, '0');
  const first17 = `${regionCode}${year}${month}${day}${String(n % 1000).padStart(3, '0')}`;
  const phone = `139${regionCode.slice(-4)}${String(n).padStart(4, '0')}`;
  return { name: `${surname}${given}`, idNumber: first17 + residentIdCheckDigit(first17), phone };
}

/** A resident who has signed in once and proved the real name: an account and a person. */
export async function settleIn(world: World, one: Somebody): Promise<string> {
  const { keys } = world.installation;
  const residentAccountId = await world.act(installer, (tx) => ensureAccount(tx, keys, one.phone));
  const actor: Actor = { kind: 'resident', id: residentAccountId };
  const identity = { name: one.name, idNumber: one.idNumber };
  return world.act(actor, (tx) =>
    verifyPerson(tx, keys, { residentAccountId, identity, onVerified: [bindEntitlements] }),
  );
}
