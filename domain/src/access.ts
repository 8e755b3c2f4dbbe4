import { matrix } from './access-matrix.ts';

/** The roles of the documents; codes as in the matrix. */
export const roles = [
  'RES', // resident, member
  'CSH', // cashier
  'MOW', // merchant owner
  'BUC', // branch union clerk, HR of an enterprise
  'UNI', // county, city, province union
  'COM', // commerce bureau: organiser, executor
  'FIN', // finance bureau
  'IND', // industry approver
  'BNK', // bank or payment provider
  'AUD', // auditor
  'POL', // police liaison
  'CSA', // customer service
  'SYS', // system administrator
] as const;
/** A role's code. */
export type Role = (typeof roles)[number];

/** `resource.action`: every route names one. */
export type Permission = keyof typeof matrix;

/**
 * What a grant reaches. `party`: the programmes in which the holder's organisation is named. A
 * grant on an organisation or industry also knows the programmes that name that organisation (for
 * an industry the holder's): those are meant by the letter `p`. One on a channel knows those whose
 * plan gives the channel to the holder's organisation.
 */
export type GrantScope =
  | {
      readonly kind: 'organisation';
      readonly path: string;
      readonly programmeIds?: readonly string[];
    }
  | { readonly kind: 'programme'; readonly programmeId: string }
  | { readonly kind: 'party'; readonly programmeIds: readonly string[] }
  | { readonly kind: 'merchant'; readonly merchantId: string }
  | { readonly kind: 'shop'; readonly shopId: string }
  | {
      readonly kind: 'channel';
      readonly channel: string;
      readonly programmeIds?: readonly string[];
    }
  | {
      readonly kind: 'industry';
      readonly industry: string;
      readonly programmeIds?: readonly string[];
    }
  | { readonly kind: 'person'; readonly personId: string | undefined }
  | { readonly kind: 'everything' };

/** A role on a scope, in force now: grants that ended are not handed to `decide`. */
export type Grant = {
  readonly role: Role;
  readonly scope: GrantScope;
  /** The holder, his organisation and its place in the tree. */
  readonly holderId: string;
  readonly organisationId?: string;
  readonly organisationPath?: string;
  /** When it ends by itself (epoch milliseconds); what it grants cannot last longer. */
  readonly endsAt?: number;
};

/** Where the object of an act stands: the feature fills in what it knows. */
export type ObjectScope = {
  readonly organisationPath?: string;
  readonly programmeId?: string;
  readonly merchantId?: string;
  readonly shopId?: string;
  readonly channel?: string;
  readonly industry?: string;
  readonly personId?: string;
  /** Whom the case or complaint is assigned to. */
  readonly assignedTo?: string;
  /**
   * The organisations that the plan names for this act, where it names any: they decide in place of
   * the matrix's scope.
   */
  readonly namedOrganisationIds?: readonly string[];
};

/** What a permission says about an object. */
export type Decision = 'allow' | 'forbidden' | 'absent' | 'read_only';

const watchers: ReadonlySet<Role> = new Set<Role>(['AUD', 'POL']);
const reads = /\.(read|read_full|summary|verify)$/;
// Letters that a scope of everything satisfies: not one's own person, not an assigned case.
const widens = /[*bikmpst]/;

/** The scope letters that `role` has for `permission`; undefined where it has no such function. */
export function lettersOf(role: Role, permission: Permission): string | undefined {
  const row: Readonly<Partial<Record<Role, string>>> = matrix[permission];
  return row[role];
}

function isWithin(path: string | undefined, root: string | undefined): boolean {
  return path !== undefined && root !== undefined && path.startsWith(root);
}

function programmesOf(scope: GrantScope): readonly string[] {
  switch (scope.kind) {
    case 'programme':
      return [scope.programmeId];
    case 'party':
    case 'organisation':
    case 'channel':
    case 'industry':
      return scope.programmeIds ?? [];
    default:
      return [];
  }
}

