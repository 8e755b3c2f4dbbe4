import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  decide,
  type Grant,
  isMasked,
  lettersOf,
  mayGrant,
  type ObjectScope,
  type Permission,
  reachOf,
  type Role,
  roles,
} from './access.ts';
import { matrix } from './access-matrix.ts';

// A tree of three levels and two of everything else: small enough that scopes meet often.
const paths = ['/p/', '/p/c/', '/p/c/x/', '/p/c/y/', '/p/d/', '/q/'];
const ids = ['1', '2'];
const one = (values: readonly string[]) => fc.constantFrom(...values);
const scope = fc.oneof(
  one(paths).map((path) => ({ kind: 'organisation', path }) as const),
  fc
    .tuple(one(paths), fc.subarray(ids))
    .map(([path, programmeIds]) => ({ kind: 'organisation', path, programmeIds }) as const),
  one(ids).map((programmeId) => ({ kind: 'programme', programmeId }) as const),
  fc.subarray(ids).map((programmeIds) => ({ kind: 'party', programmeIds }) as const),
  one(ids).map((merchantId) => ({ kind: 'merchant', merchantId }) as const),
  one(ids).map((shopId) => ({ kind: 'shop', shopId }) as const),
  fc
    .tuple(one(ids), fc.subarray(ids))
    .map(([channel, programmeIds]) => ({ kind: 'channel', channel, programmeIds }) as const),
  fc
    .tuple(one(ids), fc.subarray(ids))
    .map(([industry, programmeIds]) => ({ kind: 'industry', industry, programmeIds }) as const),
  one(ids).map((personId) => ({ kind: 'person', personId }) as const),
  fc.constant({ kind: 'everything' } as const),
);
const grant: fc.Arbitrary<Grant> = fc.record({
  role: fc.constantFrom(...roles),
  scope,
  holderId: one(ids),
  organisationId: one(ids),
  organisationPath: one(paths),
});
const object: fc.Arbitrary<ObjectScope> = fc.record(
  {
    organisationPath: one(paths),
    programmeId: one(ids),
    merchantId: one(ids),
    shopId: one(ids),
    channel: one(ids),
    industry: one(ids),
    personId: one(ids),
    assignedTo: one(ids),
    namedOrganisationIds: fc.subarray(ids),
  },
  { requiredKeys: [] },
);
const permission = fc.constantFrom(...(Object.keys(matrix) as Permission[]));

/** A bank has what names its channel, and what names none in the programmes that it serves. */
function isBanks(held: Grant['scope'], on: ObjectScope, inProgramme: boolean): boolean {
  if (held.kind !== 'channel' || on.channel === undefined) return inProgramme;
  return held.channel === on.channel && (inProgramme || on.programmeId === undefined);
}

/** What each letter means, written down a second time and without looking at the code. */
function meanings({ scope: held, ...given }: Grant, on: ObjectScope): Record<string, boolean> {
  const at = on.organisationPath ?? '-';
  const is = (kind: string, name: keyof ObjectScope) =>
    held.kind === kind && Reflect.get(held, name) === on[name];
  const programmes: readonly unknown[] =
    held.kind === 'programme' ? [held.programmeId] : (Reflect.get(held, 'programmeIds') ?? []);
  const inProgramme = programmes.some((id) => id !== undefined && id === on.programmeId);
  const ownHouse = on.programmeId === undefined && at.startsWith(given.organisationPath ?? '+');
  const all = held.kind === 'everything';
  return {
    '*': true,
    o: is('person', 'personId'),
    s: all || is('shop', 'shopId'),
    m: all || is('merchant', 'merchantId'),
    b: all || (held.kind === 'organisation' && at === held.path),
    t: all || (held.kind === 'organisation' && at.startsWith(held.path)),
    p: all || inProgramme || ownHouse,
    i: all || is('industry', 'industry'),
    k: all || isBanks(held, on, inProgramme),
    c: on.assignedTo === given.holderId,
  };
}