function programmeInScope(grant: Grant, object: ObjectScope): boolean {
  if (object.programmeId === undefined) {
    // Nothing hangs on a programme yet: an organisation may act for itself.
    return isWithin(object.organisationPath, grant.organisationPath);
  }
  return programmesOf(grant.scope).includes(object.programmeId);
}

/** What belongs to another channel of the same programme is another bank's. */
function channelInScope(grant: Grant, object: ObjectScope): boolean {
  const { scope } = grant;
  if (scope.kind === 'channel' && object.channel !== undefined) {
    if (scope.channel !== object.channel) return false;
    if (object.programmeId === undefined) return true;
  }
  return object.programmeId !== undefined && programmeInScope(grant, object);
}

type Rule = (grant: Grant, object: ObjectScope) => boolean;

const rules: Readonly<Record<string, Rule>> = {
  '*': () => true,
  o: ({ scope }, object) =>
    scope.kind === 'person' && scope.personId !== undefined && scope.personId === object.personId,
  s: ({ scope }, object) => scope.kind === 'shop' && scope.shopId === object.shopId,
  m: ({ scope }, object) => scope.kind === 'merchant' && scope.merchantId === object.merchantId,
  b: ({ scope }, object) => scope.kind === 'organisation' && scope.path === object.organisationPath,
  t: ({ scope }, object) =>
    scope.kind === 'organisation' && isWithin(object.organisationPath, scope.path),
  p: programmeInScope,
  i: ({ scope }, object) => scope.kind === 'industry' && scope.industry === object.industry,
  k: channelInScope,
  c: (grant, object) => object.assignedTo !== undefined && object.assignedTo === grant.holderId,
};

function letterAllows(letter: string, grant: Grant, object: ObjectScope): boolean {
  return rules[letter]?.(grant, object) ?? false;
}

/** Whether `grant` alone lets its holder use `permission` on `object`. */
export function grantAllows(grant: Grant, permission: Permission, object: ObjectScope): boolean {
  const letters = lettersOf(grant.role, permission);
  if (letters === undefined) return false;
  if (object.namedOrganisationIds !== undefined) {
    const organisationId = grant.organisationId;
    return organisationId !== undefined && object.namedOrganisationIds.includes(organisationId);
  }
  const isEverywhere = grant.scope.kind === 'everything' && widens.test(letters);
  return isEverywhere || letters.split('').some((letter) => letterAllows(letter, grant, object));
}

/** What a principal without any matching function hears. */
export function functionRefusal(
  grants: readonly Grant[],
  permission: Permission,
): 'forbidden' | 'read_only' | undefined {
  if (grants.some((grant) => lettersOf(grant.role, permission) !== undefined)) return undefined;
  const watches = grants.some((grant) => watchers.has(grant.role));
  return watches && !reads.test(permission) ? 'read_only' : 'forbidden';
}

/**
 * Whether the holder of `grants` may use `permission` on `object`: `forbidden` where none of his
 * roles has the function, `read_only` for the writes of those who only watch, `absent` where the
 * object lies outside his scope, which must answer as if it did not exist.
 */
export function decide(
  grants: readonly Grant[],
  permission: Permission,
  object: ObjectScope,
): Decision {
  const refusal = functionRefusal(grants, permission);
  if (refusal !== undefined) return refusal;
  return grants.some((grant) => grantAllows(grant, permission, object)) ? 'allow' : 'absent';
}

/** Whether personal fields of `object` are masked: no grant shows them in full. */
export function isMasked(
  grants: readonly Grant[],
  permission: Permission,
  object: ObjectScope,
): boolean {
  return !grants.some(
    (grant) =>
      grantAllows(grant, permission, object) && !lettersOf(grant.role, permission)?.includes('~'),
  );
}

/** What a list may show: the union of these. */
export type Reach = {
  readonly everything: boolean;
  /** Roots of subtrees: `path like root || '%'`. */
  readonly organisationPaths: readonly string[];
  readonly programmeIds: readonly string[];
  readonly merchantIds: readonly string[];
  readonly shopIds: readonly string[];
  readonly channels: readonly string[];
  readonly industries: readonly string[];
  readonly personId: string | undefined;
};

function coversProgrammes(held: GrantScope, given: GrantScope): boolean {
  const known = programmesOf(held);
  return held.kind === 'everything' || programmesOf(given).every((one) => known.includes(one));
}

/** Whether `role` has a function that opens by programmes. */
function actsInProgrammes(role: Role): boolean {
  const permissions = Object.keys(matrix) as Permission[];
  return permissions.some((permission) => /[pk]/.test(lettersOf(role, permission) ?? ''));
}

/** Whether a grant on `held` includes everything that one on `given` would open. */
export function scopeCovers(held: GrantScope, given: GrantScope): boolean {
  if (held.kind === 'everything') return true;
  switch (given.kind) {
    case 'organisation':
      return held.kind === 'organisation' && given.path.startsWith(held.path);
    case 'programme':
      return coversProgrammes(held, given);
    case 'party':
      return held.kind === 'party' && coversProgrammes(held, given);
    case 'merchant':
      return held.kind === 'merchant' && held.merchantId === given.merchantId;
    case 'shop':
      return held.kind === 'shop' && held.shopId === given.shopId;
    case 'channel':
      return (
        held.kind === 'channel' && held.channel === given.channel && coversProgrammes(held, given)
      );
    case 'industry':
      return held.kind === 'industry' && held.industry === given.industry;
    case 'person':
    case 'everything':
      return false;
  }
}

/**
 * Whether the holder of `grants` may hand on `role` on `scope` until `endsAt`: only a role he
 * holds,
 * nowhere wider and no longer.
 * @policy access 5.1(9)
 */
export function mayGrant(
  grants: readonly Grant[],
  wanted: { readonly role: Role; readonly scope: GrantScope; readonly endsAt: number | undefined },
): boolean {
  return grants.some(
    (grant) =>
      grant.role === wanted.role &&
      scopeCovers(grant.scope, wanted.scope) &&
      (!actsInProgrammes(wanted.role) || coversProgrammes(grant.scope, wanted.scope)) &&
      (grant.endsAt ?? Infinity) >= (wanted.endsAt ?? Infinity),
  );
}

const lettersOfScope = {
  organisation: /[btpk]/,
  programme: /[pk]/,
  party: /[pk]/,
  merchant: /m/,
  shop: /s/,
  channel: /[pk]/,
  industry: /[ip]/,
  person: /o/,
  everything: widens,
} as const satisfies Record<GrantScope['kind'], RegExp>;

type Gathered = { -readonly [Key in keyof Reach]: Reach[Key] };

function widen(reach: Gathered, scope: GrantScope, letters: string): void {
  if (/[pk]/.test(letters)) reach.programmeIds = [...reach.programmeIds, ...programmesOf(scope)];
  switch (scope.kind) {
    case 'organisation':
      if (/[bt]/.test(letters)) reach.organisationPaths = [...reach.organisationPaths, scope.path];
      break;
    case 'merchant':
      reach.merchantIds = [...reach.merchantIds, scope.merchantId];
      break;
    case 'shop':
      reach.shopIds = [...reach.shopIds, scope.shopId];
      break;
    case 'channel':
      if (letters.includes('k')) reach.channels = [...reach.channels, scope.channel];
      break;
    case 'industry':
      if (letters.includes('i')) reach.industries = [...reach.industries, scope.industry];
      break;
    case 'person':
      reach.personId = scope.personId;
      break;
    case 'everything':
      reach.everything = true;
      break;
    case 'programme':
    case 'party':
  }
}

/** The part of `grants` that `permission` opens, for the `where` of a list. */
export function reachOf(grants: readonly Grant[], permission: Permission): Reach {
  const reach: Gathered = {
    everything: false,
    organisationPaths: [],
    programmeIds: [],
    merchantIds: [],
    shopIds: [],
    channels: [],
    industries: [],
    personId: undefined,
  };
  for (const { role, scope } of grants) {
    const letters = lettersOf(role, permission) ?? '';
    if (letters.includes('*')) reach.everything = true;
    else if (lettersOfScope[scope.kind].test(letters)) widen(reach, scope, letters);
  }
  return reach;
}