/** What spec/access says about a whole set of grants. */
function reference(grants: readonly Grant[], wanted: Permission, on: ObjectScope): string {
  const row = new Map(Object.entries(matrix[wanted]));
  const able = grants.filter((given) => row.has(given.role));
  const isRead = ['read', 'read_full', 'summary', 'verify'].includes(wanted.split('.')[1] ?? '');
  if (able.length === 0) {
    const watches = grants.some((given) => given.role === 'AUD' || given.role === 'POL');
    return watches && !isRead ? 'read_only' : 'forbidden';
  }
  const named = on.namedOrganisationIds;
  const opens = able.some((given) => {
    if (named !== undefined) return named.some((id) => id === given.organisationId);
    const meaning = meanings(given, on);
    return Array.from(row.get(given.role) ?? '').some((letter) => meaning[letter] === true);
  });
  return opens ? 'allow' : 'absent';
}

const of = (role: Role, held: Grant['scope']): Grant => ({ role, scope: held, holderId: 'me' });

describe('who may do what', () => {
  test('every decision is the one the access rules give', () => {
    const property = fc.property(
      fc.array(grant, { maxLength: 4 }),
      permission,
      object,
      (grants, wanted, on) => {
        assert.equal(decide(grants, wanted, on), reference(grants, wanted, on));
      },
    );
    fc.assert(property, { numRuns: 20_000 });
  });

  test('nothing is allowed without a grant', () => {
    fc.assert(
      fc.property(permission, object, (wanted, on) => decide([], wanted, on) === 'forbidden'),
    );
  });

  test('a county clerk sees his county and not its sibling, the city sees both', () => {
    const county = [of('UNI', { kind: 'organisation', path: '/p/c/x/' })];
    const city = [of('UNI', { kind: 'organisation', path: '/p/c/' })];
    const on = (organisationPath: string) => ({ organisationPath });
    assert.equal(decide(county, 'roster.read', on('/p/c/x/')), 'allow');
    assert.equal(decide(county, 'roster.read', on('/p/c/y/')), 'absent');
    assert.equal(decide(county, 'roster.read', on('/p/c/')), 'absent');
    assert.equal(decide(city, 'roster.read', on('/p/c/y/')), 'allow');
  });

  test('auditors and police write nothing, administrators touch no money and no persons', () => {
    const writes = (Object.keys(matrix) as Permission[]).filter(
      (name) => !/\.(read|read_full|summary|verify)$/.test(name),
    );
    const everywhere: ObjectScope = { programmeId: '1', organisationPath: '/p/' };
    for (const role of ['AUD', 'POL'] as const) {
      for (const name of writes) {
        const decision = decide([of(role, { kind: 'everything' })], name, everywhere);
        assert.equal(decision, 'read_only', name);
      }
    }
    const business = /^(fund|allocation|payout|voucher|roster|person|redemption|settlement|issue)/;
    const kept = (Object.keys(matrix) as Permission[]).filter((name) => business.test(name));
    assert.ok(kept.length > 20);
    for (const name of kept) assert.equal(lettersOf('SYS', name), undefined, name);
  });

  test('customer service never makes a payment code', () => {
    assert.equal(
      decide([of('CSA', { kind: 'everything' })], 'payment_code.create', {}),
      'forbidden',
    );
  });

  test('the party that the plan names stands in the place of the default one', () => {
    const finance = {
      ...of('FIN', { kind: 'party', programmeIds: ['1'] }),
      organisationId: 'bureau',
    };
    const batch = { programmeId: '1' };
    assert.equal(decide([finance], 'issue_batch.approve', batch), 'absent');
    const named = { ...batch, namedOrganisationIds: ['bureau'] };
    assert.equal(decide([finance], 'issue_batch.approve', named), 'allow');
    const other = { ...batch, namedOrganisationIds: ['another'] };
    assert.equal(decide([finance], 'issue_batch.approve', other), 'absent');
  });

  test('a list reaches exactly what single objects allow', () => {
    const property = fc.property(
      fc.array(grant, { maxLength: 4 }),
      permission,
      one(paths),
      (grants, wanted, organisationPath) => {
        const held = grants.filter((given) => lettersOf(given.role, wanted)?.match(/[t*]/));
        const reach = reachOf(held, wanted);
        const isListed =
          reach.everything ||
          reach.organisationPaths.some((root) => organisationPath.startsWith(root));
        // The programme letter may also open what belongs to one's own organisation.
        const plain = held.map(({ role, scope, holderId }) => ({ role, scope, holderId }));
        assert.equal(decide(plain, wanted, { organisationPath }) === 'allow', isListed);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });

  test('personal fields are masked unless a grant shows them in full', () => {
    const on = { organisationPath: '/p/c/x/' };
    const union = of('UNI', { kind: 'organisation', path: '/p/c/' });
    const branch = of('BUC', { kind: 'organisation', path: '/p/c/x/' });
    assert.equal(isMasked([union], 'roster.read', on), true);
    assert.equal(isMasked([union, branch], 'roster.read', on), false);
    assert.equal(isMasked([], 'roster.read', on), true);
  });

  test('nobody hands on a role he lacks, or wider, or for longer', () => {
    const held = { ...of('UNI', { kind: 'organisation', path: '/p/c/' }), endsAt: 100 };
    const wanted = (role: Role, path: string, endsAt?: number) =>
      mayGrant([held], { role, scope: { kind: 'organisation', path }, endsAt });
    assert.equal(wanted('UNI', '/p/c/x/', 100), true);
    assert.equal(wanted('UNI', '/p/c/x/', 101), false);
    assert.equal(wanted('UNI', '/p/c/x/'), false);
    assert.equal(wanted('UNI', '/p/', 100), false);
    assert.equal(wanted('COM', '/p/c/x/', 100), false);
  });

  test('a bureau hands on its own desk with its programmes, and no desk with more of them', () => {
    const desk = (path: string, programmeIds: string[]) =>
      ({ kind: 'organisation', path, programmeIds }) as const;
    const held = of('COM', desk('/p/c/', ['1']));
    const may = (scope: Grant['scope']) =>
      mayGrant([held], { role: 'COM', scope, endsAt: undefined });
    assert.equal(may(desk('/p/c/', ['1'])), true);
    assert.equal(may({ kind: 'programme', programmeId: '1' }), true);
    assert.equal(may(desk('/p/c/x/', ['2'])), false);
    assert.equal(may({ kind: 'programme', programmeId: '2' }), false);
  });

  test('nobody can do through a grant he gave what he could not do himself', () => {
    const property = fc.property(grant, scope, permission, object, (held, given, wanted, on) => {
      fc.pre(mayGrant([held], { role: held.role, scope: given, endsAt: undefined }));
      const { holderId } = held;
      const handed = [{ role: held.role, scope: given, holderId }];
      const isWider = decide(handed, wanted, on) === 'allow' && on.assignedTo !== holderId;
      assert.ok(!isWider || decide([held], wanted, on) === 'allow');
    });
    fc.assert(property, { numRuns: 5_000 });
  });

  test('a bank prepares a batch where the plan charges it with the issue, and nowhere else', () => {
    const held: Grant = {
      role: 'BNK',
      scope: { kind: 'party', programmeIds: ['1'] },
      holderId: 'clerk',
      organisationId: 'bank',
    };
    const asked = (namedOrganisationIds?: readonly string[]) =>
      decide([held], 'issue_batch.create', {
        programmeId: '1',
        ...(namedOrganisationIds === undefined ? {} : { namedOrganisationIds }),
      });
    assert.equal(asked(['bank', 'other bank']), 'allow');
    assert.notEqual(asked(['bureau']), 'allow');
    assert.notEqual(asked(), 'allow');
  });

  test('a list reaches the programmes that single objects allow', () => {
    const property = fc.property(
      fc.array(grant, { maxLength: 4 }),
      permission,
      one(ids),
      (grants, wanted, programmeId) => {
        const held = grants.filter((given) => lettersOf(given.role, wanted)?.match(/[p*]/));
        const reach = reachOf(held, wanted);
        const isListed = reach.everything || reach.programmeIds.includes(programmeId);
        assert.equal(decide(held, wanted, { programmeId }) === 'allow', isListed);
      },
    );
    fc.assert(property, { numRuns: 2_000 });
  });
});
